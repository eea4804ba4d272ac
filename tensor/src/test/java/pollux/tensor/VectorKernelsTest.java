package pollux.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class VectorKernelsTest {
  private final VectorKernels vector = new VectorKernels();

  @Test
  void agreesWithTheScalarTwinAtEverySmallSize() {
    for (int n = 1; n <= 3 * VectorMath.LANES + 1; n++) {
      assertThat(KernelCheck.against(vector, n, 1 + n % 3, n))
          .as("n = %d", n)
          .allMatch(KernelCheck.Row::ok);
    }
  }

  @Test
  void agreesWithTheScalarTwinAtRandomSizes() {
    long seed = System.nanoTime();
    System.out.println("VectorKernelsTest seed " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 12; round++) {
      int rows = random.nextInt(1, 20);
      int n = random.nextInt(1, 300);
      assertThat(KernelCheck.against(vector, random.nextLong(), rows, n))
          .as("seed %d, round %d: %d rows of %d", seed, round, rows, n)
          .allMatch(KernelCheck.Row::ok);
    }
  }
}
