package pollux.tensor;

import java.util.Arrays;

/**
 * {@link ElementType#Q6_K}: 16 groups of 16 numbers q of 6 bits, 210 bytes.
 *
 * <pre>
 *   128 bytes  byte 64 h + i holds the lower four bits of the elements 128 h + i and 128 h + i + 64
 *   64 bytes   byte 32 h + i holds the upper two bits of 128 h + i, + 32, + 64, + 96, first lowest
 *   16 bytes   the signed scales s of the groups
 *   scale F16
 *                                                           scale * s * (q - 32)
 * </pre>
 */
final class Q6KCodec extends BlockCodec {
  static final Q6KCodec CODEC = new Q6KCodec();

  static final int UPPER = 128;
  static final int SCALES = 192;
  static final int SCALE = 208;

  private Q6KCodec() {
    super(ElementType.Q6_K);
  }

  @Override
  void decodeBlock(byte[] raw, int o, float[] to, int at) {
    float scale = half(raw, o + SCALE);
    for (int g = 0; g < 16; g++) {
      float s = scale * raw[o + SCALES + g];
      int h = g >> 3;
      int within = 16 * (g & 3); // of the 64 bytes of a half
      int low = o + 64 * h + within;
      int lowShift = g & 4;
      int up = o + UPPER + 32 * h + 16 * (g & 1);
      int upShift = g & 6;
      for (int i = 0; i < 16; i++) {
        int level = raw[low + i] >> lowShift & 15 | (raw[up + i] >> upShift & 3) << 4;
        to[at + 16 * g + i] = s * (level - 32);
      }
    }
  }

  @Override
  void encodeBlock(float[] from, int at, byte[] raw, int o) {
    float[] scales = new float[16];
    byte[] q = new byte[256];
    for (int g = 0; g < 16; g++) {
      scales[g] = ScaleSearch.symmetric(16, 32, from, at + 16 * g, q, 16 * g);
    }
    float extreme = extreme(scales, 0, 16);
    if (Math.abs(extreme) < ScaleSearch.ZERO) {
      Arrays.fill(raw, o, o + SCALE + 2, (byte) 0);
      return;
    }
    float inverse = -128 / extreme;
    float scale = putHalf(1 / inverse, raw, o + SCALE);
    for (int g = 0; g < 16; g++) {
      raw[o + SCALES + g] = (byte) Math.min(127, nearest(inverse * scales[g]));
      float d = scale * raw[o + SCALES + g];
      for (int i = 16 * g; d != 0 && i < 16 * g + 16; i++) {
        q[i] = (byte) (ScaleSearch.clamp(nearest(from[at + i] / d), -32, 31) + 32);
      }
    }
    for (int i = 0; i < 128; i++) {
      int e = (i >> 6) * 128 + (i & 63);
      raw[o + i] = (byte) (q[e] & 15 | q[e + 64] << 4);
    }
    for (int i = 0; i < 64; i++) {
      int e = (i >> 5) * 128 + (i & 31);
      raw[o + UPPER + i] =
          (byte) (q[e] >> 4 | q[e + 32] >> 4 << 2 | q[e + 64] >> 4 << 4 | q[e + 96] >> 4 << 6);
    }
  }
}
