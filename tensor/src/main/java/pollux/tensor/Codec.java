package pollux.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Between the bytes of one {@link ElementType} and float. Decoding is exact (each result is the
 * float that the format defines); encoding rounds as ggml's reference quantisation does
 * (ggml-quants.c, {@code quantize_row_*_ref}), so that a file written here holds the same bytes.
 *
 * <p>The loops are plain on purpose. They run when a model is loaded, in a process that is cold: C1
 * compiles them within milliseconds, while Vector API code is interpreted about a thousand times
 * slower until C2 has finished with it. They read arrays, since C1 turns every access to a segment
 * into a call (3 million Q4_0 weights in a new process: 32 to 49 ms, against 47 to 143 ms).
 *
 * <p>Byte offsets count from the start of the segment and must lie on a block; {@code elements}
 * must fill whole blocks.
 */
public sealed interface Codec permits F32Codec, F16Codec, Bf16Codec, F8Codec, BlockCodec {
  /** Little-endian short without alignment: the 16-bit floats and scales of a weights file. */
  ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Elements that are copied to the heap at once. */
  int CHUNK = 4096;

  /**
   * Writes the {@code elements} that start at byte {@code offset} of {@code from} to {@code to[at
   * ...]}.
   */
  void decode(MemorySegment from, long offset, int elements, float[] to, int at);

  /** Writes {@code from[at ..< at + elements]} at byte {@code offset} of {@code to}. */
  void encode(float[] from, int at, int elements, MemorySegment to, long offset);

  static Codec of(ElementType type) {
    return switch (type) {
      case F32 -> F32Codec.CODEC;
      case F16 -> F16Codec.CODEC;
      case BF16 -> Bf16Codec.CODEC;
      case F8_E4M3 -> F8Codec.E4M3;
      case F8_E5M2 -> F8Codec.E5M2;
      case Q4_0 -> NibbleCodec.Q4_0;
      case Q4_1 -> NibbleCodec.Q4_1;
      case Q5_0 -> NibbleCodec.Q5_0;
      case Q5_1 -> NibbleCodec.Q5_1;
      case Q8_0 -> Q8Codec.CODEC;
      case Q2_K -> Q2KCodec.CODEC;
      case Q3_K -> Q3KCodec.CODEC;
      case Q4_K -> Q4KCodec.Q4_K;
      case Q5_K -> Q4KCodec.Q5_K;
      case Q6_K -> Q6KCodec.CODEC;
      case IQ4_NL -> Iq4Codec.NL;
      case IQ4_XS -> Iq4Codec.XS;
      case MXFP4 -> MxFp4Codec.CODEC;
      case TQ1_0 -> TernaryCodec.TQ1_0;
      case TQ2_0 -> TernaryCodec.TQ2_0;
    };
  }

  /** A copy of {@code source} in {@code arena} whose elements are of {@code type}. */
  static Tensor convert(Arena arena, Tensor source, ElementType type) {
    if (source.columns() % type.blockLength() != 0) {
      throw new IllegalArgumentException(
          source
              + " has rows that do not fill blocks of "
              + type.blockLength()
              + ": keep it in F32");
    }
    Tensor target = Tensor.allocate(arena, type, source.shape());
    int columns = source.columns();
    Codec reader = of(source.type());
    Codec writer = of(type);
    float[] row = new float[columns];
    for (long r = 0; r < source.rowCount(); r++) {
      reader.decode(source.data(), r * source.type().bytes(columns), columns, row, 0);
      writer.encode(row, 0, columns, target.data(), r * type.bytes(columns));
    }
    return target;
  }
}
