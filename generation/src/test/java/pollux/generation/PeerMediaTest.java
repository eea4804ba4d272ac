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
import org.junit.jupiter.api.Test;
import pollux.media.PictureReader;
import pollux.media.SoundReader;
import pollux.model.Prompt;
import pollux.model.projector.Media;
import pollux.model.projector.MediaPrompt;
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
        Prompt.Embeddings piece = media.pieces().getFirst();
        found.add(
            "media %d positions, non-causal %d"
                .formatted(piece.positions(), piece.whole() ? 1 : 0));
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
