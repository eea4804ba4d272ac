package pollux.tensor.emitted;

import java.lang.foreign.MemorySegment;

/** Plain weights times an operand in F32, or in bfloat16 for weights in bfloat16. */
public final class PlainProduct extends Product {
  private final DotCode.Type type;
  private final Code tile;

  private PlainProduct(DotCode.Type type) {
    this.type = type;
    tile = new Code(DotCode.MOST + 1, count -> DotCode.of(type, count));
  }

  public static PlainProduct f32() {
    return new PlainProduct(DotCode.Type.F32);
  }

  public static PlainProduct f16() {
    return new PlainProduct(DotCode.Type.F16);
  }

  public static PlainProduct bf16() {
    return new PlainProduct(DotCode.Type.BF16);
  }

  @Override
  public int step() {
    return DotCode.ROWS;
  }

  private static final class Rounder {
    static final MemorySegment CODE = CodeMemory.map(DotCode.round());
  }

  /** Rounds rows of {@code columns} floats to bfloat16. */
  public static void round(
      long from, long fromStride, int columns, int rows, long to, long toStride) {
    if (rows == 0) {
      return;
    }
    MemorySegment arguments = Scratch.ofThread().arguments;
    Arguments.WEIGHTS.set(arguments, from);
    Arguments.WEIGHT_STRIDE.set(arguments, fromStride);
    Arguments.RESULT.set(arguments, to);
    Arguments.RESULT_STRIDE.set(arguments, toStride);
    Arguments.DEPTH.set(arguments, columns / 16);
    Arguments.EXTRA.set(arguments, (1L << columns % 16) - 1);
    Arguments.REPEATS.set(arguments, rows);
    CodeMemory.call(Rounder.CODE, arguments.address());
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
    MemorySegment arguments = Scratch.ofThread().arguments;
    Arguments.WEIGHTS.set(arguments, weights);
    Arguments.WEIGHT_STRIDE.set(arguments, weightStride);
    Arguments.OPERAND_STRIDE.set(arguments, operandStride);
    Arguments.RESULT_STRIDE.set(arguments, resultStride);
    Arguments.DEPTH.set(arguments, columns / type.step);
    Arguments.EXTRA.set(arguments, (1L << columns % type.step) - 1);
    Arguments.REPEATS.set(arguments, count / DotCode.ROWS);
    for (int r = 0; r < operands; r += DotCode.MOST) {
      Arguments.OPERAND.set(arguments, operand + r * operandStride);
      Arguments.RESULT.set(arguments, result + r * resultStride);
      MemorySegment code = tile.get(Math.min(DotCode.MOST, operands - r));
      CodeMemory.call(code, arguments.address());
    }
  }
}
