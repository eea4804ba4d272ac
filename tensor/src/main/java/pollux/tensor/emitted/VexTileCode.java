package pollux.tensor.emitted;

import static pollux.tensor.emitted.Gp.R10;
import static pollux.tensor.emitted.Gp.R11;
import static pollux.tensor.emitted.Gp.R12;
import static pollux.tensor.emitted.Gp.R13;
import static pollux.tensor.emitted.Gp.R14;
import static pollux.tensor.emitted.Gp.R15;
import static pollux.tensor.emitted.Gp.R8;
import static pollux.tensor.emitted.Gp.R9;
import static pollux.tensor.emitted.Gp.RAX;
import static pollux.tensor.emitted.Gp.RBP;
import static pollux.tensor.emitted.Gp.RBX;
import static pollux.tensor.emitted.Gp.RCX;
import static pollux.tensor.emitted.Gp.RDI;
import static pollux.tensor.emitted.Gp.RDX;
import static pollux.tensor.emitted.Gp.RSI;
import static pollux.tensor.emitted.Gp.RSP;
import static pollux.tensor.emitted.Vec.ymm;

/**
 * A few rows of weights as they lie in the file times a few rows of an operand, for processors with
 * AVX2 and 16 registers of 256 bits. A vector of sums holds eight partial sums of one result; they
 * are folded at the end. What is added to a sum, and in which order, is the same in every tile: one
 * row and many have the same bits.
 *
 * <p>DEPTH counts steps, of plain weights maybe none; EXTRA counts the elements behind them;
 * REPEATS counts tiles, from rows of weights to the next ones.
 */
final class VexTileCode implements VexWeights.Tile {
  private static final int LINE = 64;

  private static final Gp[] SAVED = {RBX, RBP, R12, R13, R14, R15};

  /** Rows 0 to 2, 3 to 5, 6 and 7 of the operand. */
  private static final Gp[] OPERANDS = {R11, R12, R15};

  private static final Vec FREE = ymm(13);

  private final VexAssembler a = new VexAssembler();
  private final VexWeights weights;
  private final int rows;
  private final int operands;

  private VexTileCode(VexWeights weights, int operands) {
    this.weights = weights;
    this.operands = operands;
    rows = weights.rows(operands);
  }

  static byte[] of(VexWeights weights, int operands) {
    return new VexTileCode(weights, operands).emit();
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int operands() {
    return operands;
  }

  @Override
  public Mem weight(int row) {
    return switch (row) {
      case 0 -> R10.at(0);
      case 1 -> R10.at(RSI, 1);
      case 2 -> R10.at(RSI, 2);
      default -> R10.at(RAX, 1);
    };
  }

  @Override
  public Mem operand(int row) {
    Gp base = OPERANDS[row / 3];
    return row % 3 == 0 ? base.at(0) : base.at(RDX, row % 3);
  }

  @Override
  public Vec sum(int weight, int operand) {
    return ymm(weight * operands + operand);
  }

  private byte[] emit() {
    for (Gp r : SAVED) {
      a.push(r);
    }
    a.mov(RBP, RSP);
    a.and(RSP, -LINE);
    a.add(RSP, -VexWeights.FRAME);
    a.mov(RSI, Arguments.WEIGHT_STRIDE.at(RDI));
    a.lea(RAX, RSI.at(RSI, 2));
    a.mov(RDX, Arguments.OPERAND_STRIDE.at(RDI));
    a.mov(R8, Arguments.RESULT.at(RDI));
    a.mov(R9, Arguments.RESULT_STRIDE.at(RDI));
    a.mov(R13, Arguments.WEIGHTS.at(RDI));
    a.mov(R14, Arguments.REPEATS.at(RDI));
    weights.begin(a);
    Encoder.Label tile = new Encoder.Label();
    a.bind(tile);
    begin();
    steps();
    elements();
    store();
    a.add(R8, rows * Float.BYTES);
    a.dec(R14);
    a.jnz(tile);
    a.mov(RSP, RBP);
    for (int i = SAVED.length - 1; i >= 0; i--) {
      a.pop(SAVED[i]);
    }
    a.vzeroupper();
    a.ret();
    return a.toBytes();
  }

  private void begin() {
    a.mov(R10, R13);
    a.lea(R13, rows == 4 ? R13.at(RSI, 4) : R13.at(RSI, rows)); // the next rows
    a.mov(RBX, R13);
    a.mov(R11, Arguments.OPERAND.at(RDI));
    for (int i = 1; i < usedOperands(); i++) {
      a.lea(OPERANDS[i], OPERANDS[i - 1].at(RDX, 2));
      a.add(OPERANDS[i], RDX);
    }
    for (int i = 0; i < rows * operands; i++) {
      a.vpxor(ymm(i), ymm(i), ymm(i));
    }
  }

  private int usedOperands() {
    return Math.ceilDiv(operands, 3);
  }

  private void steps() {
    Encoder.Label step = new Encoder.Label();
    Encoder.Label behind = new Encoder.Label();
    a.mov(RCX, Arguments.DEPTH.at(RDI));
    a.test(RCX);
    a.jz(behind);
    a.bind(step);
    weights.step(a, this);
    if (operands == 1) {
      fetch();
    }
    advance(weights.weightBytes, weights.operandBytes);
    a.dec(RCX);
    a.jnz(step);
    a.bind(behind);
  }

  /** Asks for the next rows in the order in which they lie. */
  private void fetch() {
    int bytes = rows * weights.weightBytes;
    for (int at = 0; at < bytes; at += LINE) {
      a.prefetcht0(RBX.at(at));
    }
    a.add(RBX, bytes);
  }

  private void advance(int weightBytes, int operandBytes) {
    a.add(R10, weightBytes);
    for (int i = 0; i < usedOperands(); i++) {
      a.add(OPERANDS[i], operandBytes);
    }
  }

  private void elements() {
    if (weights.elements % 32 == 0) {
      return; // rows are whole blocks
    }
    Encoder.Label element = new Encoder.Label();
    Encoder.Label end = new Encoder.Label();
    a.mov(RCX, Arguments.EXTRA.at(RDI));
    a.test(RCX);
    a.jz(end);
    a.bind(element);
    weights.element(a, this);
    advance(weights.weightBytes / weights.elements, weights.operandBytes / weights.elements);
    a.dec(RCX);
    a.jnz(element);
    a.bind(end);
  }

  /** Folds lanes l and l + 4, then l + 2, l + 1. */
  private void store() {
    a.mov(RCX, R8);
    for (int x = 0; x < operands; x++) {
      for (int r = 0; r < rows; r++) {
        Vec v = sum(r, x).xmm();
        a.vextracti128(FREE.xmm(), sum(r, x), 1);
        a.vaddps(v, v, FREE.xmm());
        a.vpshufd(FREE.xmm(), v, 0b01_00_11_10);
        a.vaddps(v, v, FREE.xmm());
        a.vpshufd(FREE.xmm(), v, 0b10_11_00_01);
        a.vaddps(v, v, FREE.xmm());
        a.vmovss(RCX.at(Float.BYTES * r), v);
      }
      a.add(RCX, R9);
    }
  }
}
