package pollux.tensor.emitted;

import static pollux.tensor.emitted.Rows.held;
import static pollux.tensor.emitted.Rows.spilled;
import static pollux.tensor.emitted.Vec.zmm;
import static pollux.tensor.emitted.Vec.zmms;

/**
 * Q3_K: 32 bytes of third bits (bit p of byte i belongs to number i of part p), 64 bytes of low 2
 * bits (parts 0 to 3 in the first 32, 4 to 7 in the last, the first lowest), 12 bytes with 16
 * scales of 6 bits, an F16 scale d. Value = d * (scale - 32) * (q - 4).
 *
 * <p>Scales 0 to 3 and 8 to 11 have their low 4 bits in the low and high halves of the first dword
 * of the 12 bytes, 4 to 7 and 12 to 15 in those of the second; the third has the high 2 bits of
 * scales 4i to 4i + 3 from bit 2i of its bytes on.
 */
final class Q3KCode extends BlockCode {
  private static final int NUMBERS = 32;
  private static final int SCALE_BYTES = 96;

  private static final Vec D = held(0);
  private static final Vec LOW = held(1);
  private static final Vec THIRD = held(2);

  Q3KCode() {
    super("Q3_K", 110, 8, Kind.HALVES, 2);
  }

  /** Third bits of the numbers in zmm(i). */
  private static Vec third(int i) {
    return held(3 + i);
  }

  @Override
  void begin(Assembler a) {
    Rows.constant(a, LOW, 0x03030303, Gp.RCX);
    Rows.constant(a, THIRD, 0x04040404, Gp.RCX);
  }

  @Override
  void block(Assembler a, Rows rows) {
    Vec[] tail = zmms(0, 4);
    for (int j = 0; j < 4; j++) {
      rows.load16(tail[j], j, SCALE_BYTES - 2); // ends with the block: what follows may not be ours
      a.vpalignr(tail[j], tail[j], tail[j], 2);
    }
    Rows.transpose(a, tail, FREE);
    Rows.halfToFloat(a, D, tail[3]);
    Vec four = SCALES[0]; // 4 bits of each byte
    Vec flip = SCALES[1]; // bit 5: makes scale - 32 of 6 bits, signed
    a.vpslld(four, LOW, 2);
    a.vpord(four, four, LOW);
    a.vpslld(flip, THIRD, 3);
    Vec scale = zmm(4);
    Vec high = zmm(5);
    for (int i = 0; i < 4; i++) {
      a.vpsrld(scale, tail[i % 2], i / 2 * 4);
      a.vpandd(scale, four, scale);
      a.vpsrld(high, tail[2], 2 * i);
      a.vpandd(high, LOW, high);
      a.vpslld(high, high, 4);
      a.vpternlogd(scale, high, flip, 0x56); // (scale | high) ^ flip
      a.vmovdqu32(spilled(i), scale);
    }
    for (int j = 0; j < 4; j++) {
      rows.load32(third(j), third(4 + j), j, 0, FREE[j % 2]);
    }
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
    bits(a, free, zmm(4 * half + j), 2 * (part % 4), LOW);
    Vec bit = SCALES[0];
    if (part < 2) {
      a.vpslld(bit, third(4 * half + j), 2 - part);
    } else {
      a.vpsrld(bit, third(4 * half + j), part - 2);
    }
    a.vpternlogd(free, THIRD, bit, 0xf8); // free | THIRD & bit
    return free;
  }

  @Override
  void scales(Assembler a, Rows rows, int part) {
    a.vmovdqu32(SCALES[0], D);
    signed(a, SCALES[1], 2 * part);
    signed(a, SCALES[2], 2 * part + 1);
  }

  private static void signed(Assembler a, Vec to, int at) {
    a.vpslld(to, spilled(at / 4), 26 - 8 * (at % 4));
    a.vpsrad(to, to, 26);
    a.vcvtdq2ps(to, to);
  }
}
