package pollux.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The codecs of types that hold their elements in blocks: a subclass says what one block is. */
abstract sealed class BlockCodec implements Codec
    permits NibbleCodec,
        Q8Codec,
        Q2KCodec,
        Q3KCodec,
        Q4KCodec,
        Q6KCodec,
        Iq4Codec,
        MxFp4Codec,
        TernaryCodec {
  private final int length;
  private final int bytes;

  /** Blocks that are copied from or to the heap at once. */
  private final int chunk;

  BlockCodec(ElementType type) {
    this.length = type.blockLength();
    this.bytes = type.blockBytes();
    this.chunk = CHUNK / length;
  }

  /** Writes the elements of the block {@code raw[o ...]} to {@code to[at ...]}. */
  abstract void decodeBlock(byte[] raw, int o, float[] to, int at);

  /** Writes the block that stands for {@code from[at ...]} to {@code raw[o ...]}, all of it. */
  abstract void encodeBlock(float[] from, int at, byte[] raw, int o);

  @Override
  public final void decode(MemorySegment from, long offset, int elements, float[] to, int at) {
    int blocks = elements / length;
    byte[] raw = new byte[bytes * Math.min(blocks, chunk)];
    for (int block = 0; block < blocks; block += chunk) {
      int count = Math.min(chunk, blocks - block);
      MemorySegment.copy(
          from, ValueLayout.JAVA_BYTE, offset + (long) bytes * block, raw, 0, bytes * count);
      for (int i = 0; i < count; i++) {
        decodeBlock(raw, bytes * i, to, at + length * (block + i));
      }
    }
  }

  @Override
  public final void encode(float[] from, int at, int elements, MemorySegment to, long offset) {
    int blocks = elements / length;
    byte[] raw = new byte[bytes * Math.min(blocks, chunk)];
    for (int block = 0; block < blocks; block += chunk) {
      int count = Math.min(chunk, blocks - block);
      for (int i = 0; i < count; i++) {
        encodeBlock(from, at + length * (block + i), raw, bytes * i);
      }
      MemorySegment.copy(
          raw, 0, to, ValueLayout.JAVA_BYTE, offset + (long) bytes * block, bytes * count);
    }
  }

  /** The F16 at {@code raw[o]}. */
  static float half(byte[] raw, int o) {
    return Float.float16ToFloat((short) (raw[o] & 255 | raw[o + 1] << 8));
  }

  /** Writes {@code value} as F16; returns what a reader will find. */
  static float putHalf(float value, byte[] raw, int o) {
    short bits = Float.floatToFloat16(value);
    raw[o] = (byte) bits;
    raw[o + 1] = (byte) (bits >> 8);
    return Float.float16ToFloat(bits);
  }

  /** {@code 1 / scale}, and 0 for a block of zeros. */
  static float inverse(float scale) {
    return scale == 0 ? 0 : 1 / scale;
  }

  /** The number of {@code from[at ..< at + count]} that is largest in size, the first of equals. */
  static float extreme(float[] from, int at, int count) {
    float extreme = 0;
    for (int i = at; i < at + count; i++) {
      if (Math.abs(from[i]) > Math.abs(extreme)) {
        extreme = from[i];
      }
    }
    return extreme;
  }

  /** C's roundf: Math.round would send -2.5 to -2. */
  static int roundHalfAway(float value) {
    return (int) (value + (value < 0 ? -0.5 : 0.5));
  }

  /**
   * To the nearest integer, ties to even, for sizes below 2^22: adding 1.5 * 2^23 leaves the
   * integer in the lower bits ({@code nearest_int} of ggml-quants.c).
   */
  static int nearest(float value) {
    return (Float.floatToRawIntBits(value + 12582912f) & 0x7fffff) - 0x400000;
  }
}
