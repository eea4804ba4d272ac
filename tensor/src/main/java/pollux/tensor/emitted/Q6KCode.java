package pollux.tensor.emitted;

import static pollux.tensor.emitted.Rows.held;
import static pollux.tensor.emitted.Vec.zmm;
import static pollux.tensor.emitted.Vec.zmms;

/**
 * Q6_K: 128 bytes of low 4 bits, 64 bytes of high 2 bits, 16 signed scales of 16 numbers each, an
 * F16 scale d. Value = d * scale * (q - 32).
 *
 * <p>Each half of 128 numbers takes 64 and 32 of these bytes: parts 0 and 1 have the low bits in
 * the low halves of the first and the last 32, parts 2 and 3 in the high halves; part p has its
 * high bits at bit 2p.
 */
final class Q6KCode extends BlockCode {
  private static final int HIGH = 128;
  private static final int SCALE_BYTES = 192;
  private static final int SCALE = 208;

  private static final Vec D = held(0);
  private static final Vec LOW = held(1);
  private static final Vec HIGH_BITS = held(2);

  Q6KCode() {
    super("Q6_K", 210, 8, Kind.HALVES, 5);
  }

  @Override
  void begin(Assembler a) {
    Rows.constant(a, LOW, 0x0f0f0f0f, Gp.RCX);
    Rows.constant(a, HIGH_BITS, 0x30303030, Gp.RCX);
  }

  @Override
  void block(Assembler a, Rows rows) {
    Vec[] scales = zmms(0, 4);
    rows.load16Transposed(scales, SCALE_BYTES, FREE);
    for (int i = 0; i < 4; i++) {
      a.vmovdqu32(Rows.spilled(i), scales[i]);
    }
    rows.load4(D, SCALE - 2, FREE[0]); // ends with the block: what follows may not be ours
    a.vpsrld(D, D, 16);
    Rows.halfToFloat(a, D, D);
  }

  /** High bits of the numbers in zmm(i). */
  private static Vec high(int i) {
    return held(3 + i);
  }

  @Override
  void load(Assembler a, Rows rows, int part) {
    int half = part / 4;
    for (int j = 0; j < 4; j++) {
      rows.load32(zmm(j), zmm(4 + j), j, 64 * half + 32 * (part % 2), FREE[j % 2]);
      if (part % 4 == 0) {
        rows.load32(high(j), high(4 + j), j, HIGH + 32 * half, FREE[2]);
      }
    }
  }

  @Override
  Vec numbers(Assembler a, int part, int half, int j, Vec free) {
    Vec number = zmm(4 * half + j);
    Vec high = high(4 * half + j);
    int quarter = part % 4;
    if (quarter >= 2) {
      a.vpsrld(number, number, 4);
    }
    a.vpandd(number, LOW, number);
    if (quarter < 2) {
      a.vpslld(free, high, 4 - 2 * quarter);
    } else {
      a.vpsrld(free, high, 2 * quarter - 4);
    }
    a.vpternlogd(number, HIGH_BITS, free, 0xf8); // number | HIGH_BITS & free
    return number;
  }

  @Override
  void scales(Assembler a, Rows rows, int part) {
    a.vmovdqu32(SCALES[0], D);
    signed(a, SCALES[1], 2 * part);
    signed(a, SCALES[2], 2 * part + 1);
  }

  private static void signed(Assembler a, Vec to, int at) {
    a.vpslld(to, Rows.spilled(at / 4), 24 - 8 * (at % 4));
    a.vpsrad(to, to, 24);
    a.vcvtdq2ps(to, to);
  }
}
