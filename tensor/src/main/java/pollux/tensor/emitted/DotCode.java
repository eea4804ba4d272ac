package pollux.tensor.emitted;

import static pollux.tensor.emitted.Gp.R10;
import static pollux.tensor.emitted.Gp.R11;
import static pollux.tensor.emitted.Gp.R12;
import static pollux.tensor.emitted.Gp.R13;
import static pollux.tensor.emitted.Gp.R14;
import static pollux.tensor.emitted.Gp.R8;
import static pollux.tensor.emitted.Gp.R9;
import static pollux.tensor.emitted.Gp.RAX;
import static pollux.tensor.emitted.Gp.RBX;
import static pollux.tensor.emitted.Gp.RCX;
import static pollux.tensor.emitted.Gp.RDI;
import static pollux.tensor.emitted.Gp.RDX;
import static pollux.tensor.emitted.Gp.RSI;
import static pollux.tensor.emitted.Vec.zmm;
import static pollux.tensor.emitted.Vec.zmms;

/**
 * Four rows of plain weights (F32, F16, BF16) times up to six rows of an operand, F32 or, for BF16,
 * bfloat16. A vector holds neighbouring elements of one row, and each pair of rows has a vector of
 * sums whose lanes are folded at the end, in one order whatever the tile: the bits of a result do
 * not depend on it.
 *
 * <p>DEPTH counts whole steps, maybe none; EXTRA is the mask of the elements behind them. REPEATS
 * counts groups of four rows.
 */
final class DotCode {
  /** How plain weights are read. */
  enum Type {
    F32(16, 4, 4),
    F16(16, 2, 4),
    BF16(32, 2, 2);

    /** Elements of a step. */
    final int step;

    /** Bytes of an element of the weights, and of the operand. */
    final int weightBytes;

    final int operandBytes;

    Type(int step, int weightBytes, int operandBytes) {
      this.step = step;
      this.weightBytes = weightBytes;
      this.operandBytes = operandBytes;
    }
  }

  /** Rows of weights of a tile. */
  static final int ROWS = 4;

  /** Rows of the operand that a tile can have: 24 sums, 4 weights and an operand are registers. */
  static final int MOST = 6;

  private static final int LINE = 64;
  private static final int TAIL = 1;

  private static final Vec[] WEIGHTS = zmms(0, ROWS);
  private static final Vec[] OPERANDS = {zmm(4), zmm(5)};
  private static final Vec[] FREE = {zmm(6), zmm(7)};

  private final Assembler a = new Assembler();
  private final Type type;
  private final int count;

  private DotCode(Type type, int count) {
    this.type = type;
    this.count = count;
  }

  static byte[] of(Type type, int count) {
    return new DotCode(type, count).emit();
  }

  private static Vec sum(int operand, int row) {
    return zmm(8 + ROWS * operand + row);
  }

  private byte[] emit() {
    Gp[] saved = {RBX, R12, R13, R14};
    for (Gp r : saved) {
      a.push(r);
    }
    a.mov(RCX, Arguments.EXTRA.at(RDI));
    a.kmovd(TAIL, RCX);
    a.mov(RSI, Arguments.WEIGHT_STRIDE.at(RDI));
    a.lea(RAX, RSI.at(RSI, 2));
    a.mov(RDX, Arguments.OPERAND_STRIDE.at(RDI));
    a.mov(R8, Arguments.RESULT.at(RDI));
    a.mov(R9, Arguments.RESULT_STRIDE.at(RDI));
    a.mov(R13, Arguments.WEIGHTS.at(RDI));
    a.mov(R14, Arguments.REPEATS.at(RDI));
    Encoder.Label group = new Encoder.Label();
    Encoder.Label step = new Encoder.Label();
    Encoder.Label behind = new Encoder.Label();
    Encoder.Label end = new Encoder.Label();
    a.bind(group);
    a.mov(R10, R13);
    a.lea(R13, R13.at(RSI, 4)); // the next four rows
    a.mov(RBX, R13);
    a.mov(R11, Arguments.OPERAND.at(RDI));
    a.lea(R12, R11.at(RDX, 2));
    a.add(R12, RDX); // operand rows 3 to 5
    for (int x = 0; x < count; x++) {
      for (int r = 0; r < ROWS; r++) {
        a.vpxord(sum(x, r), sum(x, r), sum(x, r));
      }
    }
    a.mov(RCX, Arguments.DEPTH.at(RDI));
    a.test(RCX);
    a.jz(behind);
    a.bind(step);
    step(false);
    if (count == 1) {
      fetch();
    }
    a.add(R10, type.step * type.weightBytes);
    a.add(R11, type.step * type.operandBytes);
    a.add(R12, type.step * type.operandBytes);
    a.dec(RCX);
    a.jnz(step);
    a.bind(behind);
    a.mov(RCX, Arguments.EXTRA.at(RDI));
    a.test(RCX);
    a.jz(end);
    step(true);
    a.bind(end);
    store();
    a.add(R8, ROWS * Float.BYTES);
    a.dec(R14);
    a.jnz(group);
    for (int i = saved.length - 1; i >= 0; i--) {
      a.pop(saved[i]);
    }
    a.vzeroupper();
    a.ret();
    return a.toBytes();
  }

  /** Asks for the next rows in the order in which they lie. */
  private void fetch() {
    int bytes = ROWS * type.step * type.weightBytes;
    for (int at = 0; at < bytes; at += LINE) {
      a.prefetcht1(RBX.at(at));
    }
    a.add(RBX, bytes);
  }

