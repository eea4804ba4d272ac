package pollux.tensor.emitted;

import static pollux.tensor.emitted.Rows.held;

/**
 * IQ4_NL and MXFP4: as Q4_0, but the 4 bits say which of sixteen values a number is. The scale of
 * MXFP4 is a byte e, for 2^(e - 128): its table holds twice the values.
 */
final class TableCode extends NibbleCode {
  private static final Vec TABLE = held(2);
  private static final Vec ONE = held(3);

  private final byte[] values;
  private final boolean power;

  private TableCode(String name, int head, int blocks, int biasBits, byte[] values, boolean power) {
    super(name, head, blocks, Kind.BIASED, biasBits);
    this.values = values.clone();
    this.power = power;
  }

  static BlockCode iq4Nl(int blocks, byte[] values) {
    return new TableCode("IQ4_NL", 2, blocks, 7, values, false);
  }

  static BlockCode mxFp4(int blocks, byte[] twice) {
    return new TableCode("MXFP4", 1, blocks, 4, twice, true);
  }

  @Override
  void begin(Assembler a) {
    super.begin(a);
    table(a, TABLE, values, biasBits);
    if (power) {
      Rows.constant(a, ONE, 1, Gp.RCX);
    }
  }

  /** Sixteen signed bytes and the bias, which makes them unsigned, in each quarter. */
  static void table(Assembler a, Vec to, byte[] values, int biasBits) {
    long[] bytes = new long[2];
    for (int i = 0; i < 16; i++) {
      bytes[i / 8] |= (long) (values[i] + (1 << biasBits)) << 8 * (i % 8);
    }
    Rows.constant16(a, to, bytes[0], bytes[1], Gp.RCX);
  }

  @Override
  void scale(Assembler a, Vec to, Vec word, int at) {
    if (!power) {
      super.scale(a, to, word, at);
      return;
    }
    // (e - 1) << 23, the bits of a normal float, or (e + 1) << 21, those below: the larger is it.
    Vec below = SCALES[2];
    a.vpslld(to, word, 24 - 8 * at);
    a.vpsrld(to, to, 24);
    a.vpaddd(below, to, ONE);
    a.vpslld(below, below, 21);
    a.vpsubd(to, to, ONE);
    a.vpslld(to, to, 23);
    a.vpmaxsd(to, to, below);
  }

  @Override
  Vec numbers(Assembler a, int part, int half, int j, Vec free) {
    Vec which = super.numbers(a, part, half, j, free);
    a.vpshufb(which, TABLE, which);
    return which;
  }
}
