package pollux.tensor;

/**
 * {@link ElementType#Q4_0}, {@link ElementType#Q4_1}, {@link ElementType#Q5_0}, {@link
 * ElementType#Q5_1}: 32 numbers q of 4 or 5 bits. Byte i of the sixteen holds the lower four bits
 * of element i (low half) and of element i + 16 (high half); bit i of {@code high} is the fifth of
 * element i.
 *
 * <pre>
 *   Q4_0  scale F16             | 16 bytes     scale * (q - 8)
 *   Q4_1  scale F16, minimum F16 | 16 bytes     scale * q + minimum
 *   Q5_0  scale F16, high 32 bits | 16 bytes     scale * (q - 16)
 *   Q5_1  scale F16, minimum F16, high 32 bits | 16 bytes     scale * q + minimum
 * </pre>
 */
final class NibbleCodec extends BlockCodec {
  static final NibbleCodec Q4_0 = new NibbleCodec(ElementType.Q4_0, 4, false);
  static final NibbleCodec Q4_1 = new NibbleCodec(ElementType.Q4_1, 4, true);
  static final NibbleCodec Q5_0 = new NibbleCodec(ElementType.Q5_0, 5, false);
  static final NibbleCodec Q5_1 = new NibbleCodec(ElementType.Q5_1, 5, true);

  private final boolean five;
  private final boolean hasMinimum;

  /** The largest q. */
  private final int most;

  /** Where {@code high} begins, or would. */
  private final int high;

  /** Where the sixteen bytes begin. */
  private final int pairs;

  private NibbleCodec(ElementType type, int bits, boolean hasMinimum) {
    super(type);
    this.five = bits == 5;
    this.hasMinimum = hasMinimum;
    this.most = (1 << bits) - 1;
    this.high = hasMinimum ? 4 : 2;
    this.pairs = five ? high + 4 : high;
  }

  @Override
  void decodeBlock(byte[] raw, int o, float[] to, int at) {
    float scale = half(raw, o);
    if (hasMinimum) {
      float minimum = half(raw, o + 2);
      int fifth = five ? int32(raw, o + high) : 0;
      for (int i = 0; i < 16; i++) {
        int pair = raw[o + pairs + i];
        to[at + i] = scale * (pair & 15 | fifth >> i << 4 & 16) + minimum;
        to[at + i + 16] = scale * (pair >> 4 & 15 | fifth >> i + 12 & 16) + minimum;
      }
    } else if (five) {
      int fifth = int32(raw, o + high);
      for (int i = 0; i < 16; i++) {
        int pair = raw[o + pairs + i];
        to[at + i] = scale * ((pair & 15 | fifth >> i << 4 & 16) - 16);
        to[at + i + 16] = scale * ((pair >> 4 & 15 | fifth >> i + 12 & 16) - 16);
      }
    } else {
      for (int i = 0; i < 16; i++) {
        int pair = raw[o + 2 + i];
        to[at + i] = scale * ((pair & 15) - 8);
        to[at + i + 16] = scale * ((pair >> 4 & 15) - 8);
      }
    }
  }

  @Override
  void encodeBlock(float[] from, int at, byte[] raw, int o) {
    float origin = 0;
    float scale;
    float rounding = 0.5f;
    if (hasMinimum) {
      float least = Float.MAX_VALUE;
      float largest = -Float.MAX_VALUE;
      for (int i = at; i < at + 32; i++) {
        least = from[i] < least ? from[i] : least;
        largest = from[i] > largest ? from[i] : largest;
      }
      origin = least;
      scale = (largest - least) / most;
      putHalf(least, raw, o + 2);
    } else {
      // The number that is largest in size gets level 0, whatever its sign: the one without a twin.
      int middle = most + 1 >> 1;
      scale = extreme(from, at, 32) / -middle;
      rounding += middle;
    }
    putHalf(scale, raw, o);
    float inverse = inverse(scale);
    int fifth = 0;
    for (int i = 0; i < 16; i++) {
      int low = Math.min(most, (int) ((from[at + i] - origin) * inverse + rounding));
      int up = Math.min(most, (int) ((from[at + i + 16] - origin) * inverse + rounding));
      raw[o + pairs + i] = (byte) (low & 15 | up << 4);
      fifth |= low >> 4 << i | up >> 4 << i + 16;
    }
    for (int i = 0; five && i < 4; i++) {
      raw[o + high + i] = (byte) (fifth >> 8 * i);
    }
  }

  private static int int32(byte[] raw, int o) {
    return raw[o] & 255 | (raw[o + 1] & 255) << 8 | (raw[o + 2] & 255) << 16 | raw[o + 3] << 24;
  }
}
