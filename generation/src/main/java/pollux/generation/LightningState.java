package pollux.generation;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import pollux.model.LightningSpec;
import pollux.tensor.Tensor;

/**
 * What linear attention remembers of a session: a matrix for each head. Positions enter one by one,
 * so that the numbers do not depend on how a prompt was cut.
 */
final class LightningState {
  private final int headLength;
  private final float[] decays;

  /**
   * {@code [heads][headLength, headLength]}: rows of keys, columns of values; empty before the
   * first position.
   */
  private final float[][] states;

  LightningState(LightningSpec spec) {
    headLength = spec.headLength();
    decays = new float[spec.heads()];
    states = new float[spec.heads()][0];
    for (int h = 0; h < decays.length; h++) {
      decays[h] = (float) Math.exp(-spec.slopes()[h]);
    }
  }

  int heads() {
    return decays.length;
  }

  void clear() {
    for (float[] state : states) {
      Arrays.fill(state, 0);
    }
  }

  /**
   * Reads {@code rows} positions of one head.
   *
   * @param qkv {@code [rows, heads * 3 * headLength]}
   * @param y {@code [rows, heads * headLength]}, of which this head's columns are written
   */
  void read(int head, MemorySegment qkv, int rows, MemorySegment y) {
    int n = headLength;
    if (states[head].length == 0) {
      states[head] = new float[n * n];
    }
    float[] state = states[head];
    float decay = decays[head];
    float[] read = new float[3 * n];
    float[] sum = new float[n];
    for (int r = 0; r < rows; r++) {
      long from = ((long) r * heads() + head) * 3 * n;
      MemorySegment.copy(qkv, Tensor.FLOAT, 4 * from, read, 0, 3 * n);
      Arrays.fill(sum, 0);
      for (int i = 0; i < n; i++) {
        step(state, i * n, decay, read[n + i], read, 2 * n, read[i], sum);
      }
      MemorySegment.copy(sum, 0, y, Tensor.FLOAT, 4 * ((long) r * heads() + head) * n, n);
    }
  }

  /** One row of the state: it decays, takes its key's share of the value, and is asked. */
  private static void step(
      float[] state,
      int at,
      float decay,
      float key,
      float[] read,
      int value,
      float query,
      float[] sum) {
    for (int j = 0; j < sum.length; j++) {
      float now = Math.fma(key, read[value + j], decay * state[at + j]);
      state[at + j] = now;
      sum[j] = Math.fma(query, now, sum[j]);
    }
  }
}
