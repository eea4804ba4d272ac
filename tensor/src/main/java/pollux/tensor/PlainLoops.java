package pollux.tensor;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What the vector set computes in inference, bit for bit, in loops over arrays: sixteen lanes are
 * sixteen variables. {@link WarmingKernels} runs these while C2 still compiles the vectors, since
 * C1 has them at a useful speed within milliseconds.
 *
 * <p>Rows are copied to the heap and back: C1 turns each access to a segment into a call.
 */
final class PlainLoops {
  private PlainLoops() {}

  /** As {@link Gemm#gemm}: sums run over p in order within blocks of {@link Gemm#KC}. */
  static void gemm(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      MemorySegment a,
      long offsetA,
      int lda,
      MemorySegment b,
      long offsetB,
      int ldb,
      MemorySegment c,
      long offsetC,
      int ldc,
      boolean accumulate) {
    if (k == 0) {
      return;
    }
    float[] as = matrix(a, offsetA, transposeA, m, k, lda);
    float[] bs = matrix(b, offsetB, !transposeB, n, k, ldb);
    float[] row = new float[n];
    for (int i = 0; i < m; i++) {
      long at = (offsetC + (long) i * ldc) * Float.BYTES;
      if (accumulate) {
        MemorySegment.copy(c, Tensor.FLOAT, at, row, 0, n);
      }
      for (int p = 0; p < k; p += Gemm.KC) {
        products(as, i * k, bs, k, p, Math.min(k, p + Gemm.KC), row, accumulate || p > 0);
      }
      MemorySegment.copy(row, 0, c, Tensor.FLOAT, at, n);
    }
  }

  /** {@code [rows, columns]} on the heap, from a matrix that may lie transposed. */
  private static float[] matrix(
      MemorySegment from, long offset, boolean transposed, int rows, int columns, int stride) {
    float[] to = new float[rows * columns];
    if (!transposed) {
      for (int i = 0; i < rows; i++) {
        MemorySegment.copy(
            from, Tensor.FLOAT, (offset + (long) i * stride) * 4, to, i * columns, columns);
      }
      return to;
    }
    float[] line = new float[rows];
    for (int j = 0; j < columns; j++) {
      MemorySegment.copy(from, Tensor.FLOAT, (offset + (long) j * stride) * 4, line, 0, rows);
      for (int i = 0; i < rows; i++) {
        to[i * columns + j] = line[i];
      }
    }
    return to;
  }

  /** One row of A times all columns of B over {@code from ..< to}, four columns at once. */
  private static void products(
      float[] a, int oa, float[] b, int k, int from, int to, float[] row, boolean add) {
    int j = 0;
    for (; j + 4 <= row.length; j += 4) {
      int b0 = j * k;
      int b1 = b0 + k;
      int b2 = b1 + k;
      int b3 = b2 + k;
      float s0 = 0;
      float s1 = 0;
      float s2 = 0;
      float s3 = 0;
      for (int p = from; p < to; p++) {
        float v = a[oa + p];
        s0 = Math.fma(v, b[b0 + p], s0);
        s1 = Math.fma(v, b[b1 + p], s1);
        s2 = Math.fma(v, b[b2 + p], s2);
        s3 = Math.fma(v, b[b3 + p], s3);
      }
      row[j] = add ? row[j] + s0 : s0;
      row[j + 1] = add ? row[j + 1] + s1 : s1;
      row[j + 2] = add ? row[j + 2] + s2 : s2;
      row[j + 3] = add ? row[j + 3] + s3 : s3;
    }
    for (; j < row.length; j++) {
      float s = 0;
      for (int p = from; p < to; p++) {
        s = Math.fma(a[oa + p], b[j * k + p], s);
      }
      row[j] = add ? row[j] + s : s;
    }
  }

  /** As {@link Linear#linear}. */
  static void linear(MemorySegment x, int rows, Tensor weight, int from, int to, MemorySegment y) {
    int in = weight.columns();
    int out = weight.dim(0);
    long rowBytes = weight.type().bytes(in);
    Codec codec = Codec.of(weight.type());
    float[] inputs = floats(x, 0, rows * in);
    float[] w = new float[in];
    float[] results = new float[rows];
    for (int o = from; o < to; o++) {
      codec.decode(weight.data(), o * rowBytes, in, w, 0);
      for (int r = 0; r < rows; r++) {
        results[r] = dot(w, 0, inputs, r * in, in);
      }
      for (int r = 0; r < rows; r++) {
        y.set(Tensor.FLOAT, ((long) r * out + o) * 4, results[r]);
      }
    }
  }

