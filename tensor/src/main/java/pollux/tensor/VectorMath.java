package pollux.tensor;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * What the vector kernels share: loads and stores on segments, a sum over lanes with a fixed order,
 * and exp. The scalar twins compute the same operations, so an element's result does not depend on
 * whether it falls into a whole vector or into the tail.
 */
final class VectorMath {
  /**
   * Sums run in sixteen lanes on every machine: in one vector of 512 bits, two of 256 or four of
   * 128. So an answer does not depend on the machine either.
   */
  static final int WIDTH = 16;

  static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() > WIDTH
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;
  static final int LANES = SPECIES.length();

  private static final VectorShuffle<Float> FOLD_8 = fold(8);
  private static final VectorShuffle<Float> FOLD_4 = fold(4);
  private static final VectorShuffle<Float> FOLD_2 = fold(2);
  private static final VectorShuffle<Float> FOLD_1 = fold(1);

  private VectorMath() {}

  static FloatVector load(MemorySegment segment, long index) {
    return FloatVector.fromMemorySegment(SPECIES, segment, index * Float.BYTES, LITTLE_ENDIAN);
  }

  static void store(FloatVector v, MemorySegment segment, long index) {
    v.intoMemorySegment(segment, index * Float.BYTES, LITTLE_ENDIAN);
  }

  static float get(MemorySegment segment, long index) {
    return segment.get(Tensor.FLOAT, index * Float.BYTES);
  }

  static void set(MemorySegment segment, long index, float value) {
    segment.set(Tensor.FLOAT, index * Float.BYTES, value);
  }

  /**
   * The sum of sixteen lanes, halves first: lane l and l + 8, then l + 4, l + 2, l + 1. With
   * vectors of 512 bits {@code s0} holds them all; of 256 bits {@code s0} and {@code s1}; of 128
   * bits all four.
   *
   * <p>{@code reduceLanes} leaves the order open, and interpreted code does choose another than
   * compiled code: the same prompt would get other logits once it is warm.
   */
  static float sum(FloatVector s0, FloatVector s1, FloatVector s2, FloatVector s3) {
    FloatVector v =
        switch (LANES) {
          case 16 -> s0.add(s0.rearrange(FOLD_8));
          case 8 -> s0.add(s1);
          default -> s0.add(s2).add(s1.add(s3));
        };
    if (LANES > 4) {
      v = v.add(v.rearrange(FOLD_4));
    }
    v = v.add(v.rearrange(FOLD_2));
    return v.add(v.rearrange(FOLD_1)).lane(0);
  }

  private static VectorShuffle<Float> fold(int distance) {
    return VectorShuffle.iota(SPECIES, distance % LANES, 1, true);
  }

  /**
   * e^x within 2 ulp; 0 below -87.33, the largest power below infinity above 88.72, NaN for NaN.
   */
  static FloatVector exp(FloatVector x) {
    FloatVector clamped =
        x.blend(Exponential.HIGHEST, x.compare(VectorOperators.GT, Exponential.HIGHEST))
            .blend(Exponential.LOWEST, x.compare(VectorOperators.LT, Exponential.LOWEST));
    FloatVector shifted = clamped.fma(broadcast(Exponential.LOG2_E), broadcast(Exponential.ROUND));
    FloatVector exponent = shifted.sub(Exponential.ROUND);
    FloatVector r = exponent.fma(broadcast(-Exponential.LN2_HIGH), clamped);
    r = exponent.fma(broadcast(-Exponential.LN2_LOW), r);
    FloatVector p = r.fma(broadcast(Exponential.P0), broadcast(Exponential.P1));
    p =
        p.fma(r, broadcast(Exponential.P2))
            .fma(r, broadcast(Exponential.P3))
            .fma(r, broadcast(Exponential.P4))
            .fma(r, broadcast(Exponential.P5));
    p = p.fma(r.mul(r), r).add(1f);
    FloatVector scaled =
        p.reinterpretAsInts()
            .add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
            .reinterpretAsFloats();
    return scaled.blend(0f, x.compare(VectorOperators.LT, Exponential.LOWEST));
  }

  private static FloatVector broadcast(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }
}
