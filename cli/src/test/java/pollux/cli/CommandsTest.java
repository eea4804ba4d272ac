package pollux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.generation.Answer;
import pollux.generation.Sampling;
import pollux.model.GgufFile;
import pollux.model.GgufWriter;
import pollux.model.Message;
import pollux.model.Part;
import pollux.model.tokenizer.ByteLevel;
import pollux.tensor.ElementType;
import pollux.tensor.Tensor;
import tools.jackson.databind.json.JsonMapper;

/** The commands within this process, before a model that repeats what it hears. */
class CommandsTest {
  @TempDir Path temp;
  private final Parrot parrot = new Parrot();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void theAnswerAloneGoesToStdout() {
    assertThat(pollux("", "ask", "how are you?")).isZero();
    assertThat(out()).isEqualTo("how are you?\n");
    assertThat(err()).isEmpty();
  }

  @Test
  void rawTextIsGoneOnWith() {
    assertThat(pollux("", "ask", "--raw", "ding dong ")).isZero();
    assertThat(out()).isEqualTo("ding dong ding dong \n");
    assertThat(parrot.asked).isEmpty();
  }

  @Test
  void thoughtsAreShownApartWhenAskedFor() {
    assertThat(pollux("", "ask", "--show-thoughts", "how?")).isZero();
    assertThat(out()).isEqualTo("how?\n");
    assertThat(err()).isEqualTo("hm\n");
  }

  @Test
  void theQuestionMayComeFromStdinInAnyScript() {
    assertThat(pollux("  你好，多少片叶子?\n", "ask")).isZero();
    assertThat(parrot.asked).containsExactly(List.of(Message.user(new Part.Text("你好，多少片叶子?"))));
    assertThat(out()).isEqualTo("你好，多少片叶子?\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  \n\t "})
  void anEmptyQuestionIsRefused(String question) {
    assertThat(pollux(question, "ask")).isEqualTo(2);
    assertThat(pollux("not read", "ask", question)).isEqualTo(2);
    assertThat(err()).startsWith("pollux: the question is empty").hasLineCount(2);
    assertThat(out()).isEmpty();
  }

  @Test
  void stdinThatIsNotTextIsRefused() {
    Streams io =
        new Streams(
            new ByteArrayInputStream(new byte[] {(byte) 0xff, (byte) 0xd8, 0}),
            out,
            print(err),
            false,
            false);
    assertThat(Main.run(io, options -> parrot, "ask")).isEqualTo(2);
    assertThat(err())
        .startsWith("pollux: the question on stdin must be UTF-8 text")
        .hasLineCount(1);
  }

  @Test
  void endlessStdinIsRefused() {
    Streams io = new Streams(new Endless(), out, print(err), false, false);
    assertThat(Main.run(io, options -> parrot, "ask")).isEqualTo(2);
    assertThat(err())
        .startsWith("pollux: the question on stdin must be at most 1 MiB")
        .hasLineCount(1);
  }

  @Test
  @SuppressWarnings("unchecked")
  void jsonIsOneObject() {
    assertThat(pollux("", "ask", "--json", "--seed", "-7", "sag \"äh\"")).isZero();

    assertThat(out()).hasLineCount(1);
    Map<String, Object> answer = JsonMapper.shared().readValue(out(), Map.class);
    assertThat(answer)
        .containsEntry("text", "sag \"äh\"")
        .containsEntry("thought", "hm")
        .containsEntry("tier", "nano")
        .containsEntry("seed", -7)
        .containsEntry("tokens", Map.of("prompt", 5, "thought", 1, "answer", 8))
        .containsEntry("timings", Map.of("load", 0.25, "prefill", 0.125, "decode", 1.0))
        .containsEntry("weights", "ba78");
  }

  @Test
  void samplingIsPassedOn() {
    pollux(
        "", "ask", "--max-tokens", "9", "--temperature=0.5", "--top-p", "0.75", "--seed", "3", "x");
    assertThat(parrot.samplings).containsExactly(new Sampling(0.5f, 0.75f, 9, 3));
  }

