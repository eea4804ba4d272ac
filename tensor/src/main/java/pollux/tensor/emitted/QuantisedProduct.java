package pollux.tensor.emitted;

import java.lang.foreign.MemorySegment;
import java.util.function.IntFunction;

/**
 * Weights in blocks times an operand in blocks of 32 ({@link OperandBlock}). A few rows of the
 * operand meet the weights as they lie in the file, more of them a panel that is laid out anew. The
 * results have the same bits either way.
 */
public final class QuantisedProduct extends Product {
  /** Rows of an operand from which on a panel pays. */
  private static final int PANEL_FROM = 4;

  private final BlockCode code;

  /** A layout for rows of an even number of blocks, if another is faster there. */
  private final BlockCode even;

  private final Code row;
  private final Code evenRow;
  private final Code panel;
  private final Code tile;

  private QuantisedProduct(BlockCode code, BlockCode even) {
    this.code = code;
    this.even = even;
    row = new Code(2, inOrder -> RowCode.of(code, inOrder == 1));
    evenRow = new Code(2, inOrder -> RowCode.of(even, inOrder == 1));
    panel = new Code(2, half -> PanelCode.of(code, half));
    tile = new Code(TileCode.most(code) + 1, count -> TileCode.of(code, count));
  }

  private static QuantisedProduct of(BlockCode code) {
    return new QuantisedProduct(code, code);
  }

  public static QuantisedProduct q8_0() {
    return of(new Q8Code());
  }

  public static QuantisedProduct q4_0() {
    return ofPairs(NibbleCode::q4Zero);
  }

  /** A layout that has two blocks as one where their number is even. */
  private static QuantisedProduct ofPairs(IntFunction<BlockCode> code) {
    return new QuantisedProduct(code.apply(1), code.apply(2));
  }

  public static QuantisedProduct q4_1() {
    return ofPairs(NibbleCode::q4One);
  }

  public static QuantisedProduct q5_0() {
    return ofPairs(FifthsCode::q5Zero);
  }

  public static QuantisedProduct q5_1() {
    return ofPairs(FifthsCode::q5One);
  }

  /** With the sixteen signed bytes that numbers stand for. */
  public static QuantisedProduct iq4Nl(byte[] values) {
    return ofPairs(blocks -> TableCode.iq4Nl(blocks, values));
  }

  /** With twice the sixteen values, which are whole. */
  public static QuantisedProduct mxFp4(byte[] twice) {
    return ofPairs(blocks -> TableCode.mxFp4(blocks, twice));
  }

  /** With the sixteen signed bytes that numbers stand for. */
  public static QuantisedProduct iq4Xs(byte[] values) {
    return of(new Iq4XsCode(values));
  }

  public static QuantisedProduct q2K() {
    return of(new Q2KCode());
  }

  public static QuantisedProduct q3K() {
    return of(new Q3KCode());
  }

  public static QuantisedProduct q5K() {
    return of(new Q5KCode());
  }

  public static QuantisedProduct q4K() {
    return of(new Q4KCode());
  }

  public static QuantisedProduct q6K() {
    return of(new Q6KCode());
  }

  @Override
  public int step() {
    return Rows.COUNT;
  }

  /** Bytes of one row of an operand. */
  public static long operandBytes(int columns) {
    return (long) columns / 32 * OperandBlock.BYTES;
  }

  private static final class Quantiser {
    static final MemorySegment CODE = CodeMemory.map(OperandCode.quantise());
  }

  /** Quantises {@code elements} floats, a multiple of 32. */
  public static void quantise(long from, long elements, long to) {
    if (elements == 0) {
      return;
    }
    MemorySegment arguments = Scratch.ofThread().arguments;
    Arguments.WEIGHTS.set(arguments, from);
    Arguments.RESULT.set(arguments, to);
    Arguments.DEPTH.set(arguments, elements / 32);
    CodeMemory.call(Quantiser.CODE, arguments.address());
  }

  @Override
  public void multiply(
      long weights,
      long weightStride,
      int count,
      int columns,
      long operand,
      long operandStride,
      int operands,
      long result,
      long resultStride) {
    Scratch scratch = Scratch.ofThread();
    MemorySegment arguments = scratch.arguments;
    Arguments.WEIGHT_STRIDE.set(arguments, weightStride);
    Arguments.OPERAND_STRIDE.set(arguments, operandStride);
    Arguments.RESULT_STRIDE.set(arguments, resultStride);
    int rows = operands < PANEL_FROM ? 0 : count / PanelCode.ROWS * PanelCode.ROWS;
    for (int at = 0; at < rows; at += PanelCode.ROWS) {
      panel(
          scratch,
          weights + at * weightStride,
          weightStride,
          columns,
          operand,
          operandStride,
          operands,
          result + 4L * at,
          resultStride);
    }
    if (rows == count) {
      return;
    }
    Arguments.WEIGHTS.set(arguments, weights + rows * weightStride);
    boolean isEven = columns % (32 * even.parts) == 0;
    boolean inOrder = Rows.COUNT * weightStride <= RowCode.IN_ORDER_BYTES;
    MemorySegment rowCode = (isEven ? evenRow : row).get(inOrder ? 1 : 0);
    Arguments.DEPTH.set(arguments, columns / (32 * (isEven ? even : code).parts));
    Arguments.REPEATS.set(arguments, (count - rows) / Rows.COUNT);
    for (int r = 0; r < operands; r++) {
      Arguments.OPERAND.set(arguments, operand + r * operandStride);
      Arguments.RESULT.set(arguments, result + 4L * rows + r * resultStride);
      CodeMemory.call(rowCode, arguments.address());
    }
  }

  /**
   * 32 rows of weights, in slices of columns: each is laid out once for all rows of the operand.
   */
  private void panel(
      Scratch scratch,
      long weights,
      long weightStride,
      int columns,
      long operand,
      long operandStride,
      int operands,
      long result,
      long resultStride) {
    MemorySegment arguments = scratch.arguments;
    int most = TileCode.most(code);
    for (int from = 0; from < columns; from += Scratch.PANEL_COLUMNS) {
      int length = Math.min(Scratch.PANEL_COLUMNS, columns - from);
      long at = (long) from / (32 * code.parts) * code.blockBytes;
      Arguments.DEPTH.set(arguments, length / (32 * code.parts));
      Arguments.RESULT.set(arguments, scratch.panel);
      for (int half = 0; half < 2; half++) {
        Arguments.WEIGHTS.set(arguments, weights + half * Rows.COUNT * weightStride + at);
        CodeMemory.call(panel.get(half), arguments.address());
      }
      Arguments.WEIGHTS.set(arguments, scratch.panel);
      Arguments.DEPTH.set(arguments, length / 32);
      Arguments.EXTRA.set(arguments, from);
      long operandAt = operand + operandBytes(from);
      int whole = operands / most;
      if (whole > 0) {
        tiles(arguments, most, whole, operandAt, result);
      }
      if (operands % most > 0) {
        long done = (long) whole * most;
        tiles(
            arguments,
            operands % most,
            1,
            operandAt + done * operandStride,
            result + done * resultStride);
      }
    }
  }

  private void tiles(MemorySegment arguments, int rows, int repeats, long operand, long result) {
    Arguments.OPERAND.set(arguments, operand);
    Arguments.RESULT.set(arguments, result);
    Arguments.REPEATS.set(arguments, repeats);
    CodeMemory.call(tile.get(rows), arguments.address());
  }
}
