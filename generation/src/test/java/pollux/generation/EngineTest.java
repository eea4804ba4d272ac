package pollux.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pollux.media.Picture;
import pollux.media.Sound;
import pollux.model.ControlTokens;
import pollux.model.Message;
import pollux.model.Part;
import pollux.model.Prompt;
import pollux.model.Tier;
import pollux.tensor.BadInputException;

class EngineTest {
  private static final int MODEL = control(ControlTokens.MODEL);
  private static final int END = control(ControlTokens.END);
  private static final int THINK = control(ControlTokens.THINK);
  private static final int THINK_END = control(ControlTokens.THINK_END);

  @TempDir Path folder;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  @Test
  void readingAPromptWholeOrTokenByTokenGivesTheSameLogits() throws IOException {
    Path file = random();
    for (Tier tier : Tier.values()) {
      try (Engine whole = Engine.open(file, tier, 2);
          Engine single = Engine.open(file, tier, 2)) {
        Prompt prompt = whole.prompt(List.of(Message.user(text(100)))); // more than one chunk
        int n = prompt.tokens().length;
        float[][] expected = whole.logits(prompt, IntStream.range(0, n).toArray());
        for (int i = 0; i < n; i++) {
          // What was read before is kept, so this reads one position each time.
          Prompt start = new Prompt(Arrays.copyOf(prompt.tokens(), i + 1), List.of());
          assertThat(single.logits(start, i)[0])
              .as("position %d, seed %d", i, seed)
              .usingComparatorWithPrecision(1e-4f)
              .containsExactly(expected[i]);
        }
      }
    }
  }

  @Test
  void theNumberOfThreadsDoesNotChangeABit() throws IOException {
    Path file = random();
    Message question = Message.user(picture(), sound(), text(60));
    List<float[]> logits = new ArrayList<>();
    List<String> answers = new ArrayList<>();
    for (int threads : new int[] {1, 2, 3}) {
      try (Engine engine = Engine.open(file, Tier.ULTRA, threads)) {
        Prompt prompt = engine.prompt(List.of(question));
        logits.add(engine.logits(prompt, prompt.tokens().length - 1)[0]);
        answers.add(engine.answer(prompt, free(5, 30), AnswerListener.SILENT).text());
      }
    }
    assertThat(logits.get(1)).as("seed %d", seed).isEqualTo(logits.get(0));
    assertThat(logits.get(2)).as("seed %d", seed).isEqualTo(logits.get(0));
    assertThat(answers).as("seed %d", seed).allMatch(answers.get(0)::equals);
  }

  @Test
  void whatWasAskedBeforeDoesNotChangeTheAnswer() throws IOException {
    Path file = random();
    Part shown = picture();
    Message first = Message.user(shown, text(20));
    Message other = Message.user(picture(), text(20));
    List<Message> turns = List.of(first, Message.model(text(5)), Message.user(text(9)));
    try (Engine warm = Engine.open(file, Tier.PRO, 1);
        Engine fresh = Engine.open(file, Tier.PRO, 1)) {
      warm.answer(List.of(other), free(1, 20), AnswerListener.SILENT);
      warm.answer(List.of(first), free(1, 20), AnswerListener.SILENT);
      Prompt prompt = warm.prompt(turns);
      int last = prompt.tokens().length - 1;
      assertThat(warm.logits(prompt, last)[0])
          .as("seed %d", seed)
          .isEqualTo(fresh.logits(prompt, last)[0]);
    }
  }

  @Test
  void theSameSeedGivesTheSameAnswerAndAnotherOneAnother() throws IOException {
    try (Engine engine = Engine.open(random(), Tier.NANO, 1)) {
      List<Message> question = List.of(Message.user(new Part.Text("seeds")));
      Answer answer = engine.answer(question, free(7, 40), AnswerListener.SILENT);
      assertThat(engine.answer(question, free(7, 40), AnswerListener.SILENT).text())
          .isEqualTo(answer.text());
      assertThat(engine.answer(question, free(8, 40), AnswerListener.SILENT).text())
          .isNotEqualTo(answer.text());
    }
  }

