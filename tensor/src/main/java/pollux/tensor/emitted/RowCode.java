package pollux.tensor.emitted;

import static pollux.tensor.emitted.BlockCode.FREE;
import static pollux.tensor.emitted.BlockCode.SCALES;
import static pollux.tensor.emitted.Gp.R14;
import static pollux.tensor.emitted.Gp.R15;
import static pollux.tensor.emitted.Gp.R8;
import static pollux.tensor.emitted.Gp.R9;
import static pollux.tensor.emitted.Gp.RBP;
import static pollux.tensor.emitted.Gp.RBX;
import static pollux.tensor.emitted.Gp.RCX;
import static pollux.tensor.emitted.Gp.RDI;
import static pollux.tensor.emitted.Gp.RDX;
import static pollux.tensor.emitted.Vec.zmm;
import static pollux.tensor.emitted.Vec.zmms;

import pollux.tensor.emitted.BlockCode.Kind;

/**
 * One row of a quantised operand times the rows of weights as they lie in the file, sixteen at a
 * time: decoding.
 *
 * <p>For each part of 32 elements, four sums of each row gather in the quarters of zmm8 to zmm11;
 * three shuffles and adds make of them one integer for each row, a lane each; from there on the
 * arithmetic is that of {@link TileCode}, and so are the bits.
 *
 * <p>Sixteen rows side by side are sixteen streams, more than the processor follows by itself:
 * every row is fetched some hundred bytes ahead, and where it ends, the row that takes its place.
 * Nothing asked for means half the rate or less; how far ahead, and in what order, is in
 * docs/experiments.md.
 */
final class RowCode {
  private static final int LINE = 64;

  /** Parts between two looks at what is to be fetched. */
  private static final int STRETCH = 8;

  /** Bytes of all sixteen rows that are under way. */
  private static final int AHEAD_BYTES = 9 << 10;

  private static final Vec[] SUMS = zmms(8, 4);
  private static final Vec FIRST = zmm(17);
  private static final Vec LAST = zmm(16);
  private static final Vec TOTAL = zmm(31);

  private final Assembler a = new Assembler();
  private final Rows rows = new Rows(a);
  private final BlockCode code;

  private RowCode(BlockCode code) {
    this.code = code;
  }

  static byte[] of(BlockCode code) {
    return new RowCode(code).emit();
  }

  private byte[] emit() {
    Gp[] saved = {RBX, RBP, Gp.R12, Gp.R13, R14, R15};
    for (Gp r : saved) {
      a.push(r);
    }
    a.mov(RBP, RDI);
    a.mov(Rows.STRIDE, Arguments.WEIGHT_STRIDE.at(RBP));
    a.mov(RDX, Arguments.OPERAND.at(RBP));
    a.mov(R8, Arguments.RESULT.at(RBP));
    a.mov(R9, Arguments.REPEATS.at(RBP));
    a.mov(RDI, Arguments.WEIGHTS.at(RBP));
    rows.begin(RCX);
    code.begin(a);
    Rows.openFrame(a);

    Encoder.Label group = new Encoder.Label();
    a.bind(group);
    rows.point(RDI);
    a.lea(RDI, Gp.R13.at(Rows.STRIDE, 4)); // the next sixteen rows
    a.mov(R14, RDX);
    a.mov(RBX, Arguments.DEPTH.at(RBP));
    a.vpxord(TOTAL, TOTAL, TOTAL);
    Encoder.Label stretch = new Encoder.Label();
    a.bind(stretch);
    beginStretch();
    Encoder.Label block = new Encoder.Label();
    a.bind(block);
    code.block(a, rows);
    for (int part = 0; part < code.parts; part++) {
      part(part);
      fetch();
    }
    rows.advance(code.blockBytes);
    a.add(R14, code.parts * OperandBlock.BYTES);
    a.dec(R15);
    a.jnz(block);
    a.test(RBX);
    a.jnz(stretch);
    a.vmovdqu32(R8.at(0), TOTAL);
    a.add(R8, Rows.COUNT * Float.BYTES);
    a.dec(R9);
    a.jnz(group);

    Rows.closeFrame(a);
    for (int i = saved.length - 1; i >= 0; i--) {
      a.pop(saved[i]);
    }
    a.vzeroupper();
    a.ret();
    return a.toBytes();
  }

