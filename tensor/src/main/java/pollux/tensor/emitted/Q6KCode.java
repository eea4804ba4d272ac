package pollux.tensor.emitted;

import static pollux.tensor.emitted.Rows.held;
import static pollux.tensor.emitted.Vec.zmm;

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
  private static final Vec[] SIXTEEN = {held(1), held(2), held(3), held(4)};
  private static final Vec LOW = held(5);
  private static final Vec HIGH_BITS = held(6);

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
    rows.load16Transposed(SIXTEEN, SCALE_BYTES, FREE);
    rows.load4(D, SCALE - 2, FREE[0]); // ends with the block: what follows may not be ours
    a.vpsrld(D, D, 16);
    Rows.halfToFloat(a, D, D);
  }

  @Override
  void load(Assembler a, Rows rows, int part) {
    int half = part / 4;
    Vec high = held(7);
    Vec last = held(8);
    for (int j = 0; j < 4; j++) {
      rows.load32(zmm(j), zmm(4 + j), j, 64 * half + 32 * (part % 2), FREE[0]);
      rows.load32(high, last, j, HIGH + 32 * half, FREE[1]);
      combine(a, zmm(j), high, part % 4);
      combine(a, zmm(4 + j), last, part % 4);
    }
  }

  private static void combine(Assembler a, Vec low, Vec high, int quarter) {
    if (quarter >= 2) {
      a.vpsrld(low, low, 4);
    }
    a.vpandd(low, LOW, low);
    if (quarter < 2) {
      a.vpslld(high, high, 4 - 2 * quarter);
    } else if (quarter == 3) {
      a.vpsrld(high, high, 2);
    }
    a.vpternlogd(low, HIGH_BITS, high, 0xf8); // low | HIGH_BITS & high
  }

  @Override
  Vec numbers(Assembler a, int part, int half, int j, Vec free) {
    return zmm(4 * half + j);
  }

  @Override
  void scales(Assembler a, Rows rows, int part) {
    a.vmovdqu32(SCALES[0], D);
    signed(a, SCALES[1], 2 * part);
    signed(a, SCALES[2], 2 * part + 1);
  }

  private static void signed(Assembler a, Vec to, int at) {
    a.vpslld(to, SIXTEEN[at / 4], 24 - 8 * (at % 4));
    a.vpsrad(to, to, 24);
    a.vcvtdq2ps(to, to);
  }
}
