package pollux.tensor;

import static pollux.tensor.VectorMath.LANES;
import static pollux.tensor.VectorMath.ORDER;
import static pollux.tensor.VectorMath.SPECIES;
import static pollux.tensor.VectorMath.WIDTH;
import static pollux.tensor.VectorMath.get;
import static pollux.tensor.VectorMath.set;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/**
 * The kernels in the JDK's Vector API, at the widest vectors that the machine prefers.
 *
 * <p>Tails run element by element with the same operations: masked vectors cost more to compile
 * than they save on rows of a few hundred elements. Sums over a row keep one order on every
 * machine, interpreted or compiled ({@link Lanes}), so an answer does not change as a process warms
 * up. {@link PlainLoops} computes the same bits without vectors. Vectors cross no call: see {@link
 * VectorMath}.
 */
public final class VectorKernels implements Kernels {
  /** Elements whose exponentials lie in the first-level cache at once. */
  private static final int CHUNK = 1024;

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
  public void linear(Operand x, Tensor weight, int from, int to, MemorySegment y) {
    Linear.linear(x.f32(), x.rows(), weight, from, to, y);
  }

  @Override
  public void rmsNorm(
      MemorySegment x, MemorySegment gain, float eps, int rows, int n, MemorySegment y) {
    for (int r = 0; r < rows; r++) {
      long row = (long) r * n;
      float inverse = (float) (1 / Math.sqrt(dot(x, row, x, row, n) / n + eps));
      rmsNormRow(x, row, gain, inverse, n, y);
    }
  }

