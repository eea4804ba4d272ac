package pollux.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Backward kernels of the specification against central differences. The forward result is weighted
 * with random numbers, which are then the incoming gradient; values near 1 and steps of 1/128 keep
 * float's rounding two orders below the tolerance.
 */
class GradientTest {
  private static final float STEP = 0x1p-7f;
  private static final double TOLERANCE = 4e-3;

  private final Kernels kernels = new ScalarKernels();
  private final long seed = System.nanoTime();
  private final SplittableRandom random = new SplittableRandom(seed);
  private final Arena arena = Arena.ofConfined();

  @AfterEach
  void close() {
    arena.close();
  }

  @Test
  void rmsNorm() {
    int rows = 3;
    int n = 7;
    MemorySegment x = random(rows * n);
    MemorySegment gain = random(n);
    MemorySegment dy = random(rows * n);
    MemorySegment dx = zeros(rows * n);
    MemorySegment dGain = zeros(n);
    MemorySegment y = zeros(rows * n);
    kernels.rmsNormBackward(x, gain, 1e-5f, rows, n, dy, dx, dGain);
    Runnable forward = () -> kernels.rmsNorm(x, gain, 1e-5f, rows, n, y);
    assertGradient("dx", x, dx, forward, y, dy);
    assertGradient("dGain", gain, dGain, forward, y, dy);
  }

  @Test
  void swiglu() {
    int n = 9;
    MemorySegment gate = random(n);
    MemorySegment up = random(n);
    MemorySegment dy = random(n);
    MemorySegment dGate = zeros(n);
    MemorySegment dUp = zeros(n);
    MemorySegment y = zeros(n);
    kernels.swigluBackward(gate, up, dy, n, dGate, dUp);
    Runnable forward = () -> kernels.swiglu(gate, up, n, y);
    assertGradient("dGate", gate, dGate, forward, y, dy);
    assertGradient("dUp", up, dUp, forward, y, dy);
  }

  @Test
  void softmax() {
    int n = 6;
    float scale = 0.7f;
    MemorySegment x = random(n);
    MemorySegment dy = random(n);
    MemorySegment y = zeros(n);
    Runnable forward =
        () -> {
          y.copyFrom(x);
          kernels.softmax(y, 0, n, scale);
        };
    forward.run();
    MemorySegment dx = zeros(n);
    dx.copyFrom(dy);
    kernels.softmaxBackward(y, dx, 0, n, scale);
    assertGradient("dx", x, dx, forward, y, dy);
  }

  @Test
  void turningBackIsTheGradientOfTurning() {
    int rows = 2;
    int heads = 2;
    int headLength = 6;
    int size = rows * heads * headLength;
    int[] positions = {3, 11};
    MemorySegment x = random(size);
    MemorySegment dy = random(size);
    MemorySegment y = zeros(size);
    Runnable forward =
        () -> {
          y.copyFrom(x);
          kernels.rope(
              y,
              rows,
              heads,
              headLength,
              positions,
              Rotary.of(Rotary.Pairs.HALVES, 100f, headLength),
              false);
        };
    MemorySegment dx = zeros(size);
    dx.copyFrom(dy);
    kernels.rope(
        dx,
        rows,
        heads,
        headLength,
        positions,
        Rotary.of(Rotary.Pairs.HALVES, 100f, headLength),
        true);
    assertGradient("dx", x, dx, forward, y, dy);
  }

  @Test
  void gradientsAreAdded() {
    MemorySegment gate = random(4);
    MemorySegment up = random(4);
    MemorySegment dy = random(4);
    MemorySegment once = zeros(4);
    MemorySegment twice = zeros(4);
    kernels.swigluBackward(gate, up, dy, 4, once, zeros(4));
    kernels.swigluBackward(gate, up, dy, 4, twice, zeros(4));
    kernels.swigluBackward(gate, up, dy, 4, twice, zeros(4));
    for (int i = 0; i < 4; i++) {
      assertThat(at(twice, i)).isEqualTo(2 * at(once, i));
    }
  }

  private void assertGradient(
      String name,
      MemorySegment input,
      MemorySegment gradient,
      Runnable forward,
      MemorySegment output,
      MemorySegment weights) {
    for (int i = 0; i < input.byteSize() / 4; i++) {
      float value = at(input, i);
      put(input, i, value + STEP);
      forward.run();
      double above = weighted(output, weights);
      put(input, i, value - STEP);
      forward.run();
      double below = weighted(output, weights);
      put(input, i, value);
      double slope = (above - below) / (2 * STEP);
      assertThat((double) at(gradient, i))
          .as("seed %d: %s[%d]", seed, name, i)
          .isCloseTo(slope, offset(TOLERANCE));
    }
  }

  private static double weighted(MemorySegment y, MemorySegment weights) {
    double sum = 0;
    for (int i = 0; i < y.byteSize() / 4; i++) {
      sum += (double) at(y, i) * at(weights, i);
    }
    return sum;
  }

  /** Sizes from 0.5 to 1.5: far from zero, where the curvature of rmsNorm would drown the slope. */
  private MemorySegment random(int n) {
    MemorySegment s = zeros(n);
    for (int i = 0; i < n; i++) {
      put(s, i, (0.5f + random.nextFloat()) * (random.nextBoolean() ? 1 : -1));
    }
    return s;
  }

  private MemorySegment zeros(int n) {
    return arena.allocate(4L * n, 64);
  }

  private static float at(MemorySegment s, int i) {
    return s.getAtIndex(Tensor.FLOAT, i);
  }

  private static void put(MemorySegment s, int i, float value) {
    s.setAtIndex(Tensor.FLOAT, i, value);
  }
}
