package pollux.tensor.emitted;

import static pollux.tensor.emitted.Rows.held;
import static pollux.tensor.emitted.Vec.zmm;

/** Q4_0: an F16 scale, then 16 bytes whose low halves are the first 16 numbers; 8 is zero. */
final class Q4Code extends BlockCode {
  private static final Vec LOW = held(0);

  Q4Code() {
    super("Q4_0", 18, 1, Kind.BIASED, 3);
  }

  @Override
  void begin(Assembler a) {
    Rows.constant(a, LOW, 0x0f0f0f0f, Gp.RCX);
  }

  @Override
  void load(Assembler a, Rows rows, int part) {
    for (int j = 0; j < 4; j++) {
      rows.load16(zmm(j), j, 2);
    }
  }

  @Override
  Vec numbers(Assembler a, int part, int half, int j, Vec free) {
    if (half == 0) {
      a.vpandd(free, LOW, zmm(j));
    } else {
      a.vpsrld(free, zmm(j), 4);
      a.vpandd(free, LOW, free);
    }
    return free;
  }

  @Override
  void scales(Assembler a, Rows rows, int part) {
    rows.load4(SCALES[0], 0, FREE[0]);
    Rows.halfToFloat(a, SCALES[0], SCALES[0]);
  }
}
