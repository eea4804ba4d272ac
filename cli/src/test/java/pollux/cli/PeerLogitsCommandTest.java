package pollux.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code pollux logits} of prompts with a picture or a sound against llama.cpp, whose outputs lie
 * in the folder that {@code -Dpollux.peer=FOLDER} names, or beside the repository.
 */
class PeerLogitsCommandTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("pollux.peer", "../../shared/peer")).resolve("media");

  @TempDir Path temp;
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @ParameterizedTest
  @CsvSource({
    "tiny-gemma3, tiny-mmproj-gemma3, --image, shapes.png, Look:, gemma3-picture",
    "tiny-llama, tiny-mmproj-ultravox, --audio, sweep.wav, Hear:, ultravox-sound",
  })
  void aPictureAndASoundAreReadAsTheReferenceReadsThem(
      String model, String projector, String kind, String file, String words, String reference)
      throws IOException {
    Path logits = temp.resolve("logits.f32");
    Path embeddings = temp.resolve("embeddings.f32");
    int exit =
        pollux(
            "-m",
            peer(model + ".gguf").toString(),
            "--projector",
            peer(projector + ".gguf").toString(),
            kind,
            peer(file).toString(),
            "--prompt",
            words + " <media> What is it?",
            "--embeddings",
            embeddings.toString(),
            "-o",
            logits.toString());
    assertThat(exit).as(err.toString(StandardCharsets.UTF_8)).isZero();
    assertThat(error(embeddings, peer(reference + ".embeddings"))).isLessThanOrEqualTo(1e-4);
    assertThat(error(logits, peer(reference + ".logits"))).isLessThanOrEqualTo(1e-3);
  }

  @Test
  void whatDoesNotGoTogetherIsOneSentence() throws IOException {
    String model = peer("tiny-llama.gguf").toString();
    String projector = peer("tiny-mmproj-ultravox.gguf").toString();
    String out = temp.resolve("none.f32").toString();
    String sound = peer("sweep.wav").toString();
    refused("--tokens", "-m", model, "-o", out);
    refused("--tokens", "-m", model, "-o", out, "--tokens", "1", "--prompt", "<media>");
    refused("--audio", "-m", model, "-o", out, "--projector", projector, "--prompt", "<media>");
    refused(
        "<media>",
        "-m",
        model,
        "-o",
        out,
        "--projector",
        projector,
        "--prompt",
        "Hear",
        "--audio",
        sound);
    refused(
        "leave pictures out",
        "-m",
        model,
        "-o",
        out,
        "--projector",
        projector,
        "--prompt",
        "<media>",
        "--image",
        peer("shapes.png").toString());
    assertThat(Path.of(out)).doesNotExist();
  }

  private void refused(String word, String... args) {
    err.reset();
    assertThat(pollux(args)).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith("pollux: ")
        .contains(word)
        .hasLineCount(1);
  }

  private int pollux(String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "logits";
    System.arraycopy(args, 0, all, 1, args.length);
    Streams io =
        new Streams(
            new ByteArrayInputStream(new byte[0]),
            new ByteArrayOutputStream(),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false);
    return Main.run(io, o -> new Parrot(), all);
  }

  private static double error(Path found, Path expected) throws IOException {
    float[] a = floats(found);
    float[] b = floats(expected);
    assertThat(a).hasSameSizeAs(b);
    double error = 0;
    double power = 0;
    for (int i = 0; i < a.length; i++) {
      error += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
      power += (double) b[i] * b[i];
    }
    return error / power;
  }

  private static float[] floats(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[bytes.remaining() / 4];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  private static Path peer(String name) {
    Path file = FOLDER.resolve(name);
    assumeTrue(Files.isRegularFile(file), file + " is missing");
    return file;
  }
}
