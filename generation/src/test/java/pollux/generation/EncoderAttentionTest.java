package pollux.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.util.Random;
import org.junit.jupiter.api.Test;
import pollux.tensor.KernelChoice;
import pollux.tensor.Tensor;
import pollux.tensor.WorkTeam;

class EncoderAttentionTest {
  /** Windows of all sizes, one longer than a block of queries. */
  @Test
  void rowsSeeAllOfTheirOwnSequenceAndNothingElse() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int heads = 3;
    int length = 20;
    int[] starts = {0, 1, 18, 218, 230};
    int rows = starts[starts.length - 1];
    int width = heads * length;
    try (Arena arena = Arena.ofShared();
        WorkTeam team = new WorkTeam(2);
        EncoderAttention attention = new EncoderAttention(KernelChoice.best(), team)) {
      Tensor q = random(random, arena, rows, width);
      Tensor k = random(random, arena, rows, width);
      Tensor v = random(random, arena, rows, width);
      Tensor y = Tensor.f32(arena, rows, width);
      attention.run(q, k, v, heads, starts, y);
      for (int s = 0; s + 1 < starts.length; s++) {
        for (int row = starts[s]; row < starts[s + 1]; row++) {
          for (int head = 0; head < heads; head++) {
            double[] expected = attend(q, k, v, row, head, length, starts[s], starts[s + 1]);
            for (int i = 0; i < length; i++) {
              assertThat((double) y.get((long) row * width + head * length + i))
                  .as("row %d, head %d, seed %d", row, head, seed)
                  .isCloseTo(expected[i], within(1e-5));
            }
          }
        }
      }
    }
  }

  private static double[] attend(
      Tensor q, Tensor k, Tensor v, int row, int head, int length, int from, int to) {
    double[] y = new double[length];
    double sum = 0;
    for (int other = from; other < to; other++) {
      double score = 0;
      for (int i = 0; i < length; i++) {
        score += (double) at(q, row, head * length + i) * at(k, other, head * length + i);
      }
      double share = Math.exp(score / Math.sqrt(length));
      sum += share;
      for (int i = 0; i < length; i++) {
        y[i] += share * at(v, other, head * length + i);
      }
    }
    for (int i = 0; i < length; i++) {
      y[i] /= sum;
    }
    return y;
  }

  private static float at(Tensor x, int row, int column) {
    return x.get((long) row * x.columns() + column);
  }

  private static Tensor random(Random random, Arena arena, int rows, int width) {
    float[] values = new float[rows * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return Tensor.of(arena, values, rows, width);
  }
}
