package pollux.tensor.emitted;

import java.lang.foreign.MemorySegment;

/**
 * Products for processors with AVX2, FMA and F16C: quantised weights times an operand in blocks of
 * 32 ({@link OperandBlock}), plain ones times F32.
 */
public final class VexProduct extends Product {
  private static final int STEP = 4;

  private final VexWeights weights;
  private final Code tile;

  private VexProduct(VexWeights weights) {
    this.weights = weights;
    tile = new Code(weights.most() + 1, operands -> VexTileCode.of(weights, operands));
  }

  /** With the dot products of AVX-VNNI if {@code vnni}, as below. */
  public static VexProduct q8_0(boolean vnni) {
    return new VexProduct(new VexQ8(vnni));
  }

  public static VexProduct q4_0(boolean vnni) {
    return new VexProduct(new VexQ4(vnni));
  }

  public static VexProduct q4K(boolean vnni) {
    return new VexProduct(new VexQ4K(vnni));
  }

  public static VexProduct q6K(boolean vnni) {
    return new VexProduct(new VexQ6K(vnni));
  }

  public static VexProduct f32() {
    return new VexProduct(new VexPlain(VexPlain.Type.F32));
  }

  public static VexProduct f16() {
    return new VexProduct(new VexPlain(VexPlain.Type.F16));
  }

  public static VexProduct bf16() {
    return new VexProduct(new VexPlain(VexPlain.Type.BF16));
  }

  @Override
  public int step() {
    return STEP;
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
    Arguments.DEPTH.set(arguments, columns / this.weights.elements);
    Arguments.EXTRA.set(arguments, columns % this.weights.elements);
    int most = this.weights.most();
    for (int r = 0; r < operands; r += most) {
      int rows = Math.min(most, operands - r);
      Arguments.OPERAND.set(arguments, operand + r * operandStride);
      Arguments.RESULT.set(arguments, result + r * resultStride);
      Arguments.REPEATS.set(arguments, count / this.weights.rows(rows));
      CodeMemory.call(tile.get(rows), arguments.address());
    }
  }
}
