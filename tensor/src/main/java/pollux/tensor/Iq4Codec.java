package pollux.tensor;

/**
 * {@link ElementType#IQ4_NL} and {@link ElementType#IQ4_XS}: numbers q of 4 bits that pick one of
 * sixteen values, denser around zero. Of each 16 bytes, byte i holds element i (low half) and i +
 * 16 (high half) of 32.
 *
 * <pre>
 *   IQ4_NL  scale F16 | 16 bytes                                   scale * value[q]
 *   IQ4_XS  scale F16 | 8 groups of 32 with 6-bit scales s: the upper two bits of all in 16 bits,
 *           the lower four in 4 bytes | 128 bytes           scale * (s - 32) * value[q]
 * </pre>
 */
final class Iq4Codec extends BlockCodec {
  static final Iq4Codec NL = new Iq4Codec(ElementType.IQ4_NL, 1);
  static final Iq4Codec XS = new Iq4Codec(ElementType.IQ4_XS, 8);

  static final byte[] VALUES = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  /** Each group tries as many steps of the extreme to either side of its value. */
  private static final int STEPS = 7;

  private final int groups;
  private final int pairs;

  private Iq4Codec(ElementType type, int groups) {
    super(type);
    this.groups = groups;
    this.pairs = groups == 1 ? 2 : 8;
  }

  @Override
  void decodeBlock(byte[] raw, int o, float[] to, int at) {
    float scale = half(raw, o);
    for (int g = 0; g < groups; g++) {
      float s = groups == 1 ? scale : scale * (groupScale(raw, o, g) - 32);
      int q = o + pairs + 16 * g;
      int start = at + 32 * g;
      for (int i = 0; i < 16; i++) {
        to[start + i] = s * VALUES[raw[q + i] & 15];
        to[start + i + 16] = s * VALUES[raw[q + i] >> 4 & 15];
      }
    }
  }

  private static int groupScale(byte[] raw, int o, int g) {
    int upper = raw[o + 2 + (g >> 2)] >> 2 * (g & 3) & 3;
    return raw[o + 4 + (g >> 1)] >> 4 * (g & 1) & 15 | upper << 4;
  }

  @Override
  void encodeBlock(float[] from, int at, byte[] raw, int o) {
    float[] scales = new float[groups];
    for (int g = 0; g < groups; g++) {
      scales[g] = search(from, at + 32 * g);
    }
    if (groups == 1) {
      putHalf(scales[0], raw, o);
      pack(from, at, inverse(scales[0]), raw, o + pairs);
      return;
    }
    float scale = -extreme(scales, 0, groups) / 32;
    putHalf(scale, raw, o);
    float inverse = inverse(scale);
    int upper = 0;
    for (int g = 0; g < groups; g++) {
      int s = ScaleSearch.clamp(nearest(inverse * scales[g]), -32, 31);
      pack(from, at + 32 * g, inverse(scale * s), raw, o + pairs + 16 * g);
      int byteOfLower = o + 4 + (g >> 1);
      int lower = s + 32 & 15;
      raw[byteOfLower] = (byte) ((g & 1) == 0 ? lower : raw[byteOfLower] | lower << 4);
      upper |= s + 32 >> 4 << 2 * g;
    }
    raw[o + 2] = (byte) upper;
    raw[o + 3] = (byte) (upper >> 8);
  }

  /** The scale of 32 numbers with the least error; each counts with its square. */
  private static float search(float[] x, int at) {
    float extreme = extreme(x, at, 32);
    if (Math.abs(extreme) < ScaleSearch.ZERO) {
      return 0;
    }
    float scale = 0;
    float best = 0;
    for (int step = -STEPS - 1; step <= STEPS; step++) {
      boolean first = step == -STEPS - 1;
      float inverse = first ? 1 / (-extreme / VALUES[0]) : (step + VALUES[0]) / extreme;
      float sumQx = 0;
      float sumQq = 0;
      for (int i = at; i < at + 32; i++) {
        float q = VALUES[nearestValue(inverse * x[i])];
        float w = x[i] * x[i];
        sumQx += w * q * x[i];
        sumQq += w * q * q;
      }
      if (first || sumQq > 0 && sumQx * sumQx > best * sumQq) {
        scale = sumQq > 0 ? sumQx / sumQq : 0;
        best = scale * sumQx;
      }
    }
    return scale;
  }

  private static void pack(float[] x, int at, float inverse, byte[] raw, int o) {
    for (int i = 0; i < 16; i++) {
      int low = nearestValue(inverse * x[at + i]);
      raw[o + i] = (byte) (low | nearestValue(inverse * x[at + i + 16]) << 4);
    }
  }

  /** Which of the sixteen values is nearest; the upper of two that are as near. */
  private static int nearestValue(float x) {
    if (x <= VALUES[0]) {
      return 0;
    }
    if (x >= VALUES[15]) {
      return 15;
    }
    int above = 1;
    while (x >= VALUES[above]) {
      above++;
    }
    return x - VALUES[above - 1] < VALUES[above] - x ? above - 1 : above;
  }
}
