package pollux.tensor;

import org.jspecify.annotations.Nullable;

/**
 * How the elements of a tensor lie in memory. Block layouts are those of GGUF (ggml-common.h), so
 * that a mapped file is used as it lies on disk; the file of each {@link Codec} draws its block.
 *
 * <p>{@code Qn_0} holds numbers times one scale, {@code Qn_1} has a minimum too, {@code Qn_K} nests
 * scales of 16 or 32 elements in a block of 256, {@code IQ4} picks from a table of 16 numbers,
 * {@code TQ} holds -1, 0 and 1. The F8 types come from safetensors alone.
 */
public enum ElementType {
  F32(0, 1, 4),
  F16(1, 1, 2),
  BF16(30, 1, 2),
  /** Four bits of exponent, three of mantissa, no infinity (OCP OFP8, {@code float8_e4m3fn}). */
  F8_E4M3(ElementType.NOT_IN_GGUF, 1, 1),
  /** Five bits of exponent, two of mantissa: the upper half of an F16. */
  F8_E5M2(ElementType.NOT_IN_GGUF, 1, 1),
  Q4_0(2, 32, 18),
  Q4_1(3, 32, 20),
  Q5_0(6, 32, 22),
  Q5_1(7, 32, 24),
  Q8_0(8, 32, 34),
  Q2_K(10, 256, 84),
  Q3_K(11, 256, 110),
  Q4_K(12, 256, 144),
  Q5_K(13, 256, 176),
  Q6_K(14, 256, 210),
  IQ4_NL(20, 32, 18),
  IQ4_XS(23, 256, 136),
  MXFP4(39, 32, 17),
  TQ1_0(34, 256, 54),
  TQ2_0(35, 256, 66);

  /** The {@link #id} of a type that GGUF has no number for. */
  public static final int NOT_IN_GGUF = -1;

  private final int id;
  private final int blockLength;
  private final int blockBytes;

  ElementType(int id, int blockLength, int blockBytes) {
    this.id = id;
    this.blockLength = blockLength;
    this.blockBytes = blockBytes;
  }

  /** The type with the number {@code id} in GGUF; null when there is none here. */
  public static @Nullable ElementType ofId(int id) {
    for (ElementType type : values()) {
      if (type.id == id && id != NOT_IN_GGUF) {
        return type;
      }
    }
    return null;
  }

  /** The number of this type in a GGUF file (ggml_type), or {@link #NOT_IN_GGUF}. */
  public int id() {
    return id;
  }

  /** Elements in one block; 1 for the plain types. */
  public int blockLength() {
    return blockLength;
  }

  /** Bytes of one block. */
  public int blockBytes() {
    return blockBytes;
  }

  /** Whether several elements share a scale: every type but the plain floats. */
  public boolean quantised() {
    return blockLength > 1;
  }

  /** Bytes that {@code elements} take; they must fill whole blocks. */
  public long bytes(long elements) {
    if (elements % blockLength != 0) {
      throw new IllegalArgumentException(
          elements + " elements do not fill blocks of " + blockLength);
    }
    return elements / blockLength * blockBytes;
  }
}
