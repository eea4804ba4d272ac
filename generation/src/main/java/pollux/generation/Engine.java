package pollux.generation;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pollux.model.DecoderSpec;
import pollux.model.MediaPrompt;
import pollux.model.MediaReader;
import pollux.model.Message;
import pollux.model.Part;
import pollux.model.Prompt;
import pollux.model.Tier;
import pollux.model.TokenCost;
import pollux.model.TokenStream;
import pollux.model.Tokenizer;
import pollux.tensor.BadInputException;
import pollux.tensor.KernelChoice;
import pollux.tensor.WorkTeam;

/**
 * A weights file, ready to answer: one tier of this family's, or a model of another vendor. The
 * same weights, prompt and seed give the same answer for any number of threads, whatever was asked
 * before.
 *
 * <p>Safe for many threads: their questions are answered one after another. A question that begins
 * as the last one did (the next turn of a chat) is read from where it goes on.
 */
public final class Engine implements AutoCloseable {
  private final Path path;
  private final Tier tier;
  private final Arena arena;
  private final Weights weights;
  private final WorkTeam team;
  private final KvPages memory;
  private final @Nullable MediaEncoder media;
  private final Session session;
  private final double loadSeconds;

  private Engine(Path path, EngineOptions options, WorkTeam team, Arena arena, long start) {
    this.path = path;
    this.tier = options.tier();
    this.arena = arena;
    this.team = team;
    Path projector = options.projector();
    media = projector == null ? null : MediaEncoder.within(projector, team, arena);
    weights = Weights.open(path, arena, media);
    memory = new KvPages(arena, options.cacheOf(path, spec()));
    session = new Session(weights, tier, KernelChoice.best(), team, memory);
    loadSeconds = seconds(start);
  }

  /**
   * Maps {@code weights} and answers as {@code tier} with {@code threads} threads, the caller's
   * among them.
   */
  public static Engine open(Path weights, Tier tier, int threads) {
    return open(weights, new EngineOptions(tier, threads, null));
  }

  /**
   * Maps {@code weights}, a GGUF file or a folder with {@code config.json} and safetensors.
   *
   * @throws BadInputException that names the file, and what in it is missing, unknown or wrong
   */
  public static Engine open(Path weights, EngineOptions options) {
    long start = System.nanoTime();
    @SuppressWarnings("MustBeClosedChecker") // the engine owns it
    Arena arena = Arena.ofShared();
    WorkTeam team = new WorkTeam(options.threads());
    try {
      return new Engine(weights, options, team, arena, start);
    } catch (Throwable t) {
      team.close();
      arena.close();
      throw t;
    }
  }

  /** The weights file or folder. */
  public Path path() {
    return path;
  }

  public Tier tier() {
    return tier;
  }

  public DecoderSpec spec() {
    return weights.decoder().spec();
  }

  public Tokenizer tokenizer() {
    return speech().tokenizer();
  }

  /** The SHA-256 of the weights in lower-case hex; reads all of them. */
  public String sha256() {
    return weights.file().sha256();
  }

  /**
   * Answers the last message of {@code conversation}.
   *
   * @param listener hears the answer grow on this thread; an exception that it throws ends the
   *     answer and comes out of here
   * @throws BadInputException when nothing is asked, or the conversation does not fit the context
   * @throws CancellationException when this thread is interrupted, which clears the interrupt
   */
  public Answer answer(List<Message> conversation, Sampling sampling, AnswerListener listener) {
    return answer(prompt(conversation), sampling, listener);
  }

  /** As {@link #answer(List, Sampling, AnswerListener)} for what is laid out already. */
  public Answer answer(Prompt prompt, Sampling sampling, AnswerListener listener) {
    return generate(prompt, sampling, listener, tokenizer().stream());
  }

  /** Goes on with {@code text} as it is, without a chat template. */
  public Answer complete(String text, Sampling sampling, AnswerListener listener) {
    return complete(List.of(new Part.Text(text)), sampling, listener);
  }

  /** Goes on with texts, pictures and sounds as they are, without a chat template. */
  public Answer complete(List<Part> parts, Sampling sampling, AnswerListener listener) {
    return generate(raw(parts), sampling, listener, tokenizer().continuation());
  }

  private synchronized Answer generate(
      Prompt prompt, Sampling sampling, AnswerListener listener, TokenStream stream) {
    fit(prompt);
    Speech speech = speech();
    boolean opened = speech.marks().opened(prompt.tokens());
    Reply reply = new Reply(speech.tokenizer(), stream, speech.marks(), opened, listener);
    return generate(prompt, sampling, reply);
  }

