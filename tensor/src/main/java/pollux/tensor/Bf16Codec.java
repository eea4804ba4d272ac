package pollux.tensor;

import java.lang.foreign.MemorySegment;

/** The upper half of a float; encoding rounds to nearest, ties to even. */
record Bf16Codec() implements Codec {
  static final Bf16Codec CODEC = new Bf16Codec();

  @Override
  public void decode(MemorySegment from, long offset, int elements, float[] to, int at) {
    short[] raw = new short[Math.min(elements, CHUNK)];
    for (int start = 0; start < elements; start += raw.length) {
      int count = Math.min(raw.length, elements - start);
      MemorySegment.copy(from, SHORT, offset + 2L * start, raw, 0, count);
      for (int i = 0; i < count; i++) {
        to[at + start + i] = Float.intBitsToFloat(raw[i] << 16);
      }
    }
  }

  @Override
  public void encode(float[] from, int at, int elements, MemorySegment to, long offset) {
    for (int i = 0; i < elements; i++) {
      to.set(SHORT, offset + 2L * i, bits(from[at + i]));
    }
  }

  private static short bits(float value) {
    int raw = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (raw >> 16 | 64); // stays a NaN though the low half is lost
    }
    return (short) (raw + 0x7fff + (raw >>> 16 & 1) >>> 16);
  }
}