  @Test
  void thoughtAndAnswerAreKeptApartAndPiecesAreWholeCharacters() throws IOException {
    byte[] text = "你é!".getBytes(StandardCharsets.UTF_8);
    List<Integer> script = new ArrayList<>(List.of(MODEL, THINK, (int) 'h', (int) 'm', THINK_END));
    for (byte b : text) {
      script.add(b & 0xFF);
    }
    script.add(END);
    List<String> heard = new ArrayList<>();
    AnswerListener listener =
        new AnswerListener() {
          @Override
          public void thought(String piece) {
            heard.add("thought " + piece);
          }

          @Override
          public void text(String piece) {
            heard.add("text " + piece);
          }
        };
    try (Engine engine = reciting(64, script)) {
      Answer answer = engine.answer(List.of(ask("?")), Sampling.GREEDY, listener);
      assertThat(answer.text()).isEqualTo("你é!");
      assertThat(answer.thought()).isEqualTo("hm");
      assertThat(answer.stop()).isEqualTo(Answer.Stop.END);
      assertThat(answer.promptTokens()).isEqualTo(3);
      assertThat(answer.thoughtTokens()).isEqualTo(4);
      assertThat(answer.answerTokens()).isEqualTo(6);
      assertThat(heard).containsExactly("thought h", "thought m", "text 你", "text é", "text !");
    }
  }

  @Test
  void aCharacterThatIsNeverCompletedIsReplaced() throws IOException {
    try (Engine engine = reciting(64, List.of(MODEL, (int) 'a', 0xE4, 0xBD, END))) {
      Answer answer = engine.answer(List.of(ask("?")), Sampling.GREEDY, AnswerListener.SILENT);
      assertThat(answer.text()).isEqualTo("a\uFFFD");
      assertThat(answer.thought()).isNull();
    }
  }

  @Test
  void anAnswerEndsAtItsLimitOrWhereTheContextIsFull() throws IOException {
    List<Integer> endless = List.of(MODEL, (int) 'a', (int) 'b', (int) 'c');
    try (Engine engine = reciting(24, List.of((int) 'a', (int) 'b', (int) 'c'))) {
      assertThat(endless).hasSize(4);
      Prompt prompt = new Prompt(new int[] {'x', 'a'}, List.of());
      Answer limited = engine.answer(prompt, new Sampling(0, 1, 5, 0), AnswerListener.SILENT);
      assertThat(limited.text()).isEqualTo("bcabc");
      assertThat(limited.stop()).isEqualTo(Answer.Stop.LENGTH);
      Answer full = engine.answer(prompt, Sampling.GREEDY, AnswerListener.SILENT);
      assertThat(full.stop()).isEqualTo(Answer.Stop.CONTEXT);
      // 22 are read after the prompt, and the last is said without being read.
      assertThat(full.answerTokens()).isEqualTo(23);
    }
  }

  @Test
  void aPromptPastTheContextIsRefusedWithBothNumbers() throws IOException {
    try (Engine engine = reciting(24, List.of(MODEL, END))) {
      assertThat(
              engine.answer(List.of(ask("x".repeat(22))), Sampling.GREEDY, AnswerListener.SILENT))
          .isNotNull();
      assertThatThrownBy(() ->
              engine.answer(List.of(ask("x".repeat(23))), Sampling.GREEDY, AnswerListener.SILENT))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("25")
          .hasMessageContaining("24");
    }
  }

  @Test
  void anEmptyQuestionIsRefused() throws IOException {
    try (Engine engine = reciting(24, List.of(MODEL, END))) {
      List<List<Message>> empty =
          List.of(
              List.of(),
              List.of(ask(" \n")),
              List.of(Message.user()),
              List.of(ask("a"), Message.model(new Part.Text("b"))));
      for (List<Message> conversation : empty) {
        assertThatThrownBy(
                () -> engine.answer(conversation, Sampling.GREEDY, AnswerListener.SILENT))
            .isInstanceOf(BadInputException.class)
            .hasMessageContaining("empty");
      }
    }
  }

