package pollux.generation;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import pollux.model.ControlTokens;
import pollux.model.DecoderSpec;
import pollux.model.Message;
import pollux.model.Part;
import pollux.model.Prompt;
import pollux.model.PromptEncoder;
import pollux.model.Tier;
import pollux.model.Tokenizer;
import pollux.tensor.BadInputException;
import pollux.tensor.KernelChoice;
import pollux.tensor.WorkTeam;

/**
 * One tier of a family's weights file, ready to answer. The same weights, prompt and seed give the
 * same answer for any number of threads, whatever was asked before.
 *
 * <p>Safe for many threads: their questions are answered one after another. A question that begins
 * as the last one did (the next turn of a chat) is read from where it goes on.
 */
public final class Engine implements AutoCloseable {
  /** What the model may say besides text; all other control tokens are for the question alone. */
  private static final Set<String> SAID =
      Set.of(ControlTokens.END, ControlTokens.THINK, ControlTokens.THINK_END);

  private final Path path;
  private final Tier tier;
  private final Arena arena;
  private final Weights weights;
  private final PromptEncoder encoder;
  private final WorkTeam team;
  private final Session session;
  private final BitSet forbidden = new BitSet();
  private final double loadSeconds;

  private Engine(Path path, Tier tier, int threads, Arena arena, long start) {
    this.path = path;
    this.tier = tier;
    this.arena = arena;
    weights = Weights.open(path, arena);
    encoder = new PromptEncoder(weights.tokenizer());
    team = new WorkTeam(threads);
    session = new Session(weights.decoder(), tier, KernelChoice.best(), team);
    ControlTokens.ALL.stream()
        .filter(name -> !SAID.contains(name))
        .forEach(name -> forbidden.set(weights.tokenizer().control(name)));
    forbidden.set(weights.tokenizer().size(), spec().vocabulary());
    loadSeconds = seconds(start);
  }

  /**
   * Maps {@code weights} and answers as {@code tier} with {@code threads} threads, the caller's
   * among them.
   */
  public static Engine open(Path weights, Tier tier, int threads) {
    if (threads < 1) {
      throw new BadInputException("the number of threads must be 1 or more, not " + threads);
    }
    long start = System.nanoTime();
    @SuppressWarnings("MustBeClosedChecker") // the engine owns it
    Arena arena = Arena.ofShared();
    try {
      return new Engine(weights, tier, threads, arena, start);
    } catch (Throwable t) {
      arena.close();
      throw t;
    }
  }

  /** The weights file. */
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
    return weights.tokenizer();
  }

  /** The SHA-256 of the weights file in lower-case hex; reads all of it. */
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
  public synchronized Answer answer(Prompt prompt, Sampling sampling, AnswerListener listener) {
    fit(prompt);
    return weights.file().reading(() -> generate(prompt, sampling, listener));
  }

  private Answer generate(Prompt prompt, Sampling sampling, AnswerListener listener) {
    long start = System.nanoTime();
    int positions = prompt.tokens().length;
    int end = tokenizer().control(ControlTokens.END);
    Sampler sampler = new Sampler(sampling, forbidden);
    Reply reply = new Reply(tokenizer(), listener);
    float[] logits = session.read(prompt, positions - 1)[0];
    double prefill = seconds(start);
    start = System.nanoTime();
    Answer.Stop stop;
    while (true) {
      int token = sampler.next(logits);
      if (token == end) {
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
    return encoder.encode(conversation);
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
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  /** Waits for the answer in progress, then gives all memory back; a second call does nothing. */
  @Override
  public synchronized void close() {
    if (arena.scope().isAlive()) {
      session.close();
      team.close();
      arena.close();
    }
  }
}
