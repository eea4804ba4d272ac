package pollux.tensor;

/**
 * {@link ElementType#TQ1_0} and {@link ElementType#TQ2_0}: 256 numbers q of 0, 1 or 2, for models
 * whose weights are -1, 0 and 1.
 *
 * <pre>
 *   TQ1_0  48 bytes of five elements each, 4 bytes of four | scale F16     scale * (q - 1)
 *          Of the first 32 bytes, byte i holds the elements i, i + 32, ... of 160, of the next 16 the
 *          elements i, i + 16, ... of 80, of the last 4 the elements i, i + 4, ... of 16. A byte is
 *          a fraction of 256 whose digits in base 3 are the q: times 3, the carry is the first
 *   TQ2_0  64 bytes | scale F16                                            scale * (q - 1)
 *          Byte 32 h + i holds the elements 128 h + i, + 32, + 64, + 96, 2 bits each, first lowest
 * </pre>
 */
final class TernaryCodec extends BlockCodec {
  static final TernaryCodec TQ1_0 = new TernaryCodec(ElementType.TQ1_0, true);
  static final TernaryCodec TQ2_0 = new TernaryCodec(ElementType.TQ2_0, false);

  private final boolean inBaseThree;

  private TernaryCodec(ElementType type, boolean inBaseThree) {
    super(type);
    this.inBaseThree = inBaseThree;
  }

  @Override
  void decodeBlock(byte[] raw, int o, float[] to, int at) {
    if (inBaseThree) {
      float scale = half(raw, o + 52);
      digits(raw, o, 32, 5, scale, to, at);
      digits(raw, o + 32, 16, 5, scale, to, at + 160);
      digits(raw, o + 48, 4, 4, scale, to, at + 240);
    } else {
      float scale = half(raw, o + 64);
      for (int i = 0; i < 256; i++) {
        int q = raw[o + (i >> 7) * 32 + (i & 31)] >> 2 * (i >> 5 & 3) & 3;
        to[at + i] = scale * (q - 1);
      }
    }
  }

  /** {@code count} bytes of {@code perByte} elements each. */
  private static void digits(
      byte[] raw, int o, int count, int perByte, float scale, float[] to, int at) {
    for (int i = 0; i < count; i++) {
      int fraction = raw[o + i] & 255;
      for (int d = 0; d < perByte; d++) {
        to[at + d * count + i] = scale * ((fraction * 3 >> 8) - 1);
        fraction = fraction * 3 & 255;
      }
    }
  }

  @Override
  void encodeBlock(float[] from, int at, byte[] raw, int o) {
    float scale = Math.abs(extreme(from, at, 256));
    float inverse = inverse(scale);
    putHalf(scale, raw, o + (inBaseThree ? 52 : 64));
    byte[] q = new byte[256];
    for (int i = 0; i < 256; i++) {
      q[i] = (byte) (roundHalfAway(from[at + i] * inverse) + 1);
    }
    if (inBaseThree) {
      packDigits(q, 0, 32, 5, raw, o);
      packDigits(q, 160, 16, 5, raw, o + 32);
      packDigits(q, 240, 4, 4, raw, o + 48);
    } else {
      Q2KCodec.packPairs(q, raw, o);
    }
  }

  private static void packDigits(byte[] q, int at, int count, int perByte, byte[] raw, int o) {
    for (int i = 0; i < count; i++) {
      int number = 0;
      for (int d = 0; d < 5; d++) {
        number = number * 3 + (d < perByte ? q[at + d * count + i] : 0);
      }
      raw[o + i] = (byte) ((number * 256 + 242) / 243); // upward, so that the digits come back
    }
  }
}
