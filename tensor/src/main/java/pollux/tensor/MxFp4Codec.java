package pollux.tensor;

/**
 * {@link ElementType#MXFP4} (OCP microscaling formats, revision 1.0): 32 floats of 4 bits (sign, 2
 * bits exponent, 1 bit mantissa) times a power of two.
 *
 * <pre>
 *   exponent e, 8 bits | 16 bytes, byte i holds element i (low half) and i + 16 (high half)
 *                                                           2^(e - 127) * value
 * </pre>
 */
final class MxFp4Codec extends BlockCodec {
  static final MxFp4Codec CODEC = new MxFp4Codec();

  /** Twice the values, which are then whole. */
  static final byte[] TWICE = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

  private MxFp4Codec() {
    super(ElementType.MXFP4);
  }

  /** Half of the scale. */
  static float halfScale(int exponent) {
    return exponent < 2 // subnormal, which a float holds too
        ? Float.intBitsToFloat(0x00200000 << exponent)
        : Float.intBitsToFloat(exponent - 1 << 23);
  }

  @Override
  void decodeBlock(byte[] raw, int o, float[] to, int at) {
    float scale = halfScale(raw[o] & 255);
    for (int i = 0; i < 16; i++) {
      int pair = raw[o + 1 + i];
      to[at + i] = scale * TWICE[pair & 15];
      to[at + i + 16] = scale * TWICE[pair >> 4 & 15];
    }
  }

  @Override
  void encodeBlock(float[] from, int at, byte[] raw, int o) {
    float largest = Math.abs(extreme(from, at, 32));
    // Rounded to float before the floor, as C's log2f: a size just below a power of two counts as
    // it.
    float log2 = (float) (Math.log(largest) / Math.log(2));
    int exponent = largest > 0 ? (int) Math.floor(log2) - 2 + 127 : 0;
    float scale = halfScale(exponent & 255);
    raw[o] = (byte) exponent;
    for (int i = 0; i < 16; i++) {
      int low = nearestValue(from[at + i], scale);
      raw[o + 1 + i] = (byte) (low | nearestValue(from[at + i + 16], scale) << 4);
    }
  }

  /** The first of those that are as near. */
  private static int nearestValue(float x, float scale) {
    int best = 0;
    float least = Math.abs(x);
    for (int i = 1; i < 16; i++) {
      float error = Math.abs(TWICE[i] * scale - x);
      if (error < least) {
        best = i;
        least = error;
      }
    }
    return best;
  }
}
