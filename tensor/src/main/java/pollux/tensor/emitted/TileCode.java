package pollux.tensor.emitted;

import static pollux.tensor.emitted.Gp.R10;
import static pollux.tensor.emitted.Gp.R11;
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

import pollux.tensor.emitted.BlockCode.Kind;

/**
 * A panel of 32 rows of weights ({@link PanelCode}) times a few rows of a quantised operand:
 * prefill. Adds to the results, or begins them where EXTRA is 0.
 *
 * <p>The tile: 2 vectors of 16 weight rows by up to 6 operand rows. Of each there is a float sum in
 * a register from beginning to end, and an integer sum for 32 elements. Four elements of an operand
 * row go to all lanes at once and meet both vectors of weights.
 *
 * <pre>
 *              16 rows   16 rows of weights
 * operand 0    zmm8/20   zmm9/21      integer / float sums
 * operand 1    zmm10/22  zmm11/23
 * ...
 * </pre>
 */
final class TileCode {
  private static final int VECTOR = 64;
  private static final int HALVES = 2;

  private static final Vec[] WEIGHTS = {zmm(0), zmm(1)};
  private static final Vec[] OPERANDS = {zmm(2), zmm(3)};
  private static final Vec[] FREE = zmms(4, 4);

  private final Assembler a = new Assembler();
  private final BlockCode code;
  private final int count;

  /** Integer sums, float sums, and between them sums of the first 16: [operand row][half]. */
  private final Vec[][] ints;

  private final Vec[][] halves;
  private final Vec[][] floats;

  private TileCode(BlockCode code, int count) {
    this.code = code;
    this.count = count;
    floats = block(32 - HALVES * count);
    ints = block(32 - 2 * HALVES * count);
    halves = code.kind.hasHalves() ? block(32 - 3 * HALVES * count) : ints;
  }

  private Vec[][] block(int first) {
    Vec[][] all = new Vec[count][];
    for (int r = 0; r < count; r++) {
      all[r] = zmms(first + HALVES * r, HALVES);
    }
    return all;
  }

  /** Operand rows that a tile can have: all sums stay in registers. */
  static int most(BlockCode code) {
    return code.kind.hasHalves() ? 4 : 6;
  }

  static byte[] of(BlockCode code, int count) {
    return new TileCode(code, count).emit();
  }

  private byte[] emit() {
    a.push(RBX);
    a.mov(RSI, Arguments.OPERAND.at(RDI));
    a.mov(RDX, Arguments.OPERAND_STRIDE.at(RDI));
    a.mov(R8, Arguments.RESULT.at(RDI));
    a.mov(R9, Arguments.RESULT_STRIDE.at(RDI));
    a.mov(RBX, Arguments.REPEATS.at(RDI));
    Encoder.Label tile = new Encoder.Label();
    a.bind(tile);
    a.mov(R10, RSI);
    a.lea(R11, RSI.at(RDX, 2));
    a.add(R11, RDX); // rows 3 to 5
    begin();
    a.mov(RAX, Arguments.WEIGHTS.at(RDI));
    a.mov(RCX, Arguments.DEPTH.at(RDI));
    Encoder.Label part = new Encoder.Label();
    a.bind(part);
    part();
    a.add(RAX, PanelCode.bytes(code.kind));
    a.add(R10, OperandBlock.BYTES);
    a.add(R11, OperandBlock.BYTES);
    a.dec(RCX);
    a.jnz(part);
    end();
    a.dec(RBX);
    a.jnz(tile);
    a.pop(RBX);
    a.vzeroupper();
    a.ret();
    return a.toBytes();
  }

  private Mem operand(int row, int offset) {
    Gp base = row < 3 ? R10 : R11;
    return row % 3 == 0 ? base.at(offset) : base.at(RDX, row % 3).plus(offset);
  }

  /** The float sums are 0, or what the results hold. */
  private void begin() {
    Encoder.Label zero = new Encoder.Label();
    Encoder.Label go = new Encoder.Label();
    a.mov(RCX, Arguments.EXTRA.at(RDI));
    a.test(RCX);
    a.jz(zero);
    a.mov(RCX, R8);
    for (Vec[] row : floats) {
      a.vmovdqu32(row[0], RCX.at(0));
      a.vmovdqu32(row[1], RCX.at(VECTOR));
      a.add(RCX, R9);
    }
    a.jmp(go);
    a.bind(zero);
    for (Vec[] row : floats) {
      beginZero(row);
    }
    a.bind(go);
  }

  /** Stores the sums, and goes on to the next operand rows. */
  private void end() {
    for (Vec[] row : floats) {
      a.vmovdqu32(R8.at(0), row[0]);
      a.vmovdqu32(R8.at(VECTOR), row[1]);
      a.add(R8, R9);
      a.add(RSI, RDX);
    }
  }

