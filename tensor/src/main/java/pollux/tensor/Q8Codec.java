package pollux.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@link ElementType#Q8_0}: 32 signed bytes times one F16 scale. */
record Q8Codec() implements Codec {
  static final Q8Codec CODEC = new Q8Codec();

  @Override
  public void decode(MemorySegment from, long offset, int elements, float[] to, int at) {
    byte[] raw = new byte[34 * Math.min(elements / 32, CHUNK)];
    for (int block = 0; block < elements / 32; block += CHUNK) {
      int count = Math.min(CHUNK, elements / 32 - block);
      MemorySegment.copy(from, ValueLayout.JAVA_BYTE, offset + 34L * block, raw, 0, 34 * count);
      for (int i = 0; i < count; i++) {
        decodeBlock(raw, 34 * i, to, at + 32 * (block + i));
      }
    }
  }

  private static void decodeBlock(byte[] raw, int o, float[] to, int at) {
    float scale = Float.float16ToFloat((short) (raw[o] & 255 | raw[o + 1] << 8));
    for (int i = 0; i < 32; i++) {
      to[at + i] = scale * raw[o + 2 + i];
    }
  }

  @Override
  public void encode(float[] from, int at, int elements, MemorySegment to, long offset) {
    for (int block = 0; block < elements / 32; block++) {
      encodeBlock(from, at + 32 * block, to, offset + 34L * block);
    }
  }

  private static void encodeBlock(float[] from, int at, MemorySegment to, long offset) {
    float largest = 0;
    for (int i = 0; i < 32; i++) {
      largest = Math.max(largest, Math.abs(from[at + i]));
    }
    float scale = largest / 127;
    float inverse = scale == 0 ? 0 : 1 / scale;
    to.set(SHORT, offset, Float.floatToFloat16(scale));
    for (int i = 0; i < 32; i++) {
      to.set(ValueLayout.JAVA_BYTE, offset + 2 + i, (byte) roundHalfAway(from[at + i] * inverse));
    }
  }

  /** C's roundf: Math.round would send -2.5 to -2. */
  private static int roundHalfAway(float value) {
    return (int) (value + (value < 0 ? -0.5 : 0.5));
  }
}
