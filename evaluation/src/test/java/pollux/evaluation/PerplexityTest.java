package pollux.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import pollux.generation.Engine;
import pollux.generation.EngineOptions;
import pollux.model.Prompt;
import pollux.tensor.BadInputException;

/** Against the definition, on a real small model beside the repository. */
class PerplexityTest {
  private static final Path STORIES =
      Path.of(System.getProperty("pollux.peer", "../../shared/peer"))
          .resolve("stories260K/stories260K.gguf");

  private static final String TEXT =
      "Once upon a time, there was a little girl named Lily. She loved to play outside in the park."
          + " One day, she saw a big, red ball. She wanted to play with it, but it was too high.";

  @Test
  void aSharpGuessCostsLittleAndAFlatOneTheLogarithm() {
    assertThat(Perplexity.surprise(new float[8], 3)).isCloseTo(Math.log(8), within(1e-9));
    assertThat(Perplexity.surprise(new float[] {0, 50, 0}, 1)).isCloseTo(0, within(1e-9));
    assertThat(Perplexity.surprise(new float[] {0, 50, 0}, 0)).isCloseTo(50, within(1e-6));
    assertThat(Perplexity.surprise(new float[] {1e30f, 0}, 0)).isZero();
  }

  @Test
  void itIsTheMeanSurpriseOfTheSecondHalves() {
    assumeTrue(Files.exists(STORIES), STORIES + " is missing");
    int context = 16;
    try (Engine engine = Engine.open(STORIES, EngineOptions.threads(2))) {
      List<Perplexity> progress = new ArrayList<>();
      Perplexity measured = Perplexity.measure(engine, TEXT, context, progress::add);
      int[] tokens = engine.raw(TEXT).tokens();
      double sum = 0;
      int count = 0;
      for (int start = 0; start + context <= tokens.length; start += context) {
        int[] window = IntStream.range(start, start + context).map(i -> tokens[i]).toArray();
        window[0] = engine.tokenizer().bos().orElseThrow();
        float[][] logits =
            engine.logits(new Prompt(window, List.of()), IntStream.range(0, context).toArray());
        for (int i = context / 2; i < context - 1; i++) {
          double all = 0;
          for (float logit : logits[i]) {
            all += Math.exp(logit);
          }
          sum -= Math.log(Math.exp(logits[i][window[i + 1]]) / all);
          count++;
        }
      }
      assertThat(measured.tokens()).isEqualTo(count);
      assertThat(measured.perplexity()).isCloseTo(Math.exp(sum / count), within(1e-3));
      assertThat(measured.perplexity()).as("a story of its own kind").isBetween(1.0, 20.0);
      assertThat(progress).hasSize(tokens.length / context).endsWith(measured);
    }
  }

  @Test
  void aTextShorterThanAWindowIsOneSentence() {
    assumeTrue(Files.exists(STORIES), STORIES + " is missing");
    try (Engine engine = Engine.open(STORIES, EngineOptions.threads(1))) {
      assertThatThrownBy(() -> Perplexity.measure(engine, "Once", 64, p -> {}))
          .isInstanceOf(BadInputException.class)
          .hasMessageContainingAll("tokens", "window of 64");
      assertThatThrownBy(() -> Perplexity.measure(engine, TEXT, 100_000, p -> {}))
          .isInstanceOf(BadInputException.class)
          .hasMessageContainingAll("100000", STORIES.toString());
    }
  }
}
