package pollux.tensor.emitted;

import static pollux.tensor.emitted.Rows.held;
import static pollux.tensor.emitted.Vec.zmm;

/** Q8_0: an F16 scale, then 32 signed bytes; 128 is added to make them unsigned. */
final class Q8Code extends BlockCode {
  private static final Vec SIGNS = held(0);

  Q8Code() {
    super("Q8_0", 34, 1, Kind.BIASED, 7);
  }

  @Override
  void begin(Assembler a) {
    Rows.constant(a, SIGNS, 0x80808080, Gp.RCX);
  }

  @Override
  void load(Assembler a, Rows rows, int part) {
    for (int j = 0; j < 4; j++) {
      rows.load32(zmm(j), zmm(4 + j), j, 2, FREE[j % 2]);
    }
  }

  @Override
  Vec numbers(Assembler a, int part, int half, int j, Vec free) {
    a.vpxord(free, SIGNS, zmm(4 * half + j));
    return free;
  }

  @Override
  void scales(Assembler a, Rows rows, int part) {
    rows.load4(SCALES[0], 0, FREE[0]);
    Rows.halfToFloat(a, SCALES[0], SCALES[0]);
  }
}
