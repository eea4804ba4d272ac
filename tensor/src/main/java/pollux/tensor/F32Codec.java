package pollux.tensor;

import java.lang.foreign.MemorySegment;

/** Floats as they are. */
record F32Codec() implements Codec {
  static final F32Codec CODEC = new F32Codec();

  @Override
  public void decode(MemorySegment from, long offset, int elements, float[] to, int at) {
    MemorySegment.copy(from, Tensor.FLOAT, offset, to, at, elements);
  }

  @Override
  public void encode(float[] from, int at, int elements, MemorySegment to, long offset) {
    MemorySegment.copy(from, at, to, Tensor.FLOAT, offset, elements);
  }
}