  @Test
  void anAnswerThatWasCutOffSaysSo() {
    parrot.stop = Answer.Stop.LENGTH;
    assertThat(pollux("", "ask", "x")).isZero();
    assertThat(err()).isEqualTo("pollux: the answer was cut off at --max-tokens\n");
  }

  @Test
  void typesOfACacheAreNamed() {
    assertThat(pollux("", "bench", "-m", "pom.xml", "--cache-type", "q4_0")).isEqualTo(2);
    assertThat(err()).contains("--cache-type must be f16, f32 or q8_0, not q4_0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ask --temperature 3 x",
        "ask --top-p 0 x",
        "ask --max-tokens 0 x",
        "ask --temperature NaN x",
        "ask --max-tokens many x",
        "ask --imag a.png x",
        "ask --image",
        "ask --image nowhere.png x",
        "ask --audio nowhere.wav",
        "ask --video nowhere.mp4 x",
        "paint x",
        "--loud",
        "skills --cases 0",
        "train",
        "train nowhere.yaml",
        "train --resume nowhere.yaml",
        "prepare nowhere.yaml",
        "export",
        "quantize",
        "quantize nowhere.gguf out.gguf Q4_0",
        "quantize nowhere.gguf out.gguf Q9_9",
        "quantize --threads 0 nowhere.gguf out.gguf Q4_0",
        "logits -m src --tokens 1 -o out.f32",
        "perplexity -m src pom.xml",
        "tokenize -m nowhere.gguf",
        "tokenize -m pom.xml --decode"
      })
  void badInputIsOneSentenceAndStatus2(String line) {
    assertThat(pollux("", line.split(" "))).isEqualTo(2);
    assertThat(out()).isEmpty();
    assertThat(err()).startsWith("pollux: ").doesNotContain("\tat ", "Exception");
    assertThat(err().lines().count()).isLessThanOrEqualTo(3);
  }

