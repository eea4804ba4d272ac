package pollux.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class VectorMathTest {
  @Test
  void expIsWithinTwoUlpAndTheScalarTwinHasTheSameBits() {
    float[] values = new float[VectorMath.LANES];
    for (float x = -87.3f; x < 88.7f; x += 0.00173f * VectorMath.LANES) {
      for (int i = 0; i < values.length; i++) {
        values[i] = x + 0.00173f * i;
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
  }

  @Test
  void expAtTheEnds() {
    float[] values = new float[Math.max(8, VectorMath.LANES)];
    values[0] = Float.NEGATIVE_INFINITY;
    values[1] = -88;
    values[2] = 0;
    values[3] = -0f;
    assertThat(exp(values)).startsWith(0, 0, 1, 1);
    for (float x : new float[] {89, Float.POSITIVE_INFINITY, Float.NaN}) {
      values[0] = x;
      float found = exp(values)[0];
      assertThat(Float.compare(found, Exponential.exp(x))).isZero();
      assertThat(Float.isNaN(found)).isEqualTo(Float.isNaN(x));
      if (x == x) {
        assertThat(found).isGreaterThan(3.3e38f);
      }
    }
  }

  @Test
  void theSumOverLanesFoldsHalves() {
    SplittableRandom random = new SplittableRandom(7);
    float[] values = new float[64];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    FloatVector[] parts = new FloatVector[4];
    for (int i = 0; i < 4; i++) {
      parts[i] = FloatVector.fromArray(VectorMath.SPECIES, values, i * VectorMath.LANES);
    }
    float found = VectorMath.sum(parts[0], parts[1], parts[2], parts[3]);
    for (int half = VectorMath.WIDTH / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        values[i] += values[i + half];
      }
    }
    assertThat(found).isEqualTo(values[0]);
  }

  private static float[] exp(float[] values) {
    float[] out = new float[VectorMath.LANES];
    VectorMath.exp(FloatVector.fromArray(VectorMath.SPECIES, values, 0)).intoArray(out, 0);
    return out;
  }
}
