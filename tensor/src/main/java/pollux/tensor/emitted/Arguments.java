package pollux.tensor.emitted;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What a kernel is called with: 64-bit numbers at [rdi], in this order. */
enum Arguments {
  /** Address of the first row of weights, or of a panel made of them. */
  WEIGHTS,
  /** Bytes from one row of weights to the next. */
  WEIGHT_STRIDE,
  /** Address of the first row of the operand. */
  OPERAND,
  /** Bytes from one row of the operand to the next. */
  OPERAND_STRIDE,
  /** Address of the first result. */
  RESULT,
  /** Bytes from the results of one row of the operand to those of the next. */
  RESULT_STRIDE,
  /** Blocks, or steps, along a row: at least 1 unless a kernel says otherwise. */
  DEPTH,
  /** How often the kernel's tile is repeated: at least 1. */
  REPEATS,
  /** A kernel's own. */
  EXTRA;

  static final int BYTES = 8 * values().length;

  Mem at(Gp base) {
    return base.at(8 * ordinal());
  }

  void set(MemorySegment arguments, long value) {
    arguments.setAtIndex(ValueLayout.JAVA_LONG, ordinal(), value);
  }
}
