package pollux.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import pollux.model.ExpertsSpec;
import pollux.model.ExpertsSpec.Gating;
import pollux.tensor.Tensor;

class ExpertMixtureTest {
  private static final float[] LOGITS = {0.5f, 2, -1, 1.5f};

  @Test
  void theStrongestRunWithTheirSharesOfAll() {
    ExpertMixture mixture = mixture(new ExpertsSpec(4, 2, Gating.SOFTMAX, false, 1), null);
    assertThat(mixture.chosen).containsExactly(1, 3);
    double sum = Math.exp(0.5) + Math.exp(2) + Math.exp(-1) + Math.exp(1.5);
    close(mixture, Math.exp(2) / sum, Math.exp(1.5) / sum);
  }

  @Test
  void normalisedSharesAddUpToTheScale() {
    ExpertMixture mixture = mixture(new ExpertsSpec(4, 2, Gating.SIGMOID, true, 3), null);
    double a = 1 / (1 + Math.exp(-2));
    double b = 1 / (1 + Math.exp(-1.5));
    close(mixture, 3 * a / (a + b), 3 * b / (a + b));
  }

  @Test
  void aSoftmaxOfTheChosenLeavesTheOthersOut() {
    ExpertMixture mixture =
        mixture(new ExpertsSpec(4, 2, Gating.SOFTMAX_OF_CHOSEN, false, 1), null);
    close(mixture, 1 / (1 + Math.exp(-0.5)), 1 / (1 + Math.exp(0.5)));
  }

  @Test
  void aBiasChoosesAndDoesNotWeigh() {
    ExpertMixture mixture =
        mixture(new ExpertsSpec(4, 2, Gating.SIGMOID, false, 1), new float[] {0, 0, 0.9f, 0});
    assertThat(mixture.chosen).containsExactly(2, 1);
    close(mixture, 1 / (1 + Math.exp(1)), 1 / (1 + Math.exp(-2)));
  }

  @Test
  void weakGroupsAreLeftOut() {
    // Group 1 holds 1.5 and -1; group 0 holds 2 and 0.5.
    ExpertMixture mixture =
        mixture(new ExpertsSpec(4, 2, Gating.SIGMOID, false, 1, false, 2, 1), null);
    assertThat(mixture.chosen).containsExactly(1, 0);
  }

  @Test
  void logitsWithoutNumbersChooseSomething() {
    try (Arena arena = Arena.ofConfined()) {
      float nan = Float.NaN;
      Tensor logits = Tensor.of(arena, new float[] {nan, nan, nan, nan}, 1, 4);
      ExpertMixture mixture =
          new ExpertMixture(new ExpertsSpec(4, 2, Gating.SOFTMAX, true, 1), logits, null);
      assertThat(Arrays.stream(mixture.chosen).boxed()).allMatch(e -> e >= 0 && e < 4);
    }
  }

  private static ExpertMixture mixture(ExpertsSpec spec, float @Nullable [] bias) {
    try (Arena arena = Arena.ofConfined()) {
      return new ExpertMixture(
          spec, Tensor.of(arena, LOGITS, 1, 4), bias == null ? null : Tensor.of(arena, bias, 4));
    }
  }

  private static void close(ExpertMixture mixture, double... expected) {
    assertThat(mixture.weights).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) mixture.weights[i]).isCloseTo(expected[i], within(1e-6));
    }
  }
}
