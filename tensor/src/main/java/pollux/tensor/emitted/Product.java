package pollux.tensor.emitted;

import java.lang.foreign.MemorySegment;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Rows of weights times rows of an operand, in machine code; addresses and strides are in bytes.
 * Whole tiles are written: {@link #step} results side by side, from a row of weights on.
 */
public abstract sealed class Product permits PlainProduct, QuantisedProduct, VexProduct {
  /** Code that is emitted when it is first needed. */
  static final class Code {
    private final IntFunction<byte[]> emitter;
    private final @Nullable MemorySegment[] mapped;

    Code(int count, IntFunction<byte[]> emitter) {
      this.emitter = emitter;
      mapped = new MemorySegment[count];
    }

    MemorySegment get(int index) {
      MemorySegment code = mapped[index]; // a segment's fields are final: a race is harmless
      return code != null ? code : emit(index);
    }

    private synchronized MemorySegment emit(int index) {
      MemorySegment code = mapped[index];
      if (code == null) {
        code = CodeMemory.map(emitter.apply(index));
        mapped[index] = code;
      }
      return code;
    }
  }

  /** Rows of weights that are computed at once: the caller's ranges hold a multiple of it. */
  public abstract int step();

  /**
   * {@code result[r * resultStride + 4 * i]}, for rows i of weights and r of the operand.
   *
   * @param count rows of weights, a multiple of {@link #step}
   * @param columns elements of a row
   * @param operands rows of the operand
   */
  public abstract void multiply(
      long weights,
      long weightStride,
      int count,
      int columns,
      long operand,
      long operandStride,
      int operands,
      long result,
      long resultStride);
}
