package pollux.tensor;

import java.lang.foreign.MemorySegment;

/** The upper half of a float; encoding rounds to nearest, ties to even. */
record Bf16Codec() implements Codec {
  static final Bf16Codec CODEC = new Bf16Codec();

  @Override
  public void decode(MemorySegment from, long offset, int elements, float[] to, int at) {
    for (int i = 0; i < elements; i++) {
      to[at + i] = Float.intBitsToFloat(from.get(SHORT, offset + 2L * i) << 16);
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