  private void part() {
    if (code.kind.hasHalves()) {
      for (int half = 0; half < 2; half++) {
        Vec[][] sums = half == 0 ? halves : ints;
        for (int r = 0; r < count; r++) {
          beginBiased(sums[r], operand(r, OperandBlock.NEGATIVE_SUMS + 4 * half));
        }
        multiply(sums, 4 * half, 4 * half + 4);
      }
      combineHalves();
    } else {
      for (int r = 0; r < count; r++) {
        if (code.kind == Kind.BIASED) {
          a.vpbroadcastd(FREE[0], operand(r, OperandBlock.NEGATIVE_SUMS));
          a.vpaddd(FREE[0], FREE[0], operand(r, OperandBlock.NEGATIVE_SUMS + 4).toEachLane());
          a.vpslld(ints[r][0], FREE[0], code.biasBits);
          a.vmovdqu32(ints[r][1], ints[r][0]);
        } else {
          beginZero(ints[r]);
        }
      }
      multiply(ints, 0, 8);
      for (Vec[] row : ints) {
        a.vcvtdq2ps(row[0], row[0]);
        a.vcvtdq2ps(row[1], row[1]);
      }
    }
    addScaled();
  }

  private void beginZero(Vec[] sums) {
    a.vpxord(sums[0], sums[0], sums[0]);
    a.vpxord(sums[1], sums[1], sums[1]);
  }

  private void beginBiased(Vec[] sums, Mem negativeSum) {
    if (code.biasBits < 0) {
      beginZero(sums);
      return;
    }
    a.vpbroadcastd(FREE[0], negativeSum);
    a.vpslld(sums[0], FREE[0], code.biasBits);
    a.vmovdqu32(sums[1], sums[0]);
  }

  /** Adds the products of groups of four elements. */
  private void multiply(Vec[][] sums, int from, int to) {
    for (int four = from; four < to; four++) {
      for (int h = 0; h < HALVES; h++) {
        a.vmovdqu32(WEIGHTS[h], RAX.at(PanelCode.NUMBERS * h + VECTOR * four));
      }
      for (int r = 0; r < count; r++) {
        Vec x = OPERANDS[r % 2];
        a.vpbroadcastd(x, operand(r, 4 * four));
        for (int h = 0; h < HALVES; h++) {
          a.vpdpbusd(sums[r][h], WEIGHTS[h], x);
        }
      }
    }
  }

  /** {@code ints = a * halves + b * ints}, in float: exact, since integers below 2^24. */
  private void combineHalves() {
    for (int r = 0; r < count; r++) {
      for (int h = 0; h < HALVES; h++) {
        a.vcvtdq2ps(halves[r][h], halves[r][h]);
        a.vcvtdq2ps(FREE[h], ints[r][h]);
        a.vmulps(ints[r][h], halves[r][h], RAX.at(PanelCode.scale(1, h)));
        a.vfmadd231ps(ints[r][h], FREE[h], RAX.at(PanelCode.scale(2, h)));
      }
    }
  }

  private void addScaled() {
    for (int h = 0; h < HALVES; h++) {
      a.vmovdqu32(WEIGHTS[h], RAX.at(PanelCode.scale(0, h)));
    }
    for (int r = 0; r < count; r++) {
      a.vpbroadcastd(OPERANDS[r % 2], operand(r, OperandBlock.SCALE));
      for (int h = 0; h < HALVES; h++) {
        Vec scale = FREE[HALVES * (r % 2) + h];
        a.vmulps(scale, WEIGHTS[h], OPERANDS[r % 2]);
        a.vfmadd231ps(floats[r][h], ints[r][h], scale);
      }
    }
    if (code.kind == Kind.WITH_LEAST) {
      for (int h = 0; h < HALVES; h++) {
        a.vmovdqu32(WEIGHTS[h], RAX.at(PanelCode.scale(1, h)));
      }
      for (int r = 0; r < count; r++) {
        a.vpbroadcastd(OPERANDS[r % 2], operand(r, OperandBlock.SCALED_SUM));
        for (int h = 0; h < HALVES; h++) {
          a.vfnmadd231ps(floats[r][h], WEIGHTS[h], OPERANDS[r % 2]);
        }
      }
    } else if (code.kind == Kind.HALVES_WITH_LEAST) {
      addLeast(0);
      addLeast(1);
    }
  }

  /** What the least values of the first or the last 16 elements add. */
  private void addLeast(int half) {
    for (int h = 0; h < HALVES; h++) {
      a.vmovdqu32(WEIGHTS[h], RAX.at(PanelCode.scale(3 + half, h)));
    }
    for (int r = 0; r < count; r++) {
      Vec sum = FREE[r];
      a.vcvtdq2ps(sum, operand(r, OperandBlock.NEGATIVE_SUMS + 4 * half).toEachLane());
      a.vmulps(sum, sum, operand(r, OperandBlock.SCALE).toEachLane());
      for (int h = 0; h < HALVES; h++) {
        a.vfmadd231ps(floats[r][h], WEIGHTS[h], sum);
      }
    }
  }
}
