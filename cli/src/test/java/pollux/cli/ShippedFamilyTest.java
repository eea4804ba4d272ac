package pollux.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands before the weights that ship. */
class ShippedFamilyTest {
  private static final Path FAMILY = Repository.folder().resolve("nano/pollux.gguf");

  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void weightsShip() {
    assumeTrue(Files.exists(FAMILY), "needs " + FAMILY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nano", "pro", "ultra"})
  void eachTierAnswersAboutAPicture(String tier) {
    String picture = Repository.folder().resolve("examples/leaves.png").toString();
    JsonNode answer =
        json("ask", "--json", "--model", tier, "--image", picture, "How many leaves?");
    assertThat(answer.get("tier").asString()).isEqualTo(tier);
    assertThat(answer.get("text").isString()).isTrue();
    assertThat(answer.get("tokens").get("prompt").asInt())
        .as("the picture alone takes 36")
        .isGreaterThan(36);
  }

  @Test
  void theSameQuestionGetsTheSameAnswerOnAnyNumberOfThreads() {
    String one = ask("--threads", "1", "12 + 34?");
    assertThat(ask("--threads", "3", "12 + 34?")).isEqualTo(one);
    assertThat(ask("--threads", "2", "--temperature", "1", "--seed", "5", "12 + 34?"))
        .isEqualTo(ask("--threads", "1", "--temperature", "1", "--seed", "5", "12 + 34?"));
  }

  @Test
  void jsonNamesTheWeights() throws Exception {
    String expected =
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(FAMILY)));
    assertThat(json("ask", "--json", "--max-tokens", "3", "hello").get("weights").asString())
        .isEqualTo(expected);
  }

  @Test
  void logitsAreWrittenForEachToken() throws Exception {
    Path file = folder.resolve("out.f32");
    assertThat(run("logits", "--model", "nano", "--tokens", "65 66, 67", "-o", file.toString()))
        .as(err.toString(StandardCharsets.UTF_8))
        .isZero();
    byte[] three = Files.readAllBytes(file);
    assertThat(three).hasSize(3 * 4 * 4096);
    assertThat(run("logits", "-m", "nano", "--tokens", "65 66", "-o", file.toString())).isZero();
    assertThat(Files.readAllBytes(file)).isEqualTo(Arrays.copyOf(three, 2 * 4 * 4096));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1 x", "1 -2", "1 4096"})
  void whatIsNoTokenIsRefused(String tokens) {
    Path file = folder.resolve("none.f32");
    assertThat(run("logits", "--model", "nano", "--tokens", tokens, "-o", file.toString()))
        .isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("pollux: ").hasLineCount(1);
  }

  @Test
  void aQuestionPastTheContextIsOneSentence() {
    assertThat(run("ask", "why? ".repeat(20_000))).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith("pollux: ")
        .contains("positions")
        .hasLineCount(1);
  }

  private JsonNode json(String... args) {
    out.reset();
    assertThat(run(args)).as(err.toString(StandardCharsets.UTF_8)).isZero();
    return JsonMapper.shared().readTree(out.toByteArray());
  }

  private String ask(String... args) {
    out.reset();
    String[] all = new String[args.length + 1];
    all[0] = "ask";
    System.arraycopy(args, 0, all, 1, args.length);
    assertThat(run(all)).isZero();
    return out.toString(StandardCharsets.UTF_8);
  }

  private int run(String... args) {
    String before = System.setProperty("pollux.home", Repository.folder().toString());
    try {
      Streams io =
          new Streams(
              new ByteArrayInputStream(new byte[0]),
              out,
              new PrintStream(err, true, StandardCharsets.UTF_8),
              false,
              false);
      return Main.run(io, Answerer::open, args);
    } finally {
      if (before == null) {
        System.clearProperty("pollux.home");
      } else {
        System.setProperty("pollux.home", before);
      }
    }
  }
}
