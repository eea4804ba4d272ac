package pollux.tensor.emitted;

import static pollux.tensor.emitted.BlockCode.FREE;
import static pollux.tensor.emitted.BlockCode.SCALES;
import static pollux.tensor.emitted.Gp.R15;
import static pollux.tensor.emitted.Gp.R8;
import static pollux.tensor.emitted.Gp.RCX;
import static pollux.tensor.emitted.Gp.RDI;
import static pollux.tensor.emitted.Vec.zmms;

/**
 * Lays sixteen rows of weights out for {@link TileCode}: half of a panel. For each part of 32
 * elements the panel holds
 *
 * <ul>
 *   <li>of each half 8 vectors: lane l has 4 elements in a row of row l, as unsigned bytes;
 *   <li>then for each kind of scale a vector of each half: lane l has the scale of row l.
 * </ul>
 */
final class PanelCode {
  /** Rows of a panel. */
  static final int ROWS = 32;

  /** Bytes of the numbers of one half. */
  static final int NUMBERS = 512;

  private static final int VECTOR = 64;

  private PanelCode() {}

  /** Bytes of a panel for 32 elements. */
  static int bytes(BlockCode.Kind kind) {
    return 2 * NUMBERS + 2 * VECTOR * kind.scales;
  }

  /** Where the vector of scale {@code s} of half {@code half} lies. */
  static int scale(int s, int half) {
    return 2 * NUMBERS + 2 * VECTOR * s + VECTOR * half;
  }

  /** Writes half {@code half} of the panel at RESULT. */
  static byte[] of(BlockCode code, int half) {
    Assembler a = new Assembler();
    Rows rows = new Rows(a);
    Gp[] saved = {Gp.R12, Gp.R13, R15};
    for (Gp r : saved) {
      a.push(r);
    }
    a.mov(Rows.STRIDE, Arguments.WEIGHT_STRIDE.at(RDI));
    a.mov(R8, Arguments.RESULT.at(RDI));
    a.mov(R15, Arguments.DEPTH.at(RDI));
    a.mov(RDI, Arguments.WEIGHTS.at(RDI));
    rows.begin(RCX);
    code.begin(a);
    Rows.openFrame(a);
    rows.point(RDI);
    Encoder.Label block = new Encoder.Label();
    a.bind(block);
    code.block(a, rows);
    for (int part = 0; part < code.parts; part++) {
      code.load(a, rows, part);
      int at = part * bytes(code.kind);
      for (int side = 0; side < 2; side++) {
        numbers(a, code, part, side, R8.at(at + half * NUMBERS + side * 4 * VECTOR));
      }
      code.scales(a, rows, part);
      for (int s = 0; s < code.kind.scales; s++) {
        a.vmovdqu32(R8.at(at + scale(s, half)), SCALES[s]);
      }
    }
    rows.advance(code.blockBytes);
    a.add(R8, code.parts * bytes(code.kind));
    a.dec(R15);
    a.jnz(block);
    Rows.closeFrame(a);
    for (int i = saved.length - 1; i >= 0; i--) {
      a.pop(saved[i]);
    }
    a.vzeroupper();
    a.ret();
    return a.toBytes();
  }

  private static void numbers(Assembler a, BlockCode code, int part, int side, Mem to) {
    Vec[] own = zmms(8, 4);
    Vec[] v = new Vec[4];
    for (int j = 0; j < 4; j++) {
      v[j] = code.numbers(a, part, side, j, own[j]);
    }
    Rows.transpose(a, v, FREE);
    for (int d = 0; d < 4; d++) {
      a.vmovdqu32(to.plus(VECTOR * d), v[d]);
    }
  }
}
