package pollux.tensor;

/**
 * How the elements of a tensor lie in memory. Block layouts are those of GGUF (ggml-common.h), so
 * that a mapped file is used as it lies on disk.
 */
public enum ElementType {
  F32(0, 1, 4),
  F16(1, 1, 2),
  /**
   * 32 elements: an F16 scale d, then 16 bytes; byte i holds element i (low) and i+16 (high); value
   * = d * (q - 8).
   */
  Q4_0(2, 32, 18),
  /** 32 elements: an F16 scale d, then 32 signed bytes; value = d * q. */
  Q8_0(8, 32, 34),
  BF16(30, 1, 2);

  private final int id;
  private final int blockLength;
  private final int blockBytes;

  ElementType(int id, int blockLength, int blockBytes) {
    this.id = id;
    this.blockLength = blockLength;
    this.blockBytes = blockBytes;
  }

  /** The number of this type in a GGUF file (ggml_type). */
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

  /** Bytes that {@code elements} take; they must fill whole blocks. */
  public long bytes(long elements) {
    if (elements % blockLength != 0) {
      throw new IllegalArgumentException(
          elements + " elements do not fill blocks of " + blockLength);
    }
    return elements / blockLength * blockBytes;
  }
}
