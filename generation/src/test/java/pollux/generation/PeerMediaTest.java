package pollux.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import pollux.media.PictureReader;
import pollux.media.SoundReader;
import pollux.model.Media;
import pollux.model.MediaPrompt;
import pollux.model.Message;
import pollux.model.Part;
import pollux.model.Prompt;
import pollux.tensor.ElementType;

/**
 * Picture and sound encoders of other vendors, and text models that read what they make, against
 * llama.cpp's mtmd. The reference lies in the folder that {@code -Dpollux.peer=FOLDER} names, or
 * beside the repository.
 */
class PeerMediaTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("pollux.peer", "../../shared/peer")).resolve("media");

  @Test
  void gemmaSeesAsTheReferenceDoes() throws IOException {
    try (MediaEncoder encoder = MediaEncoder.open(file("tiny-mmproj-gemma3.gguf"), 2)) {
      assertThat(encoder.projector().readsPictures()).isTrue();
      assertThat(encoder.projector().readsSound()).isFalse();
      Media media = encoder.encode(PictureReader.read(file("shapes.png")));
      assertThat(media.before()).isEqualTo("<start_of_image>");
      assertThat(media.after()).isEqualTo("<end_of_image>");
      agree(media, "gemma3-picture", "tiny-gemma3.gguf");
    }
  }

  @Test
  void ultravoxHearsAsTheReferenceDoes() throws IOException {
    try (MediaEncoder encoder = MediaEncoder.open(file("tiny-mmproj-ultravox.gguf"), 2)) {
      assertThat(encoder.projector().readsPictures()).isFalse();
      assertThat(encoder.projector().readsSound()).isTrue();
      agree(
          encoder.encode(SoundReader.read(file("sweep.wav"))), "ultravox-sound", "tiny-llama.gguf");
    }
  }

  /** Text before, between and behind media is cut into tokens by itself, as the reference does. */
  @Test
  void aConversationIsLaidOutAsTheReferenceDoes() throws IOException {
    EngineOptions options = EngineOptions.threads(2).withProjector(file("tiny-mmproj-gemma3.gguf"));
    Part picture = new Part.Image(PictureReader.read(file("shapes.png")));
    try (Engine engine = Engine.open(file("tiny-gemma3.gguf"), options)) {
      Prompt raw =
          engine.raw(List.of(new Part.Text("Look: "), picture, new Part.Text(" What is it?")));
      List<String> chunks = Files.readAllLines(file("gemma3-picture.chunks.txt"));
      assertThat(chunks(raw)).isEqualTo(chunks);
      Message question = Message.user(picture, new Part.Text("What is it?"));
      Prompt asked = engine.prompt(List.of(question));
      String bos = Integer.toString(engine.tokenizer().bos().orElseThrow());
      assertThat(chunks(asked))
          .containsExactly(
              "text "
                  + bos
                  + text(engine, "<start_of_turn>user\n")
                  + text(engine, "<start_of_image>"),
              chunks.get(1),
              "text"
                  + text(engine, "<end_of_image>")
                  + text(engine, "What is it?<end_of_turn>\n<start_of_turn>model\n"));
      StringBuilder heard = new StringBuilder();
      Answer answer =
          engine.answer(
              List.of(question),
              new Sampling(0, 1, 5, 1),
              new AnswerListener() {
                @Override
                public void text(String piece) {
                  heard.append(piece);
                }
              });
      assertThat(answer.promptTokens()).isEqualTo(asked.tokens().length);
      assertThat(answer.text()).isNotEmpty().isEqualTo(heard.toString());
      // The next turn finds the picture encoded.
      Prompt next =
          engine.prompt(
              List.of(question, Message.model(new Part.Text("a")), Message.user(picture)));
      assertThat(next.embeddings()).hasSize(2);
      assertThat(next.embeddings().get(1).values())
          .isSameAs(asked.embeddings().getFirst().values());
    }
  }

  private static String text(Engine engine, String text) {
    return Arrays.stream(engine.tokenizer().encode(text, true))
        .mapToObj(id -> " " + id)
        .collect(Collectors.joining());
  }

  /** A prompt in the words of the reference. */
  private static List<String> chunks(Prompt prompt) {
    List<String> chunks = new ArrayList<>();
    int from = 0;
    for (Prompt.Embeddings e : prompt.embeddings()) {
      chunks.add(words(prompt, from, e.start()));
      chunks.add(words(e));
      from = e.end();
    }
    chunks.add(words(prompt, from, prompt.tokens().length));
    return chunks;
  }

  private static String words(Prompt prompt, int from, int to) {
    return Arrays.stream(prompt.tokens(), from, to)
        .mapToObj(id -> " " + id)
        .collect(Collectors.joining("", "text", ""));
  }

  private static String words(Prompt.Embeddings piece) {
    return "media %d positions, non-causal %d".formatted(piece.positions(), piece.whole() ? 1 : 0);
  }

  private static void agree(Media media, String reference, String model) throws IOException {
    assertThat(media.pieces()).hasSize(1);
    Prompt.Embeddings rows = media.pieces().getFirst();
    double embeddingError = error(rows.values(), floats(file(reference + ".embeddings")));
    assertThat(embeddingError).as("embeddings").isLessThanOrEqualTo(1e-4);
    Prompt prompt = prompt(media, Files.readAllLines(file(reference + ".chunks.txt")));
    int last = prompt.tokens().length - 1;
    EngineOptions options = EngineOptions.threads(2).withCache(ElementType.F32);
    try (Engine engine = Engine.open(file(model), options)) {
      float[] expected = floats(file(reference + ".logits"));
      float[] logits = engine.logits(prompt, last)[0];
      double logitError = error(logits, expected);
      assertThat(logitError).as("logits").isLessThanOrEqualTo(1e-3);
      // Asked again for another position, it begins inside of what it has read.
      assertThat(engine.logits(prompt, last - 3, last)[1]).isEqualTo(logits);
      assertThat(engine.logits(prompt, rows.positions() / 2 + 5, last)[1]).isEqualTo(logits);
      System.out.printf("%s: NMSE %.2e, logits %.2e%n", reference, embeddingError, logitError);
    }
  }

  /** The reference's own cut of the prompt, with what stands for the picture or sound in it. */
  private static Prompt prompt(Media media, List<String> chunks) {
    Media bare = new Media("", media.pieces(), "");
    MediaPrompt prompt = new MediaPrompt(text -> new int[0]);
    List<String> found = new ArrayList<>();
    for (String chunk : chunks) {
      String[] words = chunk.split(" ");
      if (words[0].equals("text")) {
        prompt.add(Arrays.stream(words).skip(1).mapToInt(Integer::parseInt).toArray());
        found.add(chunk);
      } else {
        prompt.add(bare);
        found.add(words(media.pieces().getFirst()));
      }
    }
    assertThat(found).isEqualTo(chunks);
    return prompt.prompt();
  }

  private static double error(float[] found, float[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    double error = 0;
    double power = 0;
    for (int i = 0; i < expected.length; i++) {
      error += ((double) found[i] - expected[i]) * ((double) found[i] - expected[i]);
      power += (double) expected[i] * expected[i];
    }
    return error / power;
  }

  private static float[] floats(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[bytes.remaining() / 4];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  private static Path file(String name) {
    Path file = FOLDER.resolve(name);
    assumeTrue(Files.isRegularFile(file), file + " is missing");
    return file;
  }
}
