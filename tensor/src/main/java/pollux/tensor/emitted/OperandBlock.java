package pollux.tensor.emitted;

/** 32 elements of a quantised operand, 48 bytes: x = scale * q. */
final class OperandBlock {
  static final int BYTES = 48;

  /** 32 signed bytes q. */
  static final int NUMBERS = 0;

  /** Float. */
  static final int SCALE = 32;

  /** Float: scale times the sum of all q. */
  static final int SCALED_SUM = 36;

  /** Ints: the sums of the first and of the last 16 q, negative. */
  static final int NEGATIVE_SUMS = 40;

  private OperandBlock() {}
}
