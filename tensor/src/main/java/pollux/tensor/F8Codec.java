package pollux.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@link ElementType#F8_E4M3} and {@link ElementType#F8_E5M2} (OCP 8-bit floating point, revision
 * 1.0), as safetensors hold them. Encoding rounds to nearest, ties to even; what is too large
 * becomes NaN in E4M3, which has no infinity, and infinity in E5M2.
 *
 * <pre>
 *   E4M3  sign | 4 bits exponent, bias 7  | 3 bits mantissa     S.1111.111 is NaN, the largest 448
 *   E5M2  sign | 5 bits exponent, bias 15 | 2 bits mantissa     S.11111.00 is infinity, others NaN
 * </pre>
 */
final class F8Codec implements Codec {
  static final F8Codec E4M3 = new F8Codec(3, 7, 0x7f);
  static final F8Codec E5M2 = new F8Codec(2, 15, 0x7c);

  private static final int NAN = 0x7f;

  private final int mantissaBits;
  private final int bias;

  /** What a number that is too large becomes. */
  private final int overflow;

  private final float[] values = new float[256];

  private F8Codec(int mantissaBits, int bias, int overflow) {
    this.mantissaBits = mantissaBits;
    this.bias = bias;
    this.overflow = overflow;
    for (int bits = 0; bits < 256; bits++) {
      values[bits] = value(bits & 127) * (bits < 128 ? 1 : -1);
    }
  }

  private float value(int bits) {
    if (bits >= overflow) {
      return bits == overflow && overflow != NAN ? Float.POSITIVE_INFINITY : Float.NaN;
    }
    int exponent = bits >> mantissaBits;
    int mantissa = bits & (1 << mantissaBits) - 1;
    return exponent == 0
        ? Math.scalb((float) mantissa, 1 - bias - mantissaBits)
        : Math.scalb((float) (mantissa | 1 << mantissaBits), exponent - bias - mantissaBits);
  }

  @Override
  public void decode(MemorySegment from, long offset, int elements, float[] to, int at) {
    byte[] raw = new byte[Math.min(elements, CHUNK)];
    for (int start = 0; start < elements; start += raw.length) {
      int count = Math.min(raw.length, elements - start);
      MemorySegment.copy(from, ValueLayout.JAVA_BYTE, offset + start, raw, 0, count);
      for (int i = 0; i < count; i++) {
        to[at + start + i] = values[raw[i] & 255];
      }
    }
  }

  @Override
  public void encode(float[] from, int at, int elements, MemorySegment to, long offset) {
    for (int i = 0; i < elements; i++) {
      to.set(ValueLayout.JAVA_BYTE, offset + i, bits(from[at + i]));
    }
  }

  private byte bits(float value) {
    int sign = Float.floatToRawIntBits(value) >>> 24 & 128;
    float size = Math.abs(value);
    if (Float.isNaN(value)) {
      return (byte) (sign | NAN);
    }
    if (size < values[1 << mantissaBits]) { // below the normal numbers: steps of one size
      return (byte) (sign | (int) Math.rint(size * Math.scalb(1f, bias - 1 + mantissaBits)));
    }
    int raw = Float.floatToRawIntBits(size);
    int lost = 23 - mantissaBits;
    int rounded = raw + (1 << lost - 1) - 1 + (raw >>> lost & 1) >>> lost;
    return (byte) (sign | Math.min(overflow, rounded - (127 - bias << mantissaBits)));
  }
}
