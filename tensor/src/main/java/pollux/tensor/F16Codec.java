package pollux.tensor;

import java.lang.foreign.MemorySegment;

/** IEEE 754 binary16; encoding rounds to nearest, ties to even, and overflows to infinity. */
record F16Codec() implements Codec {
  static final F16Codec CODEC = new F16Codec();

  @Override
  public void decode(MemorySegment from, long offset, int elements, float[] to, int at) {
    short[] raw = new short[Math.min(elements, CHUNK)];
    for (int start = 0; start < elements; start += raw.length) {
      int count = Math.min(raw.length, elements - start);
      MemorySegment.copy(from, SHORT, offset + 2L * start, raw, 0, count);
      for (int i = 0; i < count; i++) {
        to[at + start + i] = Float.float16ToFloat(raw[i]);
      }
    }
  }

  @Override
  public void encode(float[] from, int at, int elements, MemorySegment to, long offset) {
    for (int i = 0; i < elements; i++) {
      to.set(SHORT, offset + 2L * i, Float.floatToFloat16(from[at + i]));
    }
  }
}
