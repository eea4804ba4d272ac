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
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  static final int LANES = SPECIES.length();

  private static final VectorShuffle<Float> FOLD_8 = fold(8);
  private static final VectorShuffle<Float> FOLD_4 = fold(4);
  private static final VectorShuffle<Float> FOLD_2 = fold(2);
  private static final VectorShuffle<Float> FOLD_1 = fold(1);

  private static final float LOG2_E = 1.44269504f;
  // ln 2 in two parts: the first has few bits, so that its product with an exponent is exact.
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;
  // 1.5 * 2^23: adding it rounds to an integer, which then sits in the low bits of the float.
  private static final float ROUND = 12582912f;
  private static final float EXP_LOWEST = -87.33f;
  private static final float EXP_HIGHEST = 88.72f;
  // Minimax polynomial of e^r on [-ln 2 / 2, ln 2 / 2] from Cephes' expf: 1 + r + r^2 * P(r).
  private static final float P0 = 1.9875691500e-4f;
  private static final float P1 = 1.3981999507e-3f;
  private static final float P2 = 8.3334519073e-3f;
  private static final float P3 = 4.1665795894e-2f;
  private static final float P4 = 1.6666665459e-1f;
  private static final float P5 = 5.0000001201e-1f;

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
   * The sum over lanes, halves first. {@code reduceLanes} leaves the order open, and interpreted code
   * does choose another than compiled code: the same prompt would get other logits once it is warm.
   */
  static float sum(FloatVector v) {
    if (LANES > 8) {
      v = v.add(v.rearrange(FOLD_8));
    }
    if (LANES > 4) {
      v = v.add(v.rearrange(FOLD_4));
    }
    if (LANES > 2) {
      v = v.add(v.rearrange(FOLD_2));
    }
    return v.add(v.rearrange(FOLD_1)).lane(0);
  }

  private static VectorShuffle<Float> fold(int distance) {
    return VectorShuffle.iota(SPECIES, distance % LANES, 1, true);
  }

  /** e^x within 2 ulp; 0 below -87.33, the largest power below infinity above 88.72, NaN for NaN. */
  static FloatVector exp(FloatVector x) {
    FloatVector clamped =
        x.blend(EXP_HIGHEST, x.compare(VectorOperators.GT, EXP_HIGHEST))
            .blend(EXP_LOWEST, x.compare(VectorOperators.LT, EXP_LOWEST));
    FloatVector shifted = clamped.fma(broadcast(LOG2_E), broadcast(ROUND));
    FloatVector exponent = shifted.sub(ROUND);
    FloatVector r = exponent.fma(broadcast(-LN2_HIGH), clamped);
    r = exponent.fma(broadcast(-LN2_LOW), r);
    FloatVector p = r.fma(broadcast(P0), broadcast(P1));
    p = p.fma(r, broadcast(P2)).fma(r, broadcast(P3)).fma(r, broadcast(P4)).fma(r, broadcast(P5));
    p = p.fma(r.mul(r), r).add(1f);
    FloatVector scaled =
        p.reinterpretAsInts()
            .add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
            .reinterpretAsFloats();
    return scaled.blend(0f, x.compare(VectorOperators.LT, EXP_LOWEST));
  }

  private static FloatVector broadcast(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  /** The scalar twin of {@link #exp(FloatVector)}, bit for bit. */
  static float exp(float x) {
    if (x < EXP_LOWEST) {
      return 0;
    }
    float clamped = x > EXP_HIGHEST ? EXP_HIGHEST : x;
    float shifted = Math.fma(clamped, LOG2_E, ROUND);
    float exponent = shifted - ROUND;
    float r = Math.fma(exponent, -LN2_HIGH, clamped);
    r = Math.fma(exponent, -LN2_LOW, r);
    float p = Math.fma(r, P0, P1);
    p = Math.fma(p, r, P2);
    p = Math.fma(p, r, P3);
    p = Math.fma(p, r, P4);
    p = Math.fma(p, r, P5);
    p = Math.fma(p, r * r, r) + 1f;
    return Float.intBitsToFloat(Float.floatToRawIntBits(p) + (Float.floatToRawIntBits(shifted) << 23));
  }
}
