package pollux.tensor;

/**
 * {@link ElementType#Q2_K}: 16 groups of 16 numbers q of 2 bits, 84 bytes.
 *
 * <pre>
 *   16 bytes   group g: its scale s (low 4 bits) and minimum m (high 4 bits)
 *   64 bytes   byte 32 h + i holds the elements 128 h + i, + 32, + 64, + 96, the first lowest
 *   scale F16, minimum F16
 *                                                           scale * s * q - minimum * m
 * </pre>
 */
final class Q2KCodec extends BlockCodec {
  static final Q2KCodec CODEC = new Q2KCodec();

  private static final ScaleSearch.Steps SEARCH = new ScaleSearch.Steps(-0.5f, 15, true);
  private static final int PAIRS = 16;
  private static final int SCALE = 80;
  private static final int MINIMUM = 82;

  private Q2KCodec() {
    super(ElementType.Q2_K);
  }

  @Override
  void decodeBlock(byte[] raw, int o, float[] to, int at) {
    float scale = half(raw, o + SCALE);
    float minimum = half(raw, o + MINIMUM);
    for (int g = 0; g < 16; g++) {
      float s = scale * (raw[o + g] & 15);
      float m = minimum * (raw[o + g] >> 4 & 15);
      int q = o + PAIRS + (g >> 3) * 32 + (g & 1) * 16;
      int shift = g & 6;
      for (int i = 0; i < 16; i++) {
        to[at + 16 * g + i] = s * (raw[q + i] >> shift & 3) - m;
      }
    }
  }

  @Override
  void encodeBlock(float[] from, int at, byte[] raw, int o) {
    float[] scales = new float[16];
    float[] minima = new float[16];
    byte[] q = new byte[256];
    float[] weights = new float[16];
    float largestScale = 0;
    float largestMinimum = 0;
    for (int g = 0; g < 16; g++) {
      for (int i = 0; i < 16; i++) {
        weights[i] = Math.abs(from[at + 16 * g + i]);
      }
      scales[g] =
          ScaleSearch.withMinimum(16, 3, from, at + 16 * g, weights, q, 16 * g, minima, g, SEARCH);
      largestScale = Math.max(largestScale, scales[g]);
      largestMinimum = Math.max(largestMinimum, minima[g]);
    }
    float inverseScale = largestScale > 0 ? 15 / largestScale : 0;
    float inverseMinimum = largestMinimum > 0 ? 15 / largestMinimum : 0;
    float scale = putHalf(largestScale / 15, raw, o + SCALE);
    float minimum = putHalf(largestMinimum / 15, raw, o + MINIMUM);
    for (int g = 0; g < 16; g++) {
      int s = nearest(inverseScale * scales[g]);
      int m = nearest(inverseMinimum * minima[g]);
      raw[o + g] = (byte) (s | m << 4);
      float d = scale * (raw[o + g] & 15);
      float dm = minimum * (raw[o + g] >> 4 & 15);
      for (int i = 16 * g; d != 0 && i < 16 * g + 16; i++) {
        q[i] = (byte) ScaleSearch.clamp(nearest((from[at + i] + dm) / d), 0, 3);
      }
    }
    packPairs(q, raw, o + PAIRS);
  }

  /** 256 numbers of 2 bits, four to a byte, 32 apart. */
  static void packPairs(byte[] q, byte[] raw, int o) {
    for (int i = 0; i < 64; i++) {
      int e = (i >> 5) * 128 + (i & 31);
      raw[o + i] = (byte) (q[e] | q[e + 32] << 2 | q[e + 64] << 4 | q[e + 96] << 6);
    }
  }
}