  static void rmsNorm(
      MemorySegment x, MemorySegment gain, float eps, int rows, int n, MemorySegment y) {
    float[] gains = HeapRow.second(n);
    MemorySegment.copy(gain, Tensor.FLOAT, 0, gains, 0, n);
    float[] row = HeapRow.first(n);
    for (int r = 0; r < rows; r++) {
      long at = 4L * r * n;
      MemorySegment.copy(x, Tensor.FLOAT, at, row, 0, n);
      float inverse = (float) (1 / Math.sqrt(dot(row, 0, row, 0, n) / n + eps));
      for (int i = 0; i < n; i++) {
        row[i] = row[i] * inverse * gains[i];
      }
      MemorySegment.copy(row, 0, y, Tensor.FLOAT, at, n);
    }
  }

  static void rope(
      MemorySegment x,
      int rows,
      int heads,
      int headLength,
      int[] positions,
      Rotary rotary,
      boolean inverse) {
    float sign = inverse ? -1 : 1;
    int length = heads * headLength;
    float[] row = HeapRow.first(length);
    for (int r = 0; r < rows; r++) {
      MemorySegment.copy(x, Tensor.FLOAT, 4L * r * length, row, 0, length);
      float[] turns = rotary.turns(positions[r]);
      int at = rotary.at(positions[r]);
      for (int h = 0; h < heads; h++) {
        if (rotary.pairs() == Rotary.Pairs.HALVES) {
          turnHalves(row, h * headLength, rotary.length() / 2, turns, at, sign);
        } else {
          turnNeighbours(row, h * headLength, rotary.length(), turns, at, sign);
        }
      }
      MemorySegment.copy(row, 0, x, Tensor.FLOAT, 4L * r * length, length);
    }
  }

  private static void turnHalves(float[] x, int head, int half, float[] turns, int at, float sign) {
    for (int i = 0; i < half; i++) {
      float cos = turns[at + i];
      float sin = turns[at + half + i] * sign;
      float first = x[head + i];
      float second = x[head + half + i];
      x[head + i] = first * cos - second * sin;
      x[head + half + i] = second * cos + first * sin;
    }
  }

  private static void turnNeighbours(
      float[] x, int head, int length, float[] turns, int at, float sign) {
    for (int i = 0; i < length; i += 2) {
      float first = x[head + i];
      float second = x[head + i + 1];
      x[head + i] = first * turns[at + i] + second * (turns[at + length + i] * sign);
      x[head + i + 1] = second * turns[at + i + 1] + first * (turns[at + length + i + 1] * sign);
    }
  }

  static void layerNorm(
      MemorySegment x,
      MemorySegment gain,
      @Nullable MemorySegment bias,
      float eps,
      int rows,
      int n,
      MemorySegment y) {
    float[] gains = floats(gain, 0, n);
    float[] biases = bias == null ? new float[n] : floats(bias, 0, n);
    float[] row = new float[n];
    for (int r = 0; r < rows; r++) {
      long at = 4L * r * n;
      MemorySegment.copy(x, Tensor.FLOAT, at, row, 0, n);
      float mean = sum(row, n) / n;
      for (int i = 0; i < n; i++) {
        row[i] -= mean;
      }
      float inverse = (float) (1 / Math.sqrt(dot(row, 0, row, 0, n) / n + eps));
      for (int i = 0; i < n; i++) {
        row[i] = row[i] * inverse * gains[i] + biases[i];
      }
      MemorySegment.copy(row, 0, y, Tensor.FLOAT, at, n);
    }
  }

  static void swiglu(MemorySegment gate, MemorySegment up, long n, MemorySegment y) {
    int most = (int) Math.min(n, 4096);
    float[] gates = HeapRow.first(most);
    float[] ups = HeapRow.second(most);
    for (long start = 0; start < n; start += most) {
      int count = (int) Math.min(most, n - start);
      MemorySegment.copy(gate, Tensor.FLOAT, start * 4, gates, 0, count);
      MemorySegment.copy(up, Tensor.FLOAT, start * 4, ups, 0, count);
      for (int i = 0; i < count; i++) {
        gates[i] = gates[i] / (Exponential.exp(-gates[i]) + 1f) * ups[i];
      }
      MemorySegment.copy(gates, 0, y, Tensor.FLOAT, start * 4, count);
    }
  }

