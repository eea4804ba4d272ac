package pollux.tensor;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * What the vector kernels share: the width of sums, their fixed order, and exp.
 *
 * <p>No method here or in the kernels takes or returns a vector. C2 stops inlining our own methods
 * once a compilation has seen 8000 bytecodes, which two or three uses of the Vector API already
 * are, and a vector that crosses a call is boxed: the same loop ran 4 to 10 times slower then.
 */
final class VectorMath {
  /**
   * Sums run in sixteen lanes on every machine, in slices of {@link #LANES}: one vector of 512
   * bits, two of 256 or four of 128. So an answer does not depend on the machine either.
   */
  static final int WIDTH = 16;

  static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() > WIDTH
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;
  static final int LANES = SPECIES.length();
  static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  static final VectorShuffle<Float> FOLD_8 = fold(8);
  static final VectorShuffle<Float> FOLD_4 = fold(4);
  static final VectorShuffle<Float> FOLD_2 = fold(2);
  static final VectorShuffle<Float> FOLD_1 = fold(1);

  /** Lane i takes lane i + 1 where i is even, i - 1 where it is odd. */
  static final VectorShuffle<Float> NEIGHBOUR = VectorShuffle.fromOp(SPECIES, i -> i ^ 1);

  private VectorMath() {}

  private static VectorShuffle<Float> fold(int distance) {
    return VectorShuffle.iota(SPECIES, distance % LANES, 1, true);
  }

  static float get(MemorySegment segment, long index) {
    return segment.get(Tensor.FLOAT, index * Float.BYTES);
  }

  static void set(MemorySegment segment, long index, float value) {
    segment.set(Tensor.FLOAT, index * Float.BYTES, value);
  }

  /**
   * The sums of {@code count} groups of sixteen lanes, in the order of {@link Lanes#fold}.
   *
   * <p>{@code reduceLanes} leaves the order open, and interpreted code does choose another than
   * compiled code: the same prompt would get other logits once it is warm.
   */
  static void fold(float[] lanes, int count, float[] sums) {
    if (LANES < WIDTH) {
      for (int i = 0; i < count; i++) {
        sums[i] = Lanes.fold(lanes, i * WIDTH);
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      FloatVector v = FloatVector.fromArray(SPECIES, lanes, i * WIDTH);
      v = v.add(v.rearrange(FOLD_8));
      v = v.add(v.rearrange(FOLD_4));
      v = v.add(v.rearrange(FOLD_2));
      sums[i] = v.add(v.rearrange(FOLD_1)).lane(0);
    }
  }

  /**
   * {@code to[i] = e^(scale * x[offset + i] - shift)} for {@code n} elements, as {@link
   * Exponential#exp}.
   */
  static void exp(MemorySegment x, long offset, int n, float scale, float shift, float[] to) {
    FloatVector log2E = FloatVector.broadcast(SPECIES, Exponential.LOG2_E);
    FloatVector round = FloatVector.broadcast(SPECIES, Exponential.ROUND);
    FloatVector ln2High = FloatVector.broadcast(SPECIES, -Exponential.LN2_HIGH);
    FloatVector ln2Low = FloatVector.broadcast(SPECIES, -Exponential.LN2_LOW);
    FloatVector p0 = FloatVector.broadcast(SPECIES, Exponential.P0);
    FloatVector p1 = FloatVector.broadcast(SPECIES, Exponential.P1);
    FloatVector p2 = FloatVector.broadcast(SPECIES, Exponential.P2);
    FloatVector p3 = FloatVector.broadcast(SPECIES, Exponential.P3);
    FloatVector p4 = FloatVector.broadcast(SPECIES, Exponential.P4);
    FloatVector p5 = FloatVector.broadcast(SPECIES, Exponential.P5);
    FloatVector highest = FloatVector.broadcast(SPECIES, Exponential.HIGHEST);
    int whole = SPECIES.loopBound(n);
    int i = 0;
    for (; i < whole; i += LANES) {
      FloatVector v =
          FloatVector.fromMemorySegment(SPECIES, x, (offset + i) * Float.BYTES, ORDER)
              .mul(scale)
              .sub(shift);
      // What lies below the lowest is computed too, and replaced at the end.
      FloatVector u = v.blend(highest, v.compare(VectorOperators.GT, Exponential.HIGHEST));
      FloatVector shifted = u.fma(log2E, round);
      FloatVector exponent = shifted.sub(round);
      FloatVector r = exponent.fma(ln2Low, exponent.fma(ln2High, u));
      FloatVector p = r.fma(p0, p1);
      p = p.fma(r, p2).fma(r, p3).fma(r, p4).fma(r, p5);
      p = p.fma(r.mul(r), r).add(1f);
      p.reinterpretAsInts()
          .add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
          .reinterpretAsFloats()
          .blend(0f, v.compare(VectorOperators.LT, Exponential.LOWEST))
          .intoArray(to, i);
    }
    for (; i < n; i++) {
      to[i] = Exponential.exp(get(x, offset + i) * scale - shift);
    }
  }
}
