package pollux.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@link ElementType#Q4_0}: 32 numbers from -8 to 7 times one F16 scale. */
record Q4Codec() implements Codec {
  static final Q4Codec CODEC = new Q4Codec();

  @Override
  public void decode(MemorySegment from, long offset, int elements, float[] to, int at) {
    byte[] raw = new byte[18 * Math.min(elements / 32, CHUNK)];
    for (int block = 0; block < elements / 32; block += CHUNK) {
      int count = Math.min(CHUNK, elements / 32 - block);
      MemorySegment.copy(from, ValueLayout.JAVA_BYTE, offset + 18L * block, raw, 0, 18 * count);
      for (int i = 0; i < count; i++) {
        decodeBlock(raw, 18 * i, to, at + 32 * (block + i));
      }
    }
  }

  private static void decodeBlock(byte[] raw, int o, float[] to, int at) {
    float scale = Float.float16ToFloat((short) (raw[o] & 255 | raw[o + 1] << 8));
    for (int i = 0; i < 16; i++) {
      int pair = raw[o + 2 + i];
      to[at + i] = scale * ((pair & 15) - 8);
      to[at + i + 16] = scale * ((pair >> 4 & 15) - 8);
    }
  }

  @Override
  public void encode(float[] from, int at, int elements, MemorySegment to, long offset) {
    for (int block = 0; block < elements / 32; block++) {
      encodeBlock(from, at + 32 * block, to, offset + 18L * block);
    }
  }

  /**
   * The number that is largest in size becomes -8, whatever its sign: the one level without a twin
   * is used.
   */
  private static void encodeBlock(float[] from, int at, MemorySegment to, long offset) {
    float extreme = 0;
    for (int i = 0; i < 32; i++) {
      if (Math.abs(from[at + i]) > Math.abs(extreme)) {
        extreme = from[at + i];
      }
    }
    float scale = extreme / -8;
    float inverse = scale == 0 ? 0 : 1 / scale;
    to.set(SHORT, offset, Float.floatToFloat16(scale));
    for (int i = 0; i < 16; i++) {
      int low = level(from[at + i] * inverse);
      int high = level(from[at + i + 16] * inverse);
      to.set(ValueLayout.JAVA_BYTE, offset + 2 + i, (byte) (low | high << 4));
    }
  }

  private static int level(float scaled) {
    return Math.min(15, (int) (scaled + 8.5f));
  }
}
