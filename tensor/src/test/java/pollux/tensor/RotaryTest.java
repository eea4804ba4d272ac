package pollux.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RotaryTest {
  /** More rows than a page of the table holds. */
  private static final int ROWS = 300;

  @ParameterizedTest
  @EnumSource(Rotary.Pairs.class)
  void pairsTurnByTheirOwnCoordinate(Rotary.Pairs pairs) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int[] axes = {0, 1, 2, 2, 1, 0};
    int[][] coordinates = new int[3][ROWS];
    float[] values = new float[ROWS * 12];
    for (int r = 0; r < ROWS; r++) {
      for (int axis = 0; axis < 3; axis++) {
        coordinates[axis][r] = random.nextInt(1000);
      }
      for (int i = 0; i < 12; i++) {
        values[r * 12 + i] = random.nextFloat() * 2 - 1;
      }
    }
    Rotary rotary = Rotary.of(pairs, 100, 12).withAxes(axes).at(coordinates);
    try (Arena arena = Arena.ofConfined()) {
      for (Kernels kernels : new Kernels[] {new ScalarKernels(), KernelChoice.best()}) {
        Tensor x = Tensor.of(arena, values, ROWS, 12);
        int[] rows = IntStream.range(0, ROWS).toArray();
        kernels.rope(x.data(), ROWS, 1, 12, rows, rotary, false);
        for (int r = 0; r < ROWS; r++) {
          for (int i = 0; i < 6; i++) {
            double angle = coordinates[axes[i]][r] * Math.pow(100, -i / 6.0);
            int a = r * 12 + (pairs == Rotary.Pairs.HALVES ? i : 2 * i);
            int b = pairs == Rotary.Pairs.HALVES ? a + 6 : a + 1;
            double expected = values[a] * Math.cos(angle) - values[b] * Math.sin(angle);
            assertThat((double) x.get(a))
                .as("%s, row %d, pair %d, seed %d", kernels.name(), r, i, seed)
                .isCloseTo(expected, within(1e-5));
          }
        }
      }
    }
  }
}
