package pollux.tensor.emitted;

import static pollux.tensor.emitted.Rows.held;
import static pollux.tensor.emitted.Rows.spilled;

/**
 * Q5_K: as Q4_K, and before the numbers 32 bytes: bit p of byte i is the fifth bit of number i of
 * part p.
 */
final class Q5KCode extends Q4KCode {
  private static final int FIFTHS = 16;

  private static final Vec FIFTH = held(10);

  Q5KCode() {
    super("Q5_K", 176);
  }

  @Override
  void begin(Assembler a) {
    super.begin(a);
    Rows.constant(a, FIFTH, 0x10101010, Gp.RCX);
  }

  @Override
  void block(Assembler a, Rows rows) {
    super.block(a, rows);
    for (int j = 0; j < 4; j++) {
      rows.load32(SCALES[0], SCALES[1], j, FIFTHS, FREE[j % 2]);
      a.vmovdqu32(spilled(j), SCALES[0]);
      a.vmovdqu32(spilled(4 + j), SCALES[1]);
    }
  }

  @Override
  Vec numbers(Assembler a, int part, int half, int j, Vec free) {
    Vec numbers = super.numbers(a, part, half, j, free);
    Mem bits = spilled(4 * half + j);
    Vec fifth = SCALES[0];
    if (part < 4) {
      a.vpslld(fifth, bits, 4 - part);
    } else {
      a.vpsrld(fifth, bits, part - 4);
    }
    a.vpternlogd(numbers, FIFTH, fifth, 0xf8); // numbers | FIFTH & fifth
    return numbers;
  }
}