  @Test
  void aFileIsQuantised() throws IOException {
    Path in = temp.resolve("in.gguf");
    Path out = temp.resolve("out.gguf");
    try (Arena arena = Arena.ofConfined()) {
      new GgufWriter()
          .tensor("output.weight", Tensor.f32(arena, 2, 64))
          .tensor("output_norm.weight", Tensor.f32(arena, 64))
          .write(in);
      assertThat(pollux("", "quantize", "--pure", in.toString(), out.toString(), "q5_1")).isZero();
      assertThat(out()).contains("out.gguf", "1 F32, 1 Q5_1").hasLineCount(1);
      assertThat(GgufFile.open(out, arena).tensor("output.weight").type())
          .isEqualTo(ElementType.Q5_1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--image", "--audio", "--video"})
  void aFileOfNoiseIsOneSentenceThatNamesIt(String option) throws IOException {
    byte[] noise = new byte[4000];
    new SplittableRandom(7).nextBytes(noise);
    Path file = Files.write(temp.resolve("noise.bin"), noise);
    Path empty = Files.write(temp.resolve("empty.png"), new byte[0]);

    assertThat(pollux("", "ask", option, file.toString(), "what?")).isEqualTo(2);
    assertThat(err()).startsWith("pollux: ").contains("noise.bin").hasLineCount(1);
    assertThat(pollux("", "ask", option, empty.toString(), "what?")).isEqualTo(2);
    assertThat(err()).contains("empty.png").hasLineCount(2);
    assertThat(parrot.asked).isEmpty();
  }

  @Test
  void aTextBecomesIdsAndComesBack() throws IOException {
    // The bytes, two merges and a BOS token.
    List<String> tokens = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      tokens.add(ByteLevel.toText(new byte[] {(byte) b}));
    }
    tokens.addAll(List.of("he", "hel", "<s>"));
    int[] types = new int[tokens.size()];
    Arrays.fill(types, 1);
    types[258] = 3;
    Path file = temp.resolve("bytes.gguf");
    new GgufWriter()
        .text("tokenizer.ggml.model", "gpt2")
        .text("tokenizer.ggml.pre", "qwen2")
        .texts("tokenizer.ggml.tokens", tokens)
        .integers("tokenizer.ggml.token_type", types)
        .texts("tokenizer.ggml.merges", List.of("h e", "he l"))
        .integer("tokenizer.ggml.bos_token_id", 258)
        .flag("tokenizer.ggml.add_bos_token", true)
        .write(file);

    assertThat(pollux("hello\n", "tokenize", "-m", file.toString())).isZero();
    assertThat(out()).isEqualTo("258 257 108 111 10\n");
    assertThat(pollux("<s>", "tokenize", "-m", file.toString(), "--no-special")).isZero();
    assertThat(out()).endsWith("\n60 115 62\n");
    assertThat(pollux("258 257 108 111", "tokenize", "-m", file.toString(), "--decode")).isZero();
    assertThat(out()).endsWith("\n<s>hello");
    assertThat(pollux("259", "tokenize", "-m", file.toString(), "--decode")).isEqualTo(2);
    assertThat(err()).contains("'259' is no token", "0 to 258");
  }

  @Test
  void aFailureOfOursSaysHowToSeeMore() {
    assertThat(pollux("", "ask", "fail")).isEqualTo(1);
    assertThat(err())
        .hasLineCount(1)
        .contains("the parrot flew away", "POLLUX_TRACE=1")
        .doesNotContain("\tat ");
  }

  @Test
  void aReaderThatHasGoneIsNoError() {
    OutputStream gone =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    Streams io = new Streams(new ByteArrayInputStream(new byte[0]), gone, print(err), false, false);
    assertThat(Main.run(io, options -> parrot, "ask", "x")).isEqualTo(141);
    assertThat(err()).isEmpty();
  }

  @Test
  void aChatRemembersItsTurns() {
    assertThat(pollux("one\n\ntwo\n/new\nthree\n/exit\nfour\n", "chat")).isZero();

    assertThat(out()).isEqualTo("one\ntwo\nthree\n");
    Message one = Message.user(new Part.Text("one"));
    Message answer = Message.model(new Part.Thought("hm"), new Part.Text("one"));
    assertThat(parrot.asked)
        .containsExactly(
            List.of(one),
            List.of(one, answer, Message.user(new Part.Text("two"))),
            List.of(Message.user(new Part.Text("three"))));
  }

  @Test
  void aChatFromAPipeStopsAtBadInput() {
    assertThat(pollux("one\n/image nowhere.png\ntwo\n", "chat")).isEqualTo(2);
    assertThat(out()).isEqualTo("one\n");
    assertThat(err()).startsWith("pollux: ").contains("nowhere.png");
  }

  @Test
  void aMissingWeightsFileIsNamed() {
    int status =
        Main.run(
            streams(""),
            Answerer::open,
            "ask",
            "--model",
            temp.resolve("none.gguf").toString(),
            "x");
    assertThat(status).isEqualTo(2);
    assertThat(err()).contains("none.gguf").hasLineCount(1);
  }

  @Test
  void helpGoesToStdout() {
    assertThat(pollux("", "ask", "--help")).isZero();
    assertThat(out()).contains("--image", "--temperature", "Example:");
    assertThat(pollux("")).isZero();
    assertThat(out()).contains("doctor", "train");
    assertThat(err()).isEmpty();
  }

  private int pollux(String in, String... args) {
    return Main.run(streams(in), options -> parrot, args);
  }

  private Streams streams(String in) {
    return new Streams(
        new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
        out,
        print(err),
        false,
        false);
  }

  private static PrintStream print(OutputStream to) {
    return new PrintStream(to, true, StandardCharsets.UTF_8);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private static final class Endless extends InputStream {
    @Override
    public int read() {
      return 'x';
    }
  }
}
