package pollux.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class VectorMathTest {
  @Test
  void expIsWithinTwoUlpAndTheScalarTwinHasTheSameBits() {
    float[] values = new float[100_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = -87.3f + i * 0.00176f;
    }
    float[] found = exp(values);
    for (int i = 0; i < values.length; i++) {
      float exact = (float) Math.exp(values[i]);
      assertThat(Math.abs(found[i] - exact))
          .as("e^%s", values[i])
          .isLessThanOrEqualTo(2 * Math.ulp(exact));
      assertThat(Exponential.exp(values[i])).isEqualTo(found[i]);
    }
  }

  @Test
  void expAtTheEnds() {
    float[] values = {
      Float.NEGATIVE_INFINITY, -88, 0, -0f, 89, Float.POSITIVE_INFINITY, Float.NaN, -1e30f, 1e30f
    };
    float[] whole = new float[64]; // so that each value meets vectors, and then the tail
    for (int start = 0; start < 64 - values.length; start += 11) {
      System.arraycopy(values, 0, whole, start, values.length);
    }
    float[] found = exp(whole);
    for (int i = 0; i < whole.length; i++) {
      assertThat(Float.compare(found[i], Exponential.exp(whole[i]))).as("e^%s", whole[i]).isZero();
    }
    assertThat(exp(values)).startsWith(0, 0, 1, 1);
    assertThat(Exponential.exp(Float.NaN)).isNaN();
    assertThat(Exponential.exp(1e30f)).isBetween(3.3e38f, Float.MAX_VALUE);
    assertThat(Exponential.exp(-1e30f)).isZero();
  }

  @Test
  void sumsOverLanesFoldHalves() {
    SplittableRandom random = new SplittableRandom(7);
    float[] lanes = new float[5 * VectorMath.WIDTH];
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = (float) random.nextGaussian();
    }
    float[] sums = new float[5];
    VectorMath.fold(lanes, 5, sums);
    for (int group = 0; group < 5; group++) {
      float[] values = new float[VectorMath.WIDTH];
      System.arraycopy(lanes, group * VectorMath.WIDTH, values, 0, values.length);
      for (int half = VectorMath.WIDTH / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; i++) {
          values[i] += values[i + half];
        }
      }
      assertThat(sums[group]).isEqualTo(values[0]);
      assertThat(Lanes.fold(lanes, group * VectorMath.WIDTH)).isEqualTo(values[0]);
    }
  }

  private static float[] exp(float[] values) {
    try (Arena arena = Arena.ofConfined()) {
      float[] out = new float[values.length];
      Tensor x = Tensor.of(arena, values, values.length);
      VectorMath.exp(x.data(), 0, values.length, 1, 0, out);
      return out;
    }
  }
}