  @Test
  void aListenerOrAnInterruptEndsTheAnswerAndTheEngineGoesOn() throws IOException {
    try (Engine engine = reciting(10_000, List.of((int) 'a', (int) 'b', (int) 'c'))) {
      Prompt prompt = new Prompt(new int[] {'a'}, List.of());
      Sampling endless = new Sampling(0, 1, 1_000_000, 0);
      StringBuilder heard = new StringBuilder();
      AnswerListener stopping =
          new AnswerListener() {
            @Override
            public void text(String piece) {
              heard.append(piece);
              if (heard.length() == 4) {
                throw new CancellationException("enough");
              }
            }
          };
      assertThatThrownBy(() -> engine.answer(prompt, endless, stopping))
          .isInstanceOf(CancellationException.class)
          .hasMessage("enough");
      assertThat(heard.toString()).isEqualTo("bcab");

      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> engine.answer(prompt, endless, AnswerListener.SILENT))
          .isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).as("the interrupt is spent").isFalse();

      AnswerListener interrupting =
          new AnswerListener() {
            @Override
            public void text(String piece) {
              Thread.currentThread().interrupt();
            }
          };
      assertThatThrownBy(() -> engine.answer(prompt, endless, interrupting))
          .isInstanceOf(CancellationException.class);
      assertThat(engine.answer(prompt, new Sampling(0, 1, 3, 0), AnswerListener.SILENT).text())
          .isEqualTo("bca");
    }
  }

  @Test
  void filesThatCannotAnswerAreRefused() throws IOException {
    Path missing = folder.resolve("missing.gguf");
    assertThatThrownBy(() -> Engine.open(missing, Tier.NANO, 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("missing.gguf");
    Path file = random();
    byte[] bytes = Files.readAllBytes(file);
    Path cut = Files.write(folder.resolve("cut.gguf"), Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> Engine.open(cut, Tier.NANO, 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("cut.gguf");
    String renamed =
        new String(bytes, StandardCharsets.ISO_8859_1)
            .replace("blk.1.attn_q.weight", "blk.1.attn_x.weight");
    Path strange =
        Files.write(folder.resolve("strange.gguf"), renamed.getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> Engine.open(strange, Tier.NANO, 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("strange.gguf")
        .hasMessageContaining("blk.1.attn_q.weight");
    assertThatThrownBy(() -> Engine.open(file, Tier.NANO, 0))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("threads");
  }

  @Test
  void weightsWithoutNumbersEndWithOneSentence() throws IOException {
    Path file = random();
    byte[] bytes = Files.readAllBytes(file);
    // The last tensor is the output norm of Ultra, F32.
    int at = bytes.length - SmallFamily.SPEC.width() * 4;
    for (int i = 0; i < SmallFamily.SPEC.width(); i++) {
      bytes[at + 4 * i + 2] = (byte) 0xC0;
      bytes[at + 4 * i + 3] = 0x7F;
    }
    Files.write(file, bytes);
    try (Engine engine = Engine.open(file, Tier.ULTRA, 1)) {
      assertThatThrownBy(
              () -> engine.answer(List.of(ask("?")), Sampling.GREEDY, AnswerListener.SILENT))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("finite");
    }
    try (Engine engine = Engine.open(file, Tier.NANO, 1)) {
      float[] logits = engine.logits(engine.prompt(List.of(ask("?"))), 0)[0];
      assertThat(logits[0]).isCloseTo(logits[0], within(1f)); // Nano has an output norm of its own
    }
  }

  private Path random() throws IOException {
    return SmallFamily.random(folder.resolve("random.gguf"), SmallFamily.SPEC, seed);
  }

  private Engine reciting(int context, List<Integer> script) throws IOException {
    int[] tokens = script.stream().mapToInt(Integer::intValue).toArray();
    Path file = SmallFamily.reciting(folder.resolve("reciting.gguf"), context, tokens);
    return Engine.open(file, Tier.NANO, 2);
  }

  private static Sampling free(long seed, int tokens) {
    return new Sampling(1, 1, tokens, seed);
  }

  private static Message ask(String question) {
    return Message.user(new Part.Text(question));
  }

  private Part text(int letters) {
    StringBuilder text = new StringBuilder();
    random.ints(letters, 'a', 'z' + 1).forEach(c -> text.append((char) c));
    return new Part.Text(text.toString());
  }

  private Part picture() {
    byte[] rgb = new byte[40 * 30 * 3];
    random.nextBytes(rgb);
    return new Part.Image(new Picture(40, 30, rgb));
  }

  private Part sound() {
    float[] samples = new float[8000];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = 0.1f * (float) random.nextGaussian();
    }
    return new Part.Audio(new Sound(samples));
  }

  private static int control(String name) {
    return SmallFamily.BYTES.control(name);
  }
}
