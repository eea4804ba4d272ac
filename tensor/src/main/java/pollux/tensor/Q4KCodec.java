package pollux.tensor;

/**
 * {@link ElementType#Q4_K} and {@link ElementType#Q5_K}: 8 groups of 32 numbers q of 4 or 5 bits,
 * 144 or 176 bytes.
 *
 * <pre>
 *   scale F16, minimum F16
 *   12 bytes   6-bit scales s and minima m of the groups. Bytes 0 to 3: s of group g, 4 to 7: m of
 *              group g, 8 to 11: the lower four bits of s (low half) and m of group g + 4, whose
 *              upper two lie above those of group g
 *   32 bytes   Q5_K alone: bit g of byte i is the fifth bit of element 32 g + i
 *   128 bytes  byte 32 p + i holds the lower four bits of the elements 64 p + i and 64 p + i + 32
 *                                                           scale * s * q - minimum * m
 * </pre>
 */
final class Q4KCodec extends BlockCodec {
  static final Q4KCodec Q4_K =
      new Q4KCodec(ElementType.Q4_K, 15, new ScaleSearch.Steps(-1, 20, false));
  static final Q4KCodec Q5_K =
      new Q4KCodec(ElementType.Q5_K, 31, new ScaleSearch.Steps(-0.5f, 15, false));

  /** Where the group scales begin. */
  static final int SCALES = 4;

  /** Where the fifth bits begin. */
  static final int FIFTH = 16;

  private final int most;
  private final int pairs;
  private final ScaleSearch.Steps search;

  private Q4KCodec(ElementType type, int most, ScaleSearch.Steps search) {
    super(type);
    this.most = most;
    this.pairs = most == 31 ? FIFTH + 32 : FIFTH;
    this.search = search;
  }

  /** The scale s of group {@code g}; {@code o} is where the twelve bytes begin. */
  static int scale(byte[] raw, int o, int g) {
    return g < 4 ? raw[o + g] & 63 : raw[o + g + 4] & 15 | (raw[o + g - 4] >> 6 & 3) << 4;
  }

  /** The minimum m of group {@code g}. */
  static int minimum(byte[] raw, int o, int g) {
    return g < 4 ? raw[o + g + 4] & 63 : raw[o + g + 4] >> 4 & 15 | (raw[o + g] >> 6 & 3) << 4;
  }

  @Override
  void decodeBlock(byte[] raw, int o, float[] to, int at) {
    float scale = half(raw, o);
    float minimum = half(raw, o + 2);
    for (int g = 0; g < 8; g++) {
      float s = scale * scale(raw, o + SCALES, g);
      float m = minimum * minimum(raw, o + SCALES, g);
      int q = o + pairs + (g >> 1) * 32;
      int shift = (g & 1) * 4;
      int start = at + 32 * g;
      if (most == 15) {
        for (int i = 0; i < 32; i++) {
          to[start + i] = s * (raw[q + i] >> shift & 15) - m;
        }
      } else {
        for (int i = 0; i < 32; i++) {
          int level = raw[q + i] >> shift & 15 | (raw[o + FIFTH + i] >> g & 1) << 4;
          to[start + i] = s * level - m;
        }
      }
    }
  }

  @Override
  void encodeBlock(float[] from, int at, byte[] raw, int o) {
    float[] scales = new float[8];
    float[] minima = new float[8];
    byte[] q = new byte[256];
    float[] weights = new float[32];
    float largestScale = 0;
    float largestMinimum = 0;
    for (int g = 0; g < 8; g++) {
      weigh(from, at + 32 * g, weights);
      scales[g] =
          ScaleSearch.withMinimum(
              32, most, from, at + 32 * g, weights, q, 32 * g, minima, g, search);
      largestScale = Math.max(largestScale, scales[g]);
      largestMinimum = Math.max(largestMinimum, minima[g]);
    }
    float inverseScale = largestScale > 0 ? 63 / largestScale : 0;
    float inverseMinimum = largestMinimum > 0 ? 63 / largestMinimum : 0;
    for (int g = 0; g < 8; g++) {
      int s = Math.min(63, nearest(inverseScale * scales[g]) & 255);
      int m = Math.min(63, nearest(inverseMinimum * minima[g]) & 255);
      int p = o + SCALES + g;
      if (g < 4) {
        raw[p] = (byte) s;
        raw[p + 4] = (byte) m;
      } else {
        raw[p + 4] = (byte) (s & 15 | m << 4);
        raw[p - 4] |= (byte) (s >> 4 << 6);
        raw[p] |= (byte) (m >> 4 << 6);
      }
    }
    float scale = putHalf(largestScale / 63, raw, o);
    float minimum = putHalf(largestMinimum / 63, raw, o + 2);
    for (int g = 0; g < 8; g++) {
      float d = scale * scale(raw, o + SCALES, g);
      float m = minimum * minimum(raw, o + SCALES, g);
      for (int i = 32 * g; d != 0 && i < 32 * g + 32; i++) {
        q[i] = (byte) ScaleSearch.clamp(nearest((from[at + i] + m) / d), 0, most);
      }
    }
    for (int i = 0; i < 128; i++) {
      int e = (i >> 5) * 64 + (i & 31);
      raw[o + pairs + i] = (byte) (q[e] & 15 | q[e + 32] << 4);
    }
    for (int i = 0; most == 31 && i < 32; i++) {
      int fifth = 0;
      for (int g = 0; g < 8; g++) {
        fifth |= q[32 * g + i] >> 4 << g;
      }
      raw[o + FIFTH + i] = (byte) fifth;
    }
  }

  /** A number counts by its size, on top of what is usual in its group. */
  private static void weigh(float[] from, int at, float[] weights) {
    float squares = 0;
    for (int i = 0; i < 32; i++) {
      squares += from[at + i] * from[at + i];
    }
    float usual = (float) Math.sqrt(squares / 32);
    for (int i = 0; i < 32; i++) {
      weights[i] = usual + Math.abs(from[at + i]);
    }
  }
}
