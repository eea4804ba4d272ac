package pollux.tensor.emitted;

import static pollux.tensor.emitted.Rows.held;
import static pollux.tensor.emitted.Vec.zmm;

/**
 * Q4_K: two F16 (scale d and scale of the least values m), eight scales and eight least values of 6
 * bits in 12 bytes, then 128 bytes: four runs of 32, whose low halves are one part and whose high
 * halves the next. Value = d * scale * q - m * least.
 *
 * <p>Byte p of the first two dwords of the 12 holds scale and least value p (p below 4) in its low
 * 6 bits; of scale and least value 4 + p the low 4 bits are the halves of byte p of the third, and
 * the high 2 bits those of byte p of the first two.
 */
class Q4KCode extends BlockCode {
  private static final Vec D = held(0);
  private static final Vec M = held(1);
  private static final Vec[] SCALE_BYTES = {held(2), held(3)};
  private static final Vec[] LEAST_BYTES = {held(4), held(5)};
  private static final Vec LOW = held(6);
  private static final Vec SIX_BITS = held(7);
  private static final Vec HIGH_BITS = held(8);
  private static final Vec BYTE = held(9);

  /** Where the 128 bytes begin. */
  private final int numbers;

  Q4KCode() {
    this("Q4_K", 144);
  }

  Q4KCode(String name, int blockBytes) {
    super(name, blockBytes, 8, Kind.WITH_LEAST, -1);
    numbers = blockBytes - 128;
  }

  @Override
  void begin(Assembler a) {
    Rows.constant(a, LOW, 0x0f0f0f0f, Gp.RCX);
    Rows.constant(a, SIX_BITS, 0x3f3f3f3f, Gp.RCX);
    Rows.constant(a, HIGH_BITS, 0x30303030, Gp.RCX);
    Rows.constant(a, BYTE, 0xff, Gp.RCX);
  }

  @Override
  void block(Assembler a, Rows rows) {
    Vec[] head = {zmm(0), zmm(1), zmm(2), zmm(3)};
    rows.load16Transposed(head, 0, new Vec[] {zmm(4), zmm(5), zmm(6), zmm(7)});
    Rows.halfToFloat(a, D, head[0]);
    a.vpsrld(head[0], head[0], 16);
    Rows.halfToFloat(a, M, head[0]);
    Vec free = zmm(4);
    a.vpandd(SCALE_BYTES[0], SIX_BITS, head[1]);
    a.vpandd(LEAST_BYTES[0], SIX_BITS, head[2]);
    highScales(a, SCALE_BYTES[1], head[3], 0, head[1], free);
    highScales(a, LEAST_BYTES[1], head[3], 4, head[2], free);
  }

  /** {@code to = low >> shift & 15 | high >> 2 & 48}, byte by byte. */
  private static void highScales(Assembler a, Vec to, Vec low, int shift, Vec high, Vec free) {
    a.vpsrld(free, low, shift);
    a.vpandd(free, LOW, free);
    a.vpsrld(to, high, 2);
    a.vpandd(to, HIGH_BITS, to);
    a.vpord(to, to, free);
  }

  @Override
  void load(Assembler a, Rows rows, int part) {
    if (part % 2 == 0) { // both halves of a byte belong to parts that follow each other
      for (int j = 0; j < 4; j++) {
        rows.load32(zmm(j), zmm(4 + j), j, numbers + 16 * part, FREE[j % 2]);
      }
    }
  }

  @Override
  Vec numbers(Assembler a, int part, int half, int j, Vec free) {
    return bits(a, free, zmm(4 * half + j), 4 * (part % 2), LOW);
  }

  @Override
  void scales(Assembler a, Rows rows, int part) {
    product(a, SCALES[0], SCALE_BYTES[part / 4], part % 4, D);
    product(a, SCALES[1], LEAST_BYTES[part / 4], part % 4, M);
  }

  /** {@code to} = byte {@code at} of each int, times {@code factor}. */
  private static void product(Assembler a, Vec to, Vec bytes, int at, Vec factor) {
    a.vpsrld(to, bytes, 8 * at);
    a.vpandd(to, BYTE, to);
    a.vcvtdq2ps(to, to);
    a.vmulps(to, to, factor);
  }
}
