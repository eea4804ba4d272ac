package pollux.tensor.emitted;

import static pollux.tensor.emitted.Rows.held;
import static pollux.tensor.emitted.Vec.zmm;

/**
 * IQ4_XS: an F16 scale d, 16 bits with the high 2 bits of the scale of each part, 4 bytes with the
 * low 4 bits, then 128 bytes: of each part 16 bytes, whose low halves are the first 16 numbers. The
 * 4 bits say which of sixteen values a number is. Value = d * (scale - 32) * values[q].
 */
final class Iq4XsCode extends BlockCode {
  private static final int NUMBERS = 8;

  private static final Vec D = held(0);
  private static final Vec HIGH_SCALES = held(1);
  private static final Vec LOW_SCALES = held(2);
  private static final Vec LOW = held(3);
  private static final Vec TABLE = held(4);
  private static final Vec HIGH_BITS = held(5);
  private static final Vec SCALE_BIAS = held(6);

  private final byte[] values;

  Iq4XsCode(byte[] values) {
    super("IQ4_XS", 136, 8, Kind.BIASED, 7);
    this.values = values.clone();
  }

  @Override
  void begin(Assembler a) {
    Rows.constant(a, LOW, 0x0f0f0f0f, Gp.RCX);
    Rows.constant(a, HIGH_BITS, 0x30, Gp.RCX);
    Rows.constant(a, SCALE_BIAS, 32, Gp.RCX);
    TableCode.table(a, TABLE, values, biasBits);
  }

  @Override
  void block(Assembler a, Rows rows) {
    for (int j = 0; j < 4; j++) {
      rows.load16(FREE[j], j, 0);
    }
    Rows.dword(a, HIGH_SCALES, FREE, 0, SCALES[0]);
    Rows.dword(a, LOW_SCALES, FREE, 1, SCALES[0]);
    Rows.halfToFloat(a, D, HIGH_SCALES);
  }

  @Override
  void load(Assembler a, Rows rows, int part) {
    if (part % 2 == 0) { // 32 bytes hold two parts
      for (int j = 0; j < 4; j++) {
        rows.load32(zmm(j), zmm(4 + j), j, NUMBERS + 16 * part, FREE[j % 2]);
      }
    }
  }

  @Override
  Vec numbers(Assembler a, int part, int half, int j, Vec free) {
    bits(a, free, zmm(4 * (part % 2) + j), 4 * half, LOW);
    a.vpshufb(free, TABLE, free);
    return free;
  }

  @Override
  void scales(Assembler a, Rows rows, int part) {
    Vec scale = SCALES[0];
    Vec high = SCALES[1];
    a.vpslld(scale, LOW_SCALES, 28 - 4 * part);
    a.vpsrld(scale, scale, 28);
    a.vpsrld(high, HIGH_SCALES, 12 + 2 * part); // from bit 16 + 2 * part to bit 4
    a.vpternlogd(scale, HIGH_BITS, high, 0xf8); // scale | HIGH_BITS & high
    a.vpsubd(scale, scale, SCALE_BIAS);
    a.vcvtdq2ps(scale, scale);
    a.vmulps(scale, scale, D);
  }
}
