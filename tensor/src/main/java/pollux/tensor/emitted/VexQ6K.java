package pollux.tensor.emitted;

/** Q6_K, whose block {@link Q6KCode} draws: value = d * scale * (q - 32), scales of 16 numbers. */
final class VexQ6K extends VexBlocks {
  private static final int HIGH_AT = 128;
  private static final int SCALES_AT = 192;
  private static final int D_AT = 208;

  private static final Mem HIGH_BITS = frame(0);
  private static final Mem ZERO_NUMBER = frame(1);

  VexQ6K(boolean vnni) {
    super(210, 8, true, false, vnni);
  }

  /** Sixteen scales d * scale of a row's block. */
  private static Mem scales(int row) {
    return frame(4 + 2 * row);
  }

  @Override
  void begin(VexAssembler a) {
    super.begin(a);
    a.constant(FREE[0], 0x30303030, Gp.RCX);
    a.vmovdqu(HIGH_BITS, FREE[0]);
    a.constant(FREE[0], 0x20202020, Gp.RCX);
    a.vmovdqu(ZERO_NUMBER, FREE[0]);
  }

  @Override
  void block(VexAssembler a, Mem at, int row) {
    half(a, FREE[1], at.plus(D_AT));
    for (int i = 0; i < 2; i++) {
      a.vpmovsxbd(FREE[0], at.plus(SCALES_AT + 8 * i));
      a.vcvtdq2ps(FREE[0], FREE[0]);
      a.vmulps(FREE[0], FREE[0], FREE[1]);
      a.vmovdqu(scales(row).plus(32 * i), FREE[0]);
    }
  }

  @Override
  void numbers(VexAssembler a, Mem at, int part) {
    int half = part / 4;
    int quarter = part % 4;
    Vec high = FREE[0];
    a.vmovdqu(NUMBERS, at.plus(64 * half + 32 * (part % 2)));
    if (quarter >= 2) {
      a.vpsrlw(NUMBERS, NUMBERS, 4);
    }
    a.vpand(NUMBERS, NUMBERS, LOW);
    a.vmovdqu(high, at.plus(HIGH_AT + 32 * half));
    if (quarter < 2) {
      a.vpsllw(high, high, 4 - 2 * quarter);
    } else if (quarter == 3) {
      a.vpsrlw(high, high, 2);
    }
    a.vpand(high, high, HIGH_BITS);
    a.vpor(NUMBERS, NUMBERS, high);
    a.vpsubb(NUMBERS, NUMBERS, ZERO_NUMBER);
  }

  @Override
  void scales(VexAssembler a, Mem at, int row, int part) {
    a.vbroadcastss(SCALE, scales(row).plus(8 * part));
    a.vbroadcastss(FREE[0], scales(row).plus(8 * part + 4));
    a.vpblendd(SCALE, SCALE, FREE[0], 0xf0);
  }
}
