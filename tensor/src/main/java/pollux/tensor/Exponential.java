package pollux.tensor;

/**
 * e^x in float by Cephes' polynomial, as a fixed list of operations: {@link VectorMath#exp} runs
 * the same ones on vectors and gives the same bits.
 */
final class Exponential {
  static final float LOG2_E = 1.44269504f;
  // ln 2 in two parts: the first has few bits, so that its product with an exponent is exact.
  static final float LN2_HIGH = 0.693359375f;
  static final float LN2_LOW = -2.12194440e-4f;
  // 1.5 * 2^23: adding it rounds to an integer, which then sits in the low bits of the float.
  static final float ROUND = 12582912f;
  static final float LOWEST = -87.33f;
  static final float HIGHEST = 88.72f;
  // Minimax polynomial of e^r on [-ln 2 / 2, ln 2 / 2] from Cephes' expf: 1 + r + r^2 * P(r).
  static final float P0 = 1.9875691500e-4f;
  static final float P1 = 1.3981999507e-3f;
  static final float P2 = 8.3334519073e-3f;
  static final float P3 = 4.1665795894e-2f;
  static final float P4 = 1.6666665459e-1f;
  static final float P5 = 5.0000001201e-1f;

  private Exponential() {}

  /** e^x within 2 ulp; 0 below {@link #LOWEST}, nearly the largest float above {@link #HIGHEST}. */
  static float exp(float x) {
    if (x < LOWEST) {
      return 0;
    }
    float clamped = x > HIGHEST ? HIGHEST : x;
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
    return Float.intBitsToFloat(
        Float.floatToRawIntBits(p) + (Float.floatToRawIntBits(shifted) << 23));
  }
}
