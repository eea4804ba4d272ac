package pollux.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.BitSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import pollux.tensor.BadInputException;

class SamplerTest {
  private static final float[] LOGITS = logarithms(0.5, 0.05, 0.3, 0.15);

  private final long seed = System.nanoTime();

  @Test
  void atTemperatureZeroTheLikeliestIsTakenAndOfEqualOnesTheFirst() {
    assertThat(new Sampler(Sampling.GREEDY, new BitSet()).next(new float[] {1, 3, -2, 3}))
        .isEqualTo(1);
  }

  @Test
  void tokensComeAsOftenAsTheirProbabilitySays() {
    assertThat(frequencies(1, 1, new BitSet())).satisfies(f -> near(f, 0.5, 0.05, 0.3, 0.15));
  }

  @Test
  void temperatureSharpens() {
    // Squares of the probabilities, made to sum to one.
    assertThat(frequencies(0.5f, 1, new BitSet()))
        .satisfies(f -> near(f, 0.6849, 0.0068, 0.2466, 0.0616));
  }

  @Test
  void topPKeepsTheFewestThatReachIt() {
    assertThat(frequencies(1, 0.75f, new BitSet())).satisfies(f -> near(f, 0.625, 0, 0.375, 0));
    assertThat(frequencies(1, 0.01f, new BitSet())).satisfies(f -> near(f, 1, 0, 0, 0));
  }

  @Test
  void forbiddenTokensNeverCome() {
    BitSet forbidden = new BitSet();
    forbidden.set(0);
    assertThat(frequencies(1, 1, forbidden)).satisfies(f -> near(f, 0, 0.1, 0.6, 0.3));
    assertThat(new Sampler(Sampling.GREEDY, forbidden).next(LOGITS)).isEqualTo(2);
  }

  @Test
  void theSameSeedMakesTheSameChoices() {
    Sampling sampling = new Sampling(1, 0.9f, 1, seed);
    Sampler one = new Sampler(sampling, new BitSet());
    Sampler other = new Sampler(sampling, new BitSet());
    assertThat(IntStream.range(0, 100).map(i -> one.next(LOGITS)).toArray())
        .isEqualTo(IntStream.range(0, 100).map(i -> other.next(LOGITS)).toArray());
  }

  @Test
  void logitsWithoutAFiniteNumberAreRefused() {
    for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY}) {
      float[] logits = {bad, bad};
      assertThatThrownBy(() -> new Sampler(Sampling.GREEDY, new BitSet()).next(logits))
          .isInstanceOf(BadInputException.class);
    }
  }

  private double[] frequencies(float temperature, float topP, BitSet forbidden) {
    int n = 40_000;
    Sampler sampler = new Sampler(new Sampling(temperature, topP, 1, seed), forbidden);
    double[] found = new double[LOGITS.length];
    for (int i = 0; i < n; i++) {
      found[sampler.next(LOGITS)] += 1.0 / n;
    }
    return found;
  }

  private void near(double[] found, double... expected) {
    for (int i = 0; i < expected.length; i++) {
      // Five deviations of a frequency: one run in a million strays further.
      double five = 5 * Math.sqrt(expected[i] * (1 - expected[i]) / 40_000) + 1e-4;
      assertThat(found[i]).as("token %d, seed %d", i, seed).isCloseTo(expected[i], within(five));
    }
  }

  private static float[] logarithms(double... probabilities) {
    float[] logits = new float[probabilities.length];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) Math.log(probabilities[i]) + 3;
    }
    return logits;
  }
}