  /** r15 = blocks of the stretch, rbx = blocks behind it, rcx = what is to be fetched of row 0. */
  private void beginStretch() {
    a.mov(R15, STRETCH / code.parts);
    a.cmp(RBX, R15);
    a.cmovb(R15, RBX);
    int partBytes = Rows.COUNT * code.blockBytes / code.parts;
    int ahead = Math.ceilDiv(AHEAD_BYTES / partBytes, STRETCH) * STRETCH / code.parts;
    a.lea(RCX, Gp.R10.at(ahead * code.blockBytes));
    Encoder.Label within = new Encoder.Label();
    a.cmp(RBX, ahead + 1);
    a.jae(within);
    for (int i = 0; i < 3; i++) { // row 0 of the next sixteen begins where row 15 ends
      a.lea(RCX, RCX.at(Rows.STRIDE, 4));
    }
    a.lea(RCX, RCX.at(Rows.STRIDE, 2));
    a.add(RCX, Rows.STRIDE);
    a.bind(within);
    a.sub(RBX, R15);
  }

  /** Each of the parts of a stretch fetches a stretch of two rows. */
  private void fetch() {
    for (int row = 0; row < Rows.COUNT / STRETCH; row++) {
      for (int at = 0; at < STRETCH / code.parts * code.blockBytes; at += LINE) {
        a.prefetcht0(RCX.at(at));
      }
      a.add(RCX, Rows.STRIDE);
    }
  }

  private void part(int part) {
    int at = part * OperandBlock.BYTES;
    Mem negativeSums = R14.at(at + OperandBlock.NEGATIVE_SUMS);
    code.load(a, rows, part);
    a.vbroadcasti32x4(FIRST, R14.at(at));
    a.vbroadcasti32x4(LAST, R14.at(at + 16));
    Vec sum = SUMS[0];
    if (code.kind.hasHalves()) {
      Vec firstHalf = FREE[2];
      sumHalf(part, 0);
      addBias(sum, negativeSums);
      a.vcvtdq2ps(firstHalf, sum);
      sumHalf(part, 1);
      addBias(sum, negativeSums.plus(4));
      a.vcvtdq2ps(sum, sum);
      code.scales(a, rows, part);
      a.vmulps(firstHalf, firstHalf, SCALES[1]);
      a.vfmadd231ps(firstHalf, sum, SCALES[2]); // exact: an integer below 2^24
      sum = firstHalf;
    } else {
      sum(part);
      if (code.kind == Kind.BIASED) {
        a.vpbroadcastd(FREE[0], negativeSums);
        a.vpaddd(FREE[0], FREE[0], negativeSums.plus(4).toEachLane());
        a.vpslld(FREE[0], FREE[0], code.biasBits);
        a.vpaddd(sum, sum, FREE[0]);
      }
      a.vcvtdq2ps(sum, sum);
      code.scales(a, rows, part);
    }
    Vec scale = FREE[0];
    a.vmulps(scale, SCALES[0], R14.at(at + OperandBlock.SCALE).toEachLane());
    a.vfmadd231ps(TOTAL, sum, scale);
    if (code.kind == Kind.WITH_LEAST) {
      a.vfnmadd231ps(TOTAL, SCALES[1], R14.at(at + OperandBlock.SCALED_SUM).toEachLane());
    } else if (code.kind == Kind.HALVES_WITH_LEAST) {
      for (int half = 0; half < 2; half++) {
        a.vcvtdq2ps(FREE[0], negativeSums.plus(4 * half).toEachLane());
        a.vmulps(FREE[0], FREE[0], R14.at(at + OperandBlock.SCALE).toEachLane());
        a.vfmadd231ps(TOTAL, SCALES[3 + half], FREE[0]);
      }
    }
  }

  private void addBias(Vec sum, Mem negativeSum) {
    if (code.biasBits < 0) {
      return;
    }
    a.vpbroadcastd(FREE[0], negativeSum);
    a.vpslld(FREE[0], FREE[0], code.biasBits);
    a.vpaddd(sum, sum, FREE[0]);
  }

  /** The products of all 32 elements, into SUMS[0]. */
  private void sum(int part) {
    for (int j = 0; j < 4; j++) {
      a.vpxord(SUMS[j], SUMS[j], SUMS[j]);
      a.vpdpbusd(SUMS[j], code.numbers(a, part, 0, j, FREE[0]), FIRST);
      a.vpdpbusd(SUMS[j], code.numbers(a, part, 1, j, FREE[1]), LAST);
    }
    Rows.sumQuarters(a, SUMS, FREE[0]);
  }

  private void sumHalf(int part, int half) {
    for (int j = 0; j < 4; j++) {
      a.vpxord(SUMS[j], SUMS[j], SUMS[j]);
      a.vpdpbusd(SUMS[j], code.numbers(a, part, half, j, FREE[0]), half == 0 ? FIRST : LAST);
    }
    Rows.sumQuarters(a, SUMS, FREE[0]);
  }
}