  static void softmax(MemorySegment x, long offset, int n, float scale) {
    float[] row = HeapRow.first(n);
    MemorySegment.copy(x, Tensor.FLOAT, offset * 4, row, 0, n);
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      largest = row[i] * scale > largest ? row[i] * scale : largest; // a NaN spoils the sum anyway
    }
    for (int i = 0; i < n; i++) {
      row[i] = Exponential.exp(row[i] * scale - largest);
    }
    float share = 1 / sum(row, n);
    for (int i = 0; i < n; i++) {
      row[i] *= share;
    }
    MemorySegment.copy(row, 0, x, Tensor.FLOAT, offset * 4, n);
  }

  // The two that attention calls on a head at a time: shorter than what copying would cost.
  static void axpy(
      float alpha, MemorySegment x, long offsetX, MemorySegment y, long offsetY, long n) {
    for (long i = 0; i < n; i++) {
      long at = (offsetY + i) * 4;
      float sum = Math.fma(get(x, (offsetX + i) * 4), alpha, get(y, at));
      y.set(Tensor.FLOAT, at, sum);
    }
  }

  static float dot(MemorySegment x, long offsetX, MemorySegment y, long offsetY, long n) {
    float[] lanes = new float[16];
    long whole = n & -16;
    for (long i = 0; i < whole; i++) {
      int l = (int) i & 15;
      lanes[l] = Math.fma(get(x, (offsetX + i) * 4), get(y, (offsetY + i) * 4), lanes[l]);
    }
    float total = Lanes.fold(lanes, 0);
    for (long i = whole; i < n; i++) {
      total = Math.fma(get(x, (offsetX + i) * 4), get(y, (offsetY + i) * 4), total);
    }
    return total;
  }

  private static float get(MemorySegment segment, long at) {
    return segment.get(Tensor.FLOAT, at);
  }

  private static float[] floats(MemorySegment from, long offset, int count) {
    float[] to = new float[count];
    MemorySegment.copy(from, Tensor.FLOAT, offset * 4, to, 0, count);
    return to;
  }

  private static float dot(float[] x, int ox, float[] y, int oy, int n) {
    float s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
    float s8 = 0, s9 = 0, sa = 0, sb = 0, sc = 0, sd = 0, se = 0, sf = 0;
    int i = 0;
    for (; i <= n - 16; i += 16) {
      int p = ox + i;
      int q = oy + i;
      s0 = Math.fma(x[p], y[q], s0);
      s1 = Math.fma(x[p + 1], y[q + 1], s1);
      s2 = Math.fma(x[p + 2], y[q + 2], s2);
      s3 = Math.fma(x[p + 3], y[q + 3], s3);
      s4 = Math.fma(x[p + 4], y[q + 4], s4);
      s5 = Math.fma(x[p + 5], y[q + 5], s5);
      s6 = Math.fma(x[p + 6], y[q + 6], s6);
      s7 = Math.fma(x[p + 7], y[q + 7], s7);
      s8 = Math.fma(x[p + 8], y[q + 8], s8);
      s9 = Math.fma(x[p + 9], y[q + 9], s9);
      sa = Math.fma(x[p + 10], y[q + 10], sa);
      sb = Math.fma(x[p + 11], y[q + 11], sb);
      sc = Math.fma(x[p + 12], y[q + 12], sc);
      sd = Math.fma(x[p + 13], y[q + 13], sd);
      se = Math.fma(x[p + 14], y[q + 14], se);
      sf = Math.fma(x[p + 15], y[q + 15], sf);
    }
    float even = (s0 + s8 + (s4 + sc)) + (s2 + sa + (s6 + se));
    float odd = (s1 + s9 + (s5 + sd)) + (s3 + sb + (s7 + sf));
    float total = even + odd;
    for (; i < n; i++) {
      total = Math.fma(x[ox + i], y[oy + i], total);
    }
    return total;
  }

  /** The sum of a row in the same sixteen lanes. */
  private static float sum(float[] x, int n) {
    float[] lanes = new float[16];
    int i = 0;
    for (; i <= n - 16; i += 16) {
      for (int l = 0; l < 16; l++) {
        lanes[l] += x[i + l];
      }
    }
    float total = Lanes.fold(lanes, 0);
    for (; i < n; i++) {
      total += x[i];
    }
    return total;
  }
}
