package pollux.tensor.emitted;

import static pollux.tensor.emitted.Rows.held;
import static pollux.tensor.emitted.Rows.spilled;
import static pollux.tensor.emitted.Vec.zmm;
import static pollux.tensor.emitted.Vec.zmms;

/**
 * Q2_K: 16 bytes, of each 16 numbers a scale in the low half and a least value in the high half; 64
 * bytes of 2 bits (parts 0 to 3 in the first 32, 4 to 7 in the last, the first lowest), two F16
 * (scale d and scale of the least values m). Value = d * scale * q - m * least.
 */
final class Q2KCode extends BlockCode {
  private static final int NUMBERS = 16;
  private static final int SCALE = 80;

  private static final Vec D = held(0);
  private static final Vec M = held(1);
  private static final Vec LOW = held(2);

  Q2KCode() {
    super("Q2_K", 84, 8, Kind.HALVES_WITH_LEAST, -1);
  }

  @Override
  void begin(Assembler a) {
    Rows.constant(a, LOW, 0x03030303, Gp.RCX);
  }

  @Override
  void block(Assembler a, Rows rows) {
    Vec[] scales = zmms(0, 4);
    rows.load16Transposed(scales, 0, FREE);
    for (int i = 0; i < 4; i++) {
      a.vmovdqu32(spilled(i), scales[i]);
    }
    rows.load4(M, SCALE, FREE[0]);
    Rows.halfToFloat(a, D, M);
    a.vpsrld(M, M, 16);
    Rows.halfToFloat(a, M, M);
  }

  @Override
  void load(Assembler a, Rows rows, int part) {
    if (part % 4 == 0) { // four parts share their bytes
      for (int j = 0; j < 4; j++) {
        rows.load32(zmm(j), zmm(4 + j), j, NUMBERS + 8 * part, FREE[j % 2]);
      }
    }
  }

  @Override
  Vec numbers(Assembler a, int part, int half, int j, Vec free) {
    return bits(a, free, zmm(4 * half + j), 2 * (part % 4), LOW);
  }

  @Override
  void scales(Assembler a, Rows rows, int part) {
    a.vmovdqu32(SCALES[0], D);
    for (int half = 0; half < 2; half++) {
      int group = 2 * part + half;
      fourBits(a, SCALES[1 + half], group, 0);
      fourBits(a, SCALES[3 + half], group, 4);
      a.vmulps(SCALES[3 + half], SCALES[3 + half], M);
    }
  }

  /** The 4 bits from {@code bit} on of byte {@code group}, as a float. */
  private static void fourBits(Assembler a, Vec to, int group, int bit) {
    a.vpslld(to, spilled(group / 4), 28 - bit - 8 * (group % 4));
    a.vpsrld(to, to, 28);
    a.vcvtdq2ps(to, to);
  }
}
