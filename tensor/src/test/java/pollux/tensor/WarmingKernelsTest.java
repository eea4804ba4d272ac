package pollux.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WarmingKernelsTest {
  @Test
  void theColdFormHasTheBitsOfTheVectors() {
    long seed = System.nanoTime();
    System.out.println("WarmingKernelsTest seed " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    Kernels cold = new WarmingKernels(false);
    Kernels vector = new VectorKernels();
    for (int round = 0; round < 40; round++) {
      int rows = random.nextInt(1, 20);
      int n = round < 35 ? 1 + round : random.nextInt(1, 600); // past one depth of gemm too
      long data = random.nextLong();
      Map<String, float[]> expected = KernelCheck.results(vector, data, rows, n);
      KernelCheck.results(cold, data, rows, n)
          .forEach((kernel, found) ->
              assertThat(found)
                  .as("%s, seed %d, data %d: %d rows of %d", kernel, seed, data, rows, n)
                  .containsExactly(expected.get(kernel)));
    }
  }

  @Test
  @Timeout(300)
  void aWarmUpEndsWithVectorsThatAreFasterAndRight() {
    for (WarmUp.Trial trial :
        new WarmUp.Trial[] {
          new WarmUp.Linear(ElementType.Q4_0, 1), new WarmUp.Swiglu(), new WarmUp.Dot()
        }) {
      WarmUp.Result result;
      do {
        result = WarmUp.run(trial, new VectorKernels());
      } while (result instanceof WarmUp.Result.Slower); // on a busy machine C2 takes its time
      assertThat(result).isEqualTo(new WarmUp.Result.Ready());
    }
  }

  @Test
  void aVectorFormThatErrsIsLeftOut() {
    assertThat(WarmUp.run(new WarmUp.Swiglu(), new ScalarKernels())) // another rounding
        .isEqualTo(new WarmUp.Result.Wrong("swiglu"));
  }
}
