package pollux.tensor.emitted;

import static pollux.tensor.emitted.Gp.R10;
import static pollux.tensor.emitted.Gp.R11;
import static pollux.tensor.emitted.Gp.R12;
import static pollux.tensor.emitted.Gp.R13;
import static pollux.tensor.emitted.Gp.RAX;
import static pollux.tensor.emitted.Gp.RSI;
import static pollux.tensor.emitted.Vec.zmm;

/**
 * Sixteen rows of weights as they lie in a file, read side by side. Row 4i + j stands in quarter i
 * of what is loaded for j, so that transposing the dwords within quarters puts rows in their order:
 * lane l of a vector belongs to row l.
 *
 * <p>Registers: r10 to r13 point to the current block of rows 0, 4, 8, 12; rsi is the length of a
 * row in bytes, rax three times that. k1 to k6 select lanes.
 */
final class Rows {
  static final int COUNT = 16;
  static final Gp STRIDE = RSI;

  private static final int FRAME = 8 * 64;

  private static final Gp STRIDES = RAX;
  private static final Gp[] QUARTERS = {R10, R11, R12, R13};

  private final Assembler a;

  Rows(Assembler a) {
    this.a = a;
  }

  /** Once per call, when rsi is set; uses {@code free}. */
  void begin(Gp free) {
    int[] lanes = {0x2222, 0x4444, 0x8888, 0x00f0, 0x0f00, 0xf000};
    for (int k = 0; k < lanes.length; k++) {
      a.mov(free, lanes[k]);
      a.kmovw(k + 1, free);
    }
    a.lea(STRIDES, STRIDE.at(STRIDE, 2));
  }

  /** The sixteen rows from {@code first} on. */
  void point(Gp first) {
    a.mov(R10, first);
    a.lea(R11, R10.at(STRIDE, 4));
    a.lea(R12, R11.at(STRIDE, 4));
    a.lea(R13, R12.at(STRIDE, 4));
  }

  void advance(int bytes) {
    for (Gp quarter : QUARTERS) {
      a.add(quarter, bytes);
    }
  }

  /** A place in row 4i + j. */
  private Mem at(int i, int j, int offset) {
    Gp row = QUARTERS[i];
    return switch (j) {
      case 0 -> row.at(offset);
      case 1 -> row.at(STRIDE, 1).plus(offset);
      case 2 -> row.at(STRIDE, 2).plus(offset);
      default -> row.at(STRIDES, 1).plus(offset);
    };
  }

  /** 16 bytes of the rows 4i + j. */
  void load16(Vec to, int j, int offset) {
    a.vmovdqu32(to.xmm(), at(0, j, offset));
    for (int i = 1; i < 4; i++) {
      a.vinserti32x4(to, to, at(i, j, offset), i);
    }
  }

  /** 32 bytes of the rows 4i + j: the first 16 of each, and the last. */
  void load32(Vec first, Vec last, int j, int offset, Vec free) {
    a.vmovdqu32(first.ymm(), at(0, j, offset));
    a.vinserti64x4(first, first, at(1, j, offset), 1);
    a.vmovdqu32(free.ymm(), at(2, j, offset));
    a.vinserti64x4(free, free, at(3, j, offset), 1);
    a.vshufi32x4(last, first, free, 0b11_01_11_01);
    a.vshufi32x4(first, first, free, 0b10_00_10_00);
  }

  /** 4 bytes of each row, in the order of the rows. */
  void load4(Vec to, int offset, Vec free) {
    for (int i = 0; i < 4; i++) {
      Vec quarter = i == 0 ? to : free;
      a.vpbroadcastd(quarter, at(i, 0, offset));
      for (int j = 1; j < 4; j++) {
        a.merging(j);
        a.vpbroadcastd(quarter, at(i, j, offset));
      }
      if (i > 0) {
        a.merging(3 + i);
        a.vmovdqu32(to, free);
      }
    }
  }

