package pollux.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * {@code pollux ask} and {@code pollux chat} with another vendor's model and its projector: small
 * ones with random weights, whose answers say nothing. They lie in the folder that {@code
 * -Dpollux.peer=FOLDER} names, or beside the repository.
 */
class PeerMediaCommandsTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("pollux.peer", "../../shared/peer")).resolve("media");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void askShowsThePicture() {
    String[] ask = {
      "ask",
      "-m",
      peer("tiny-gemma3"),
      "--projector",
      peer("tiny-mmproj-gemma3"),
      "--max-tokens",
      "4",
      "--json",
      "--image",
      peer("shapes.png"),
      "What is it?"
    };
    assertThat(pollux("", ask)).as(err()).isZero();
    String seen = out();
    assertThat(seen).contains("\"text\":");
    assertThat(pollux("", "ask", "-m", peer("tiny-gemma3"), "--max-tokens", "4", "What is it?"))
        .as(err())
        .isZero();
    assertThat(out()).isNotEqualTo(seen);
  }

  @Test
  void rawTextKeepsItsPlaceAroundASound() {
    String[] ask = {
      "ask",
      "--raw",
      "-m",
      peer("tiny-llama"),
      "--projector",
      peer("tiny-mmproj-ultravox"),
      "--max-tokens",
      "4",
      "--json",
      "Hear: ",
      "--audio",
      peer("sweep.wav"),
      " What is it?"
    };
    assertThat(pollux("", ask)).as(err()).isZero();
    // As llama.cpp cuts the same prompt: 5 tokens, 375 rows, 5 tokens.
    assertThat(out()).contains("\"prompt\":385");
  }

  @Test
  void chatGoesOnWithThePicture() {
    String lines = "/image " + peer("shapes.png") + "\nWhat is it?\nAnd now?\n";
    String[] chat = {
      "chat",
      "-m",
      peer("tiny-gemma3"),
      "--projector",
      peer("tiny-mmproj-gemma3"),
      "--max-tokens",
      "4"
    };
    assertThat(pollux(lines, chat)).as(err()).isZero();
    assertThat(out().lines().count()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void whatDoesNotGoTogetherIsOneSentence() {
    String gemma = peer("tiny-gemma3");
    String picture = peer("shapes.png");
    refused("--projector", "ask", "-m", gemma, "--image", picture, "What?");
    refused(
        "leave sound out",
        "ask",
        "-m",
        gemma,
        "--projector",
        peer("tiny-mmproj-gemma3"),
        "--audio",
        peer("sweep.wav"),
        "What?");
    refused("not a projector", "ask", "-m", gemma, "--projector", gemma, "What?");
    refused("no chat template", "ask", "-m", peer("tiny-llama"), "What?");
    refused(
        "sees and hears by itself",
        "ask",
        "-m",
        Repository.folder().resolve("nano/pollux.gguf").toString(),
        "--projector",
        peer("tiny-mmproj-gemma3"),
        "--image",
        picture,
        "What?");
  }

  private void refused(String words, String... args) {
    out.reset();
    err.reset();
    assertThat(pollux("", args)).isEqualTo(2);
    assertThat(err()).contains(words).hasLineCount(1);
    assertThat(out()).isEmpty();
  }

  private int pollux(String in, String... args) {
    out.reset();
    Streams io =
        new Streams(
            new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
            out,
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false);
    return Main.run(io, Answerer::open, args);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private static String peer(String name) {
    Path file = FOLDER.resolve(name.contains(".") ? name : name + ".gguf");
    assumeTrue(Files.isRegularFile(file), file + " is missing");
    return file.toString();
  }
}
