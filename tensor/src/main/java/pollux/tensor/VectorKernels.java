package pollux.tensor;

import static pollux.tensor.VectorMath.LANES;
import static pollux.tensor.VectorMath.SPECIES;
import static pollux.tensor.VectorMath.WIDTH;
import static pollux.tensor.VectorMath.get;
import static pollux.tensor.VectorMath.load;
import static pollux.tensor.VectorMath.set;
import static pollux.tensor.VectorMath.store;
import static pollux.tensor.VectorMath.sum;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The kernels in the JDK's Vector API, at the widest vectors that the machine prefers.
 *
 * <p>Tails run element by element with the same operations: masked vectors cost more to compile
 * than they save on rows of a few hundred elements. Sums over a row keep one fixed order on every
 * machine, whether the code is interpreted or compiled ({@link VectorMath#sum}), so an answer does
 * not change as a process warms up. {@link PlainLoops} computes the same bits without vectors.
 */
public final class VectorKernels implements Kernels {
  @Override
  public String name() {
    return "vector";
  }

  /** Bits of one vector, e.g. 512. */
  public static int vectorBits() {
    return SPECIES.vectorBitSize();
  }

  @Override
  public void gemm(
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
    Gemm.gemm(
        transposeA,
        transposeB,
        m,
        n,
        k,
        a,
        offsetA,
        lda,
        b,
        offsetB,
        ldb,
        c,
        offsetC,
        ldc,
        accumulate);
  }

  @Override
  public void linear(MemorySegment x, int rows, Tensor weight, int from, int to, MemorySegment y) {
    Linear.linear(x, rows, weight, from, to, y);
  }

  @Override
  public void rmsNorm(
      MemorySegment x, MemorySegment gain, float eps, int rows, int n, MemorySegment y) {
    for (int r = 0; r < rows; r++) {
      rmsNormRow(x, (long) r * n, gain, eps, n, y);
    }
  }

  private static void rmsNormRow(
      MemorySegment x, long row, MemorySegment gain, float eps, int n, MemorySegment y) {
    float inverse = (float) (1 / Math.sqrt(dotProduct(x, row, x, row, n) / n + eps));
    int whole = SPECIES.loopBound(n);
    int i = 0;
    for (; i < whole; i += LANES) {
      store(load(x, row + i).mul(inverse).mul(load(gain, i)), y, row + i);
    }
    for (; i < n; i++) {
      set(y, row + i, get(x, row + i) * inverse * get(gain, i));
    }
  }

  @Override
  public void rmsNormBackward(
      MemorySegment x,
      MemorySegment gain,
      float eps,
      int rows,
      int n,
      MemorySegment dy,
      MemorySegment dx,
      MemorySegment dGain) {
    for (int r = 0; r < rows; r++) {
      rmsNormBackwardRow(x, (long) r * n, gain, eps, n, dy, dx, dGain);
    }
  }

  private static void rmsNormBackwardRow(
      MemorySegment x,
      long row,
      MemorySegment gain,
      float eps,
      int n,
      MemorySegment dy,
      MemorySegment dx,
      MemorySegment dGain) {
    float inverse = (float) (1 / Math.sqrt(dotProduct(x, row, x, row, n) / n + eps));
    int whole = SPECIES.loopBound(n);
    float projection = projection(dy, x, row, gain, n);
    int i = 0;
    // dx += inverse * dy * gain - x * inverse^3 * projection / n
    float pull = -inverse * inverse * inverse * projection / n;
    for (; i < whole; i += LANES) {
      FloatVector xs = load(x, row + i);
      FloatVector slope = load(dy, row + i).mul(inverse);
      FloatVector dxs = xs.mul(pull).add(load(dx, row + i));
      store(slope.fma(load(gain, i), dxs), dx, row + i);
      store(slope.fma(xs, load(dGain, i)), dGain, i);
    }
    for (; i < n; i++) {
      float xi = get(x, row + i);
      float slope = get(dy, row + i) * inverse;
      set(dx, row + i, Math.fma(slope, get(gain, i), xi * pull + get(dx, row + i)));
      set(dGain, i, Math.fma(slope, xi, get(dGain, i)));
    }
  }

  /** Of the gradient on the row. */
  private static float projection(
      MemorySegment dy, MemorySegment x, long row, MemorySegment gain, int n) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH) {
      s0 = load(dy, row + i).mul(load(gain, i)).fma(load(x, row + i), s0);
      if (LANES <= 8) {
        int j = i + LANES;
        s1 = load(dy, row + j).mul(load(gain, j)).fma(load(x, row + j), s1);
      }
      if (LANES <= 4) {
        int j = i + 2 * LANES;
        s2 = load(dy, row + j).mul(load(gain, j)).fma(load(x, row + j), s2);
        j += LANES;
        s3 = load(dy, row + j).mul(load(gain, j)).fma(load(x, row + j), s3);
      }
    }
    float total = sum(s0, s1, s2, s3);
    for (; i < n; i++) {
      total = Math.fma(get(dy, row + i) * get(gain, i), get(x, row + i), total);
    }
    return total;
  }

  @Override
  public void rope(
      MemorySegment x,
      int rows,
      int heads,
      int headLength,
      int[] positions,
      float base,
      boolean inverse) {
    RotaryTable table = RotaryTable.of(base, headLength, positions, rows);
    float sign = inverse ? -1 : 1;
    for (int r = 0; r < rows; r++) {
      int at = table.at(positions[r]);
      for (int h = 0; h < heads; h++) {
        turn(x, ((long) r * heads + h) * headLength, headLength / 2, table.turns(), at, sign);
      }
    }
  }

  private static void turn(
      MemorySegment x, long head, int half, float[] turns, int at, float sign) {
    int whole = SPECIES.loopBound(half);
    int i = 0;
    for (; i < whole; i += LANES) {
      FloatVector cos = FloatVector.fromArray(SPECIES, turns, at + i);
      FloatVector sin = FloatVector.fromArray(SPECIES, turns, at + half + i).mul(sign);
      FloatVector first = load(x, head + i);
      FloatVector second = load(x, head + half + i);
      store(first.mul(cos).sub(second.mul(sin)), x, head + i);
      store(second.mul(cos).add(first.mul(sin)), x, head + half + i);
    }
    for (; i < half; i++) {
      float cos = turns[at + i];
      float sin = turns[at + half + i] * sign;
      float first = get(x, head + i);
      float second = get(x, head + half + i);
      set(x, head + i, first * cos - second * sin);
      set(x, head + half + i, second * cos + first * sin);
    }
  }

  @Override
  public void swiglu(MemorySegment gate, MemorySegment up, long n, MemorySegment y) {
    long whole = SPECIES.loopBound(n);
    long i = 0;
    for (; i < whole; i += LANES) {
      FloatVector g = load(gate, i);
      FloatVector silu = g.div(VectorMath.exp(g.neg()).add(1f));
      store(silu.mul(load(up, i)), y, i);
    }
    for (; i < n; i++) {
      float g = get(gate, i);
      set(y, i, g / (Exponential.exp(-g) + 1f) * get(up, i));
    }
  }

  @Override
  public void swigluBackward(
      MemorySegment gate,
      MemorySegment up,
      MemorySegment dy,
      long n,
      MemorySegment dGate,
      MemorySegment dUp) {
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    long whole = SPECIES.loopBound(n);
    long i = 0;
    for (; i < whole; i += LANES) {
      FloatVector g = load(gate, i);
      FloatVector d = load(dy, i);
      FloatVector s = one.div(VectorMath.exp(g.neg()).add(1f));
      FloatVector silu = g.mul(s);
      FloatVector slope = silu.neg().fma(s, s.add(silu));
      store(d.mul(load(up, i)).fma(slope, load(dGate, i)), dGate, i);
      store(d.fma(silu, load(dUp, i)), dUp, i);
    }
    for (; i < n; i++) {
      float g = get(gate, i);
      float d = get(dy, i);
      float s = 1f / (Exponential.exp(-g) + 1f);
      float silu = g * s;
      float slope = Math.fma(-silu, s, s + silu);
      set(dGate, i, Math.fma(d * get(up, i), slope, get(dGate, i)));
      set(dUp, i, Math.fma(d, silu, get(dUp, i)));
    }
  }

  @Override
  public void softmax(MemorySegment x, long offset, int n, float scale) {
    float largest = largest(x, offset, n, scale);
    float sum = exponentials(x, offset, n, scale, largest);
    int whole = SPECIES.loopBound(n);
    int i = 0;
    float share = 1 / sum;
    for (; i < whole; i += LANES) {
      store(load(x, offset + i).mul(share), x, offset + i);
    }
    for (; i < n; i++) {
      set(x, offset + i, get(x, offset + i) * share);
    }
  }

  /** Replaces each element by e^(scale * x - largest); returns their sum. */
  private static float exponentials(
      MemorySegment x, long offset, int n, float scale, float largest) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH) {
      s0 = s0.add(exponential(x, offset + i, scale, largest));
      if (LANES <= 8) {
        s1 = s1.add(exponential(x, offset + i + LANES, scale, largest));
      }
      if (LANES <= 4) {
        s2 = s2.add(exponential(x, offset + i + 2 * LANES, scale, largest));
        s3 = s3.add(exponential(x, offset + i + 3 * LANES, scale, largest));
      }
    }
    float total = sum(s0, s1, s2, s3);
    for (; i < n; i++) {
      float e = Exponential.exp(get(x, offset + i) * scale - largest);
      set(x, offset + i, e);
      total += e;
    }
    return total;
  }

  private static FloatVector exponential(MemorySegment x, long at, float scale, float largest) {
    FloatVector e = VectorMath.exp(load(x, at).mul(scale).sub(largest));
    store(e, x, at);
    return e;
  }

  private static float largest(MemorySegment x, long offset, int n, float scale) {
    int whole = SPECIES.loopBound(n);
    float largest = Float.NEGATIVE_INFINITY;
    int i = 0;
    if (whole > 0) {
      FloatVector most = load(x, offset).mul(scale);
      for (i = LANES; i < whole; i += LANES) {
        most = most.max(load(x, offset + i).mul(scale));
      }
      largest = most.reduceLanes(VectorOperators.MAX); // exact, so the order does not matter
    }
    for (; i < n; i++) {
      largest = Math.max(largest, get(x, offset + i) * scale);
    }
    return largest;
  }

  @Override
  public void softmaxBackward(MemorySegment p, MemorySegment dp, long offset, int n, float scale) {
    float mean = dotProduct(p, offset, dp, offset, n);
    int whole = SPECIES.loopBound(n);
    int i = 0;
    for (; i < whole; i += LANES) {
      FloatVector weight = load(p, offset + i).mul(scale);
      store(load(dp, offset + i).sub(mean).mul(weight), dp, offset + i);
    }
    for (; i < n; i++) {
      float weight = get(p, offset + i) * scale;
      set(dp, offset + i, (get(dp, offset + i) - mean) * weight);
    }
  }

  @Override
  public void axpy(
      float alpha, MemorySegment x, long offsetX, MemorySegment y, long offsetY, long n) {
    FloatVector factor = FloatVector.broadcast(SPECIES, alpha);
    long whole = SPECIES.loopBound(n);
    long i = 0;
    for (; i < whole; i += LANES) {
      store(load(x, offsetX + i).fma(factor, load(y, offsetY + i)), y, offsetY + i);
    }
    for (; i < n; i++) {
      set(y, offsetY + i, Math.fma(get(x, offsetX + i), alpha, get(y, offsetY + i)));
    }
  }

  @Override
  public float dot(MemorySegment x, long offsetX, MemorySegment y, long offsetY, long n) {
    return dotProduct(x, offsetX, y, offsetY, n);
  }

  private static float dotProduct(
      MemorySegment x, long offsetX, MemorySegment y, long offsetY, long n) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    long i = 0;
    for (; i <= n - WIDTH; i += WIDTH) {
      long p = offsetX + i;
      long q = offsetY + i;
      s0 = load(x, p).fma(load(y, q), s0);
      if (LANES <= 8) {
        s1 = load(x, p + LANES).fma(load(y, q + LANES), s1);
      }
      if (LANES <= 4) {
        s2 = load(x, p + 2 * LANES).fma(load(y, q + 2 * LANES), s2);
        s3 = load(x, p + 3 * LANES).fma(load(y, q + 3 * LANES), s3);
      }
    }
    float total = sum(s0, s1, s2, s3);
    for (; i < n; i++) {
      total = Math.fma(get(x, offsetX + i), get(y, offsetY + i), total);
    }
    return total;
  }
}