  private Answer generate(Prompt prompt, Sampling sampling, Reply reply) {
    long start = System.nanoTime();
    int positions = prompt.tokens().length;
    Speech speech = speech();
    Sampler sampler = new Sampler(sampling, speech.forbidden());
    float[] logits = session.read(prompt, positions - 1)[0];
    double prefill = seconds(start);
    start = System.nanoTime();
    Answer.Stop stop;
    while (true) {
      int token = sampler.next(logits);
      if (speech.ends().get(token)) {
        stop = Answer.Stop.END;
        break;
      }
      reply.add(token);
      if (reply.size() == sampling.maxTokens()) {
        stop = Answer.Stop.LENGTH;
        break;
      }
      if (session.length() == spec().context()) {
        stop = Answer.Stop.CONTEXT;
        break;
      }
      logits = session.next(token);
    }
    reply.end();
    return new Answer(
        reply.text(),
        reply.thought(),
        positions,
        reply.thoughtTokens(),
        reply.textTokens(),
        new Answer.Timings(loadSeconds, prefill, seconds(start)),
        stop);
  }

  /** The conversation as the decoder reads it, up to where the answer begins. */
  public Prompt prompt(List<Message> conversation) {
    if (conversation.isEmpty() || !asks(conversation.getLast())) {
      throw new BadInputException(
          "the question is empty: expected text, a picture, sound or film in the last message");
    }
    return speech().encoder().encode(conversation);
  }

  /** {@code text} as it is, without a chat template: the model goes on with it. */
  public Prompt raw(String text) {
    return raw(List.of(new Part.Text(text)));
  }

  /** {@code parts} as they are, without a chat template. */
  public Prompt raw(List<Part> parts) {
    return MediaPrompt.of(parts, tokenizer(), media);
  }

  /**
   * What the model says of the next token, for checks against other implementations.
   *
   * @param after positions of {@code prompt} in rising order
   * @return logits {@code [after.length][vocabulary]}
   */
  public synchronized float[][] logits(Prompt prompt, int... after) {
    fit(prompt);
    return session.read(prompt, after);
  }

  /** What one token costs in weights. */
  public TokenCost costOfToken() {
    return weights.decoder().costOfToken();
  }

  /** Bytes of keys and values that were taken so far, by the longest of what was read. */
  public long cacheBytes() {
    return memory.bytes();
  }

  /** The session, while nobody else uses it. */
  synchronized void use(Consumer<Session> work) {
    work.accept(session);
  }

  private Speech speech() {
    Speech speech = weights.speech();
    if (speech == null) {
      throw new BadInputException(
          path
              + " has no tokenizer of a kind that is known here ("
              + Speech.without(weights.file())
              + "): give token ids, as 'pollux logits' does");
    }
    return speech;
  }

  private static boolean asks(Message message) {
    return message.role() == Message.Role.USER
        && message.parts().stream()
            .anyMatch(part -> !(part instanceof Part.Text text) || !text.text().isBlank());
  }

  private void fit(Prompt prompt) {
    int positions = prompt.tokens().length;
    if (positions == 0) {
      throw new BadInputException("the prompt is empty: expected at least one token");
    }
    if (positions > spec().context()) {
      throw new BadInputException(
          "the conversation takes "
              + positions
              + " positions, but the model reads at most "
              + spec().context()
              + ": shorten it or leave media out");
    }
    if (!prompt.spans().isEmpty() && !weights.decoder().readsMedia()) {
      throw new BadInputException(path + ": " + MediaReader.NONE);
    }
    for (Prompt.Embeddings e : prompt.embeddings()) {
      if (e.width() != spec().width() || e.parts() != spec().embeddingParts()) {
        throw new BadInputException(
            path
                + " reads embeddings of "
                + spec().embeddingParts()
                + " x "
                + spec().width()
                + " numbers, found "
                + e.parts()
                + " x "
                + e.width()
                + ": use the projector that was made for this model");
      }
    }
    for (int token : prompt.tokens()) {
      if (token >= spec().vocabulary() || token < Prompt.MEDIA) {
        throw new BadInputException(
            "the token "
                + token
                + " is not in the vocabulary of "
                + path
                + ": expected ids from 0 to "
                + (spec().vocabulary() - 1));
      }
    }
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  /** Waits for the answer in progress, then gives all memory back; a second call does nothing. */
  @Override
  public synchronized void close() {
    if (arena.scope().isAlive()) {
      if (media != null) {
        media.close();
      }
      session.close();
      team.close();
      arena.close();
    }
  }
}
