package pollux.tensor.emitted;

import static pollux.tensor.emitted.Vec.ymm;

/**
 * How weights meet an operand in {@link VexTileCode}: a step along the rows, in 256-bit registers.
 *
 * <p>Registers: the sums are ymm0 to ymm7 of quantised weights, ymm0 to ymm11 of plain ones; the
 * rest belongs to an implementation.
 */
abstract class VexWeights {
  /** The tile around a step: where its rows are, and its sums. */
  interface Tile {
    /** Rows of weights. */
    int rows();

    /** Rows of the operand. */
    int operands();

    /** Where row {@code row} of the weights stands. */
    Mem weight(int row);

    /** Where row {@code row} of the operand stands. */
    Mem operand(int row);

    /** Eight partial sums of a result. */
    Vec sum(int weight, int operand);
  }

  /** Bytes of {@link #frame} that an implementation has. */
  static final int FRAME = 512;

  /** Elements of a step. */
  final int elements;

  /** Bytes of a step of the weights, and of the operand. */
  final int weightBytes;

  final int operandBytes;

  VexWeights(int elements, int weightBytes, int operandBytes) {
    this.elements = elements;
    this.weightBytes = weightBytes;
    this.operandBytes = operandBytes;
  }

  /** Rows of the operand that a tile can have. */
  abstract int most();

  /** Rows of weights, 1, 2 or 4, of a tile with {@code operands} rows of the operand. */
  abstract int rows(int operands);

  /** Once per call: constants. May use rcx. */
  void begin(VexAssembler a) {}

  /** Adds the products of one step. */
  abstract void step(VexAssembler a, Tile tile);

  /** Adds the products of one element behind the last step: plain weights alone. */
  void element(VexAssembler a, Tile tile) {
    throw new UnsupportedOperationException("rows are whole blocks");
  }

  /** A place on the stack, 32 bytes each. */
  static Mem frame(int index) {
    return Gp.RSP.at(32 * index);
  }

  static Vec[] ymms(int first, int count) {
    Vec[] all = new Vec[count];
    for (int i = 0; i < count; i++) {
      all[i] = ymm(first + i);
    }
    return all;
  }
}
