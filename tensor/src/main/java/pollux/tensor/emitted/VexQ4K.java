package pollux.tensor.emitted;

/** Q4_K, whose block {@link Q4KCode} draws: value = d * scale * q - m * least. */
final class VexQ4K extends VexBlocks {
  private static final int NUMBERS_AT = 16;

  private static final Mem SHIFTS = frame(0);
  private static final Mem LOW_BITS = frame(1);
  private static final Mem HIGH_BITS = frame(2);

  VexQ4K(boolean vnni) {
    super(144, 8, false, true, vnni);
  }

  /** Eight scales d * scale of a row's block, and eight least values m * least behind them. */
  private static Mem scales(int row) {
    return frame(4 + 2 * row);
  }

  @Override
  void begin(VexAssembler a) {
    super.begin(a);
    a.dwords(SHIFTS, Gp.RCX, 0, 0, 0, 4);
    a.dwords(LOW_BITS, Gp.RCX, 0x3f3f3f3f, 0x0f0f0f0f, 0x3f3f3f3f, 0x0f0f0f0f);
    a.dwords(HIGH_BITS, Gp.RCX, 0, 0x30303030, 0, 0x30303030);
  }

  /**
   * With the 12 bytes as dwords A, B, C: scales 0 to 3 are A & 63, scales 4 to 7 C & 15 | A >> 2 &
   * 48; least values 0 to 3 are B & 63, 4 to 7 C >> 4 & 15 | B >> 2 & 48, byte by byte.
   */
  @Override
  void block(VexAssembler a, Mem at, int row) {
    Vec bytes = NUMBERS.xmm();
    Vec high = FREE[0].xmm();
    a.vmovdqu(high, at); // d and m, A, B, C
    a.vpshufd(bytes, high, 0b11_10_11_01); // A, C, B, C
    a.vpshufd(high, high, 0b10_10_01_01); // A, A, B, B
    a.vpsrlvd(bytes, bytes, SHIFTS);
    a.vpand(bytes, bytes, LOW_BITS);
    a.vpsrld(high, high, 2);
    a.vpand(high, high, HIGH_BITS);
    a.vpor(bytes, bytes, high);
    for (int i = 0; i < 2; i++) {
      if (i == 1) {
        a.vpshufd(bytes, bytes, 0b11_10_11_10);
      }
      a.vpmovzxbd(FREE[0], bytes);
      a.vcvtdq2ps(FREE[0], FREE[0]);
      half(a, FREE[1], at.plus(2 * i));
      a.vmulps(FREE[0], FREE[0], FREE[1]);
      a.vmovdqu(scales(row).plus(32 * i), FREE[0]);
    }
  }

  @Override
  void numbers(VexAssembler a, Mem at, int part) {
    a.vmovdqu(NUMBERS, at.plus(NUMBERS_AT + 32 * (part / 2)));
    if (part % 2 == 1) {
      a.vpsrlw(NUMBERS, NUMBERS, 4);
    }
    a.vpand(NUMBERS, NUMBERS, LOW);
  }

  @Override
  void scales(VexAssembler a, Mem at, int row, int part) {
    a.vbroadcastss(SCALE, scales(row).plus(4 * part));
    a.vmovss(LEAST, scales(row).plus(32 + 4 * part));
  }
}
