package pollux.tensor;

import java.util.Arrays;

/**
 * {@link ElementType#Q3_K}: 16 groups of 16 numbers q of 3 bits, 110 bytes.
 *
 * <pre>
 *   32 bytes   bit b of byte i is the third bit of element 32 b + i
 *   64 bytes   the lower two, as in Q2_K
 *   12 bytes   the 6-bit scales s of the groups: the lower four bits of g and g + 8 in byte g,
 *              the upper two of g, g + 4, g + 8, g + 12 in byte 8 + g
 *   scale F16
 *                                                           scale * (s - 32) * (q - 4)
 * </pre>
 */
final class Q3KCodec extends BlockCodec {
  static final Q3KCodec CODEC = new Q3KCodec();

  private static final int PAIRS = 32;
  private static final int SCALES = 96;
  private static final int SCALE = 108;

  private Q3KCodec() {
    super(ElementType.Q3_K);
  }

  @Override
  void decodeBlock(byte[] raw, int o, float[] to, int at) {
    float scale = half(raw, o + SCALE);
    for (int g = 0; g < 16; g++) {
      float s = scale * (groupScale(raw, o + SCALES, g) - 32);
      int third = o + (g & 1) * 16;
      int q = o + PAIRS + (g >> 3) * 32 + (g & 1) * 16;
      int shift = g & 6;
      for (int i = 0; i < 16; i++) {
        int level = raw[q + i] >> shift & 3 | (raw[third + i] >> (g >> 1) & 1) << 2;
        to[at + 16 * g + i] = s * (level - 4);
      }
    }
  }

  private static int groupScale(byte[] raw, int o, int g) {
    int low = g < 8 ? raw[o + g] & 15 : raw[o + g - 8] >> 4 & 15;
    return low | (raw[o + 8 + (g & 3)] >> 2 * (g >> 2) & 3) << 4;
  }

  @Override
  void encodeBlock(float[] from, int at, byte[] raw, int o) {
    float[] scales = new float[16];
    byte[] q = new byte[256];
    for (int g = 0; g < 16; g++) {
      scales[g] = ScaleSearch.symmetricByLevel(16, 4, from, at + 16 * g, q, 16 * g);
    }
    float extreme = extreme(scales, 0, 16);
    float inverse = extreme == 0 ? 0 : -32 / extreme;
    float scale = putHalf(extreme == 0 ? 0 : 1 / inverse, raw, o + SCALE);
    Arrays.fill(raw, o, o + SCALE, (byte) 0);
    for (int g = 0; g < 16; g++) {
      // Without any scale the bytes of the scales stay 0.
      int s = extreme == 0 ? 0 : ScaleSearch.clamp(nearest(inverse * scales[g]), -32, 31) + 32;
      raw[o + SCALES + (g & 7)] |= (byte) ((s & 15) << (g >> 3) * 4);
      raw[o + SCALES + 8 + (g & 3)] |= (byte) (s >> 4 << 2 * (g >> 2));
      float d = scale * (s - 32);
      for (int i = 16 * g; d != 0 && i < 16 * g + 16; i++) {
        q[i] = (byte) (ScaleSearch.clamp(nearest(from[at + i] / d), -4, 3) + 4);
      }
    }
    for (int i = 0; i < 256; i++) {
      raw[o + (i & 31)] |= (byte) (q[i] >> 2 << (i >> 5));
      q[i] &= 3;
    }
    Q2KCodec.packPairs(q, raw, o + PAIRS);
  }
}
