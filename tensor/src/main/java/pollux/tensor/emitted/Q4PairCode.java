package pollux.tensor.emitted;

import static pollux.tensor.emitted.Rows.held;
import static pollux.tensor.emitted.Vec.zmm;
import static pollux.tensor.emitted.Vec.zmms;

/**
 * Two blocks of Q4_0 ({@link Q4Code}) as one of 36 bytes: three loads of 16 bytes give the numbers
 * and the scales of both, where one by one they take four, and eight of a scale.
 *
 * <pre>
 * byte  0     2          16      18     20        32     36
 *       d     16 bytes of numbers d     16 bytes of numbers
 *       |------ first -----|------ middle -------|
 *                                       |------ last ----|
 * </pre>
 */
final class Q4PairCode extends BlockCode {
  private static final Vec LOW = held(0);
  private static final Vec[] D = {held(1), held(2)};

  Q4PairCode() {
    super("Q4_0", 36, 2, Kind.BIASED, 3);
  }

  @Override
  void begin(Assembler a) {
    Rows.constant(a, LOW, 0x0f0f0f0f, Gp.RCX);
  }

  @Override
  void block(Assembler a, Rows rows) {
    Vec[] first = zmms(0, 4);
    Vec[] middle = FREE;
    for (int j = 0; j < 4; j++) {
      rows.load16(first[j], j, 0);
      rows.load16(middle[j], j, 16);
      rows.load16(zmm(4 + j), j, 20);
    }
    firstDwords(a, D[0], first, held(3));
    firstDwords(a, D[1], middle, held(3));
    Rows.halfToFloat(a, D[0], D[0]);
    a.vpsrld(D[1], D[1], 16);
    Rows.halfToFloat(a, D[1], D[1]);
    for (int j = 0; j < 4; j++) {
      a.vpalignr(first[j], middle[j], first[j], 2);
    }
  }

  /** Dword 0 of the quarters: that of vector j to dword j. */
  private static void firstDwords(Assembler a, Vec to, Vec[] v, Vec free) {
    a.vpunpckldq(to, v[0], v[1]);
    a.vpunpckldq(free, v[2], v[3]);
    a.vpunpcklqdq(to, to, free);
  }

  @Override
  void load(Assembler a, Rows rows, int part) {}

  @Override
  Vec numbers(Assembler a, int part, int half, int j, Vec free) {
    Vec pairs = zmm(4 * part + j);
    if (half == 0) {
      a.vpandd(free, LOW, pairs);
    } else {
      a.vpsrld(free, pairs, 4);
      a.vpandd(free, LOW, free);
    }
    return free;
  }

  @Override
  void scales(Assembler a, Rows rows, int part) {
    a.vmovdqu32(SCALES[0], D[part]);
  }
}