  /** 16 bytes of each row: the first 4 of all rows, the next 4, and so on. */
  void load16Transposed(Vec[] to, int offset, Vec[] free) {
    for (int j = 0; j < 4; j++) {
      load16(to[j], j, offset);
    }
    transpose(a, to, free);
  }

  /** Dword {@code d} of the quarters: that of vector j goes to dword j. */
  static void dword(Assembler a, Vec to, Vec[] v, int d, Vec free) {
    if (d < 2) {
      a.vpunpckldq(to, v[0], v[1]);
      a.vpunpckldq(free, v[2], v[3]);
    } else {
      a.vpunpckhdq(to, v[0], v[1]);
      a.vpunpckhdq(free, v[2], v[3]);
    }
    if (d % 2 == 0) {
      a.vpunpcklqdq(to, to, free);
    } else {
      a.vpunpckhqdq(to, to, free);
    }
  }

  /** The four floats of 16 bits in the low halves of ints, as floats. */
  static void halfToFloat(Assembler a, Vec to, Vec from) {
    a.vpmovdw(to.ymm(), from);
    a.vcvtph2ps(to, to.ymm());
  }

  /** Dword d of vector j goes to dword j of vector d, in each quarter. */
  static void transpose(Assembler a, Vec[] v, Vec[] free) {
    a.vpunpckldq(free[0], v[0], v[1]);
    a.vpunpckhdq(free[1], v[0], v[1]);
    a.vpunpckldq(free[2], v[2], v[3]);
    a.vpunpckhdq(free[3], v[2], v[3]);
    a.vpunpcklqdq(v[0], free[0], free[2]);
    a.vpunpckhqdq(v[1], free[0], free[2]);
    a.vpunpcklqdq(v[2], free[1], free[3]);
    a.vpunpckhqdq(v[3], free[1], free[3]);
  }

  /** The sums of the four ints in each quarter: those of vector j go to dword j; all in v[0]. */
  static void sumQuarters(Assembler a, Vec[] v, Vec free) {
    a.vpunpckhdq(free, v[0], v[1]);
    a.vpunpckldq(v[0], v[0], v[1]);
    a.vpaddd(v[0], v[0], free);
    a.vpunpckhdq(free, v[2], v[3]);
    a.vpunpckldq(v[2], v[2], v[3]);
    a.vpaddd(v[2], v[2], free);
    a.vpunpckhqdq(free, v[0], v[2]);
    a.vpunpcklqdq(v[0], v[0], v[2]);
    a.vpaddd(v[0], v[0], free);
  }

  /** The same int in every lane of {@code to}. */
  static void constant(Assembler a, Vec to, int value, Gp free) {
    a.push(free);
    a.mov(free, value);
    a.push(free);
    a.vpbroadcastd(to, Gp.RSP.at(0));
    a.pop(free);
    a.pop(free);
  }

  /** The same 16 bytes in every quarter of {@code to}; the lowest byte of {@code low} first. */
  static void constant16(Assembler a, Vec to, long low, long high, Gp free) {
    a.push(free);
    a.mov(free, high);
    a.push(free);
    a.mov(free, low);
    a.push(free);
    a.vbroadcasti32x4(to, Gp.RSP.at(0));
    a.pop(free);
    a.pop(free);
    a.pop(free);
  }

  /**
   * Makes room on the stack for {@link #spilled}, on whole cache lines; nothing is pushed until it
   * is given back. Uses rcx.
   */
  static void openFrame(Assembler a) {
    a.mov(Gp.RCX, Gp.RSP);
    a.add(Gp.RSP, -FRAME - 64);
    a.and(Gp.RSP, -64);
    a.mov(Gp.RSP.at(FRAME), Gp.RCX);
  }

  static void closeFrame(Assembler a) {
    a.mov(Gp.RSP, Gp.RSP.at(FRAME));
  }

  /** A place for a vector that layouts keep for themselves: 8 there are. */
  static Mem spilled(int index) {
    return Gp.RSP.at(64 * index);
  }

  /** A register that layouts keep for themselves: 11 there are. */
  static Vec held(int index) {
    return zmm(20 + index);
  }
}