  private Mem weight(int row) {
    return switch (row) {
      case 0 -> R10.at(0);
      case 1 -> R10.at(RSI, 1);
      case 2 -> R10.at(RSI, 2);
      default -> R10.at(RAX, 1);
    };
  }

  private Mem operand(int row) {
    Gp base = row < 3 ? R11 : R12;
    return row % 3 == 0 ? base.at(0) : base.at(RDX, row % 3);
  }

  /** One step, or the masked elements behind the last. */
  private void step(boolean tail) {
    for (int r = 0; r < ROWS; r++) {
      Vec w = WEIGHTS[r];
      if (tail) {
        a.zeroing(TAIL);
      }
      switch (type) {
        case F32 -> a.vmovdqu32(w, weight(r));
        case BF16 -> a.vmovdqu16(w, weight(r));
        case F16 -> {
          if (tail) {
            a.vmovdqu16(w.ymm(), weight(r));
            a.vcvtph2ps(w, w.ymm());
          } else {
            a.vcvtph2ps(w, weight(r));
          }
        }
      }
    }
    for (int x = 0; x < count; x++) {
      Vec v = OPERANDS[x % 2];
      if (tail) {
        a.zeroing(TAIL);
      }
      if (type == Type.BF16) {
        a.vmovdqu16(v, operand(x));
      } else {
        a.vmovdqu32(v, operand(x));
      }
      for (int r = 0; r < ROWS; r++) {
        if (type == Type.BF16) {
          a.vdpbf16ps(sum(x, r), WEIGHTS[r], v);
        } else {
          a.vfmadd231ps(sum(x, r), WEIGHTS[r], v);
        }
      }
    }
  }

  /** Folds lanes l and l + 8, then l + 4, l + 2, l + 1: four results of each operand row. */
  private void store() {
    a.mov(RCX, R8);
    for (int x = 0; x < count; x++) {
      Vec first = fold8(sum(x, 0), sum(x, 1));
      Vec last = fold8(sum(x, 2), sum(x, 3));
      a.vshufi32x4(FREE[0], first, last, 0b10_00_10_00);
      a.vshufi32x4(FREE[1], first, last, 0b11_01_11_01);
      Vec v = first;
      a.vaddps(v, FREE[0], FREE[1]); // quarter r belongs to row r
      a.vpshufd(FREE[0], v, 0b01_00_11_10);
      a.vaddps(v, v, FREE[0]);
      a.vpshufd(FREE[0], v, 0b10_11_00_01);
      a.vaddps(v, v, FREE[0]);
      a.vmovss(RCX.at(0), v);
      for (int r = 1; r < ROWS; r++) {
        a.vextracti32x4(FREE[0].xmm(), v, r);
        a.vmovss(RCX.at(4 * r), FREE[0]);
      }
      a.add(RCX, R9);
    }
  }

  /** Both halves of {@code a} and {@code b} folded: quarters a, a, b, b; in the first register. */
  private Vec fold8(Vec v, Vec w) {
    a.vshufi32x4(FREE[0], v, w, 0b01_00_01_00);
    a.vshufi32x4(FREE[1], v, w, 0b11_10_11_10);
    a.vaddps(v, FREE[0], FREE[1]);
    return v;
  }

  /** Rounds rows of F32 at WEIGHTS to bfloat16 at RESULT: DEPTH times 16, then the mask EXTRA. */
  static byte[] round() {
    Assembler a = new Assembler();
    a.mov(RCX, Arguments.EXTRA.at(RDI));
    a.kmovd(TAIL, RCX);
    a.mov(RSI, Arguments.WEIGHTS.at(RDI));
    a.mov(R9, Arguments.REPEATS.at(RDI));
    a.mov(R8, Arguments.RESULT.at(RDI));
    Encoder.Label row = new Encoder.Label();
    Encoder.Label step = new Encoder.Label();
    Encoder.Label behind = new Encoder.Label();
    Encoder.Label end = new Encoder.Label();
    Vec v = zmm(0);
    a.bind(row);
    a.mov(R10, RSI);
    a.mov(R11, R8);
    a.mov(RCX, Arguments.DEPTH.at(RDI));
    a.test(RCX);
    a.jz(behind);
    a.bind(step);
    a.vmovdqu32(v, R10.at(0));
    a.vcvtneps2bf16(v.ymm(), v);
    a.vmovdqu32(R11.at(0), v.ymm());
    a.add(R10, 64);
    a.add(R11, 32);
    a.dec(RCX);
    a.jnz(step);
    a.bind(behind);
    a.mov(RCX, Arguments.EXTRA.at(RDI));
    a.test(RCX);
    a.jz(end);
    a.zeroing(TAIL);
    a.vmovdqu32(v, R10.at(0));
    a.vcvtneps2bf16(v.ymm(), v);
    a.merging(TAIL);
    a.vmovdqu16(R11.at(0), v.ymm());
    a.bind(end);
    a.mov(RCX, Arguments.WEIGHT_STRIDE.at(RDI));
    a.add(RSI, RCX);
    a.mov(RCX, Arguments.RESULT_STRIDE.at(RDI));
    a.add(R8, RCX);
    a.dec(R9);
    a.jnz(row);
    a.vzeroupper();
    a.ret();
    return a.toBytes();
  }
}