  private static void rmsNormRow(
      MemorySegment x, long row, MemorySegment gain, float inverse, int n, MemorySegment y) {
    int whole = SPECIES.loopBound(n);
    int i = 0;
    for (; i < whole; i += LANES) {
      FloatVector gains = FloatVector.fromMemorySegment(SPECIES, gain, i * 4L, ORDER);
      FloatVector.fromMemorySegment(SPECIES, x, (row + i) * 4, ORDER)
          .mul(inverse)
          .mul(gains)
          .intoMemorySegment(y, (row + i) * 4, ORDER);
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
    float[] lanes = new float[WIDTH];
    for (int r = 0; r < rows; r++) {
      long row = (long) r * n;
      float inverse = (float) (1 / Math.sqrt(dot(x, row, x, row, n) / n + eps));
      float projection = projection(dy, x, row, gain, n, lanes);
      // dx += inverse * dy * gain - x * inverse^3 * projection / n
      float pull = -inverse * inverse * inverse * projection / n;
      rmsNormBackwardRow(x, row, gain, n, inverse, pull, dy, dx, dGain);
    }
  }

  private static void rmsNormBackwardRow(
      MemorySegment x,
      long row,
      MemorySegment gain,
      int n,
      float inverse,
      float pull,
      MemorySegment dy,
      MemorySegment dx,
      MemorySegment dGain) {
    int whole = SPECIES.loopBound(n);
    int i = 0;
    for (; i < whole; i += LANES) {
      long at = (row + i) * 4;
      FloatVector xs = FloatVector.fromMemorySegment(SPECIES, x, at, ORDER);
      FloatVector slope = FloatVector.fromMemorySegment(SPECIES, dy, at, ORDER).mul(inverse);
      FloatVector gains = FloatVector.fromMemorySegment(SPECIES, gain, i * 4L, ORDER);
      FloatVector dxs = FloatVector.fromMemorySegment(SPECIES, dx, at, ORDER);
      FloatVector dGains = FloatVector.fromMemorySegment(SPECIES, dGain, i * 4L, ORDER);
      slope.fma(gains, xs.mul(pull).add(dxs)).intoMemorySegment(dx, at, ORDER);
      slope.fma(xs, dGains).intoMemorySegment(dGain, i * 4L, ORDER);
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
      MemorySegment dy, MemorySegment x, long row, MemorySegment gain, int n, float[] lanes) {
    int whole = n & -WIDTH;
    for (int p = 0; p < WIDTH; p += LANES) {
      FloatVector s = FloatVector.zero(SPECIES);
      for (int i = p; i < whole; i += WIDTH) {
        FloatVector gains = FloatVector.fromMemorySegment(SPECIES, gain, i * 4L, ORDER);
        s =
            FloatVector.fromMemorySegment(SPECIES, dy, (row + i) * 4, ORDER)
                .mul(gains)
                .fma(FloatVector.fromMemorySegment(SPECIES, x, (row + i) * 4, ORDER), s);
      }
      s.intoArray(lanes, p);
    }
    float total = Lanes.fold(lanes, 0);
    for (int i = whole; i < n; i++) {
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
      Rotary rotary,
      boolean inverse) {
    float sign = inverse ? -1 : 1;
    for (int r = 0; r < rows; r++) {
      float[] turns = rotary.turns(positions[r]);
      int at = rotary.at(positions[r]);
      for (int h = 0; h < heads; h++) {
        long head = ((long) r * heads + h) * headLength;
        if (rotary.pairs() == Rotary.Pairs.HALVES) {
          turnHalves(x, head, rotary.length() / 2, turns, at, sign);
        } else {
          turnNeighbours(x, head, rotary.length(), turns, at, sign);
        }
      }
    }
  }

  private static void turnHalves(
      MemorySegment x, long head, int half, float[] turns, int at, float sign) {
    int whole = SPECIES.loopBound(half);
    int i = 0;
    for (; i < whole; i += LANES) {
      long low = (head + i) * 4;
      long high = (head + half + i) * 4;
      FloatVector cos = FloatVector.fromArray(SPECIES, turns, at + i);
      FloatVector sin = FloatVector.fromArray(SPECIES, turns, at + half + i).mul(sign);
      FloatVector first = FloatVector.fromMemorySegment(SPECIES, x, low, ORDER);
      FloatVector second = FloatVector.fromMemorySegment(SPECIES, x, high, ORDER);
      first.mul(cos).sub(second.mul(sin)).intoMemorySegment(x, low, ORDER);
      second.mul(cos).add(first.mul(sin)).intoMemorySegment(x, high, ORDER);
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

  private static void turnNeighbours(
      MemorySegment x, long head, int length, float[] turns, int at, float sign) {
    int whole = SPECIES.loopBound(length);
    int i = 0;
    for (; i < whole; i += LANES) {
      FloatVector cos = FloatVector.fromArray(SPECIES, turns, at + i);
      FloatVector sin = FloatVector.fromArray(SPECIES, turns, at + length + i).mul(sign);
      FloatVector own = FloatVector.fromMemorySegment(SPECIES, x, (head + i) * 4, ORDER);
      own.mul(cos)
          .add(own.rearrange(VectorMath.NEIGHBOUR).mul(sin))
          .intoMemorySegment(x, (head + i) * 4, ORDER);
    }
    for (; i < length; i += 2) {
      float first = get(x, head + i);
      float second = get(x, head + i + 1);
      set(x, head + i, first * turns[at + i] + second * (turns[at + length + i] * sign));
      set(
          x,
          head + i + 1,
          second * turns[at + i + 1] + first * (turns[at + length + i + 1] * sign));
    }
  }

  @Override
  public void activate(
      Activation activation,
      MemorySegment x,
      @Nullable MemorySegment factor,
      long n,
      MemorySegment y) {
    activation.apply(
        x, factor, n, y, (z, start, count, to) -> VectorMath.exp(z, start, count, 1, 0, to));
  }

  @Override
  public void swiglu(MemorySegment gate, MemorySegment up, long n, MemorySegment y) {
    float[] exps = HeapRow.first((int) Math.min(n, CHUNK));
    for (long start = 0; start < n; start += CHUNK) {
      int count = (int) Math.min(CHUNK, n - start);
      VectorMath.exp(gate, start, count, -1, 0, exps);
      swigluChunk(gate, up, start, count, exps, y);
    }
  }

  private static void swigluChunk(
      MemorySegment gate, MemorySegment up, long start, int count, float[] exps, MemorySegment y) {
    int whole = SPECIES.loopBound(count);
    int i = 0;
    for (; i < whole; i += LANES) {
      long at = (start + i) * 4;
      FloatVector ups = FloatVector.fromMemorySegment(SPECIES, up, at, ORDER);
      FloatVector.fromMemorySegment(SPECIES, gate, at, ORDER)
          .div(FloatVector.fromArray(SPECIES, exps, i).add(1f))
          .mul(ups)
          .intoMemorySegment(y, at, ORDER);
    }
    for (; i < count; i++) {
      set(y, start + i, get(gate, start + i) / (exps[i] + 1f) * get(up, start + i));
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
    float[] exps = HeapRow.first((int) Math.min(n, CHUNK));
    for (long start = 0; start < n; start += CHUNK) {
      int count = (int) Math.min(CHUNK, n - start);
      VectorMath.exp(gate, start, count, -1, 0, exps);
      swigluBackwardChunk(gate, up, dy, start, count, exps, dGate, dUp);
    }
  }

  private static void swigluBackwardChunk(
      MemorySegment gate,
      MemorySegment up,
      MemorySegment dy,
      long start,
      int count,
      float[] exps,
      MemorySegment dGate,
      MemorySegment dUp) {
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    int whole = SPECIES.loopBound(count);
    int i = 0;
    for (; i < whole; i += LANES) {
      long at = (start + i) * 4;
      FloatVector d = FloatVector.fromMemorySegment(SPECIES, dy, at, ORDER);
      FloatVector u = FloatVector.fromMemorySegment(SPECIES, up, at, ORDER);
      FloatVector s = one.div(FloatVector.fromArray(SPECIES, exps, i).add(one));
      FloatVector silu = FloatVector.fromMemorySegment(SPECIES, gate, at, ORDER).mul(s);
      FloatVector slope = s.add(silu).sub(silu.mul(s));
      d.mul(u)
          .fma(slope, FloatVector.fromMemorySegment(SPECIES, dGate, at, ORDER))
          .intoMemorySegment(dGate, at, ORDER);
      d.fma(silu, FloatVector.fromMemorySegment(SPECIES, dUp, at, ORDER))
          .intoMemorySegment(dUp, at, ORDER);
    }
    for (; i < count; i++) {
      long at = start + i;
      float d = get(dy, at);
      float s = 1f / (exps[i] + 1f);
      float silu = get(gate, at) * s;
      float slope = s + silu - silu * s;
      set(dGate, at, Math.fma(d * get(up, at), slope, get(dGate, at)));
      set(dUp, at, Math.fma(d, silu, get(dUp, at)));
    }
  }

  @Override
  public void softmax(MemorySegment x, long offset, int n, float scale) {
    float[] row = HeapRow.first(n);
    VectorMath.exp(x, offset, n, scale, largest(x, offset, n, scale), row);
    float share = 1 / sum(row, n);
    int whole = SPECIES.loopBound(n);
    int i = 0;
    for (; i < whole; i += LANES) {
      FloatVector.fromArray(SPECIES, row, i)
          .mul(share)
          .intoMemorySegment(x, (offset + i) * 4, ORDER);
    }
    for (; i < n; i++) {
      set(x, offset + i, row[i] * share);
    }
  }

  private static float largest(MemorySegment x, long offset, int n, float scale) {
    FloatVector most = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    int whole = SPECIES.loopBound(n);
    int i = 0;
    for (; i < whole; i += LANES) {
      // Not max(), which takes five instructions for its NaN: here a NaN spoils the sum anyway.
      FloatVector v = FloatVector.fromMemorySegment(SPECIES, x, (offset + i) * 4, ORDER).mul(scale);
      most = most.blend(v, v.compare(VectorOperators.GT, most));
    }
    float largest = most.reduceLanes(VectorOperators.MAX); // exact, so the order does not matter
    for (; i < n; i++) {
      float v = get(x, offset + i) * scale;
      largest = v > largest ? v : largest;
    }
    return largest;
  }

  private static float sum(float[] row, int n) {
    float[] lanes = HeapRow.second(WIDTH);
    int whole = n & -WIDTH;
    for (int p = 0; p < WIDTH; p += LANES) {
      FloatVector s = FloatVector.zero(SPECIES);
      for (int i = p; i < whole; i += WIDTH) {
        s = s.add(FloatVector.fromArray(SPECIES, row, i));
      }
      s.intoArray(lanes, p);
    }
    float total = Lanes.fold(lanes, 0);
    for (int i = whole; i < n; i++) {
      total += row[i];
    }
    return total;
  }

  @Override
  public void softmaxBackward(MemorySegment p, MemorySegment dp, long offset, int n, float scale) {
    float mean = dot(p, offset, dp, offset, n);
    int whole = SPECIES.loopBound(n);
    int i = 0;
    for (; i < whole; i += LANES) {
      long at = (offset + i) * 4;
      FloatVector weight = FloatVector.fromMemorySegment(SPECIES, p, at, ORDER).mul(scale);
      FloatVector.fromMemorySegment(SPECIES, dp, at, ORDER)
          .sub(mean)
          .mul(weight)
          .intoMemorySegment(dp, at, ORDER);
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
      long at = (offsetY + i) * 4;
      FloatVector.fromMemorySegment(SPECIES, x, (offsetX + i) * 4, ORDER)
          .fma(factor, FloatVector.fromMemorySegment(SPECIES, y, at, ORDER))
          .intoMemorySegment(y, at, ORDER);
    }
    for (; i < n; i++) {
      set(y, offsetY + i, Math.fma(get(x, offsetX + i), alpha, get(y, offsetY + i)));
    }
  }

  @Override
  public float dot(MemorySegment x, long offsetX, MemorySegment y, long offsetY, long n) {
    long whole = n & -WIDTH;
    float total;
    if (LANES == WIDTH) {
      FloatVector s = FloatVector.zero(SPECIES);
      for (long i = 0; i < whole; i += WIDTH) {
        FloatVector ys = FloatVector.fromMemorySegment(SPECIES, y, (offsetY + i) * 4, ORDER);
        s = FloatVector.fromMemorySegment(SPECIES, x, (offsetX + i) * 4, ORDER).fma(ys, s);
      }
      s = s.add(s.rearrange(VectorMath.FOLD_8));
      s = s.add(s.rearrange(VectorMath.FOLD_4));
      s = s.add(s.rearrange(VectorMath.FOLD_2));
      total = s.add(s.rearrange(VectorMath.FOLD_1)).lane(0);
    } else {
      total = slices(x, offsetX, y, offsetY, whole);
    }
    for (long i = whole; i < n; i++) {
      total = Math.fma(get(x, offsetX + i), get(y, offsetY + i), total);
    }
    return total;
  }

  /** {@link #dot} of whole sixteens where a vector holds fewer lanes. */
  private static float slices(
      MemorySegment x, long offsetX, MemorySegment y, long offsetY, long whole) {
    float[] lanes = new float[WIDTH];
    for (int p = 0; p < WIDTH; p += LANES) {
      FloatVector s = FloatVector.zero(SPECIES);
      for (long i = p; i < whole; i += WIDTH) {
        FloatVector ys = FloatVector.fromMemorySegment(SPECIES, y, (offsetY + i) * 4, ORDER);
        s = FloatVector.fromMemorySegment(SPECIES, x, (offsetX + i) * 4, ORDER).fma(ys, s);
      }
      s.intoArray(lanes, p);
    }
    return Lanes.fold(lanes, 0);
  }
}
