package pollux.tensor.emitted;

import static pollux.tensor.emitted.Rows.held;
import static pollux.tensor.emitted.Rows.spilled;
import static pollux.tensor.emitted.Vec.zmm;
import static pollux.tensor.emitted.Vec.zmms;

/**
 * Blocks of 32 numbers of 4 bits: a head, then 16 bytes whose low halves are the first 16 numbers.
 * The head of Q4_0 is an F16 scale, and 8 is zero; that of Q4_1 has an F16 minimum behind it.
 *
 * <p>Two blocks of a row can count as one: three loads of 16 bytes give the numbers and the heads
 * of both, where one by one they take four.
 *
 * <pre>
 * byte  0     h           16      16+h  16+2h       32    32+2h
 *       head  16 bytes of numbers head  16 bytes of numbers
 *       |------ first ----|------ middle ------|
 *                                       |------ last -----|
 * </pre>
 */
class NibbleCode extends BlockCode {
  private static final Vec LOW = held(0);
  private static final Vec SIGN = held(1);

  private final int head;

  /** {@code head} bytes of a head, and {@code blocks}, 1 or 2, that count as one. */
  NibbleCode(String name, int head, int blocks, Kind kind, int biasBits) {
    super(name, blocks * (head + 16), blocks, kind, biasBits);
    this.head = head;
  }

  static BlockCode q4Zero(int blocks) {
    return new NibbleCode("Q4_0", 2, blocks, Kind.BIASED, 3);
  }

  static BlockCode q4One(int blocks) {
    return new NibbleCode("Q4_1", 4, blocks, Kind.WITH_LEAST, -1);
  }

  @Override
  void begin(Assembler a) {
    Rows.constant(a, LOW, 0x0f0f0f0f, Gp.RCX);
    if (kind == Kind.WITH_LEAST) {
      Rows.constant(a, SIGN, 0x80000000, Gp.RCX);
    }
  }

  @Override
  void block(Assembler a, Rows rows) {
    Vec[] first = zmms(0, 4);
    for (int j = 0; j < 4; j++) {
      if (parts == 1) {
        rows.load16(FREE[j], j, 0);
        rows.load16(first[j], j, head);
      } else {
        rows.load16(first[j], j, 0);
        rows.load16(FREE[j], j, 16);
        rows.load16(zmm(4 + j), j, 16 + 2 * head);
      }
    }
    if (parts == 1) {
      head(a, 0, FREE, 0);
      return;
    }
    head(a, 0, first, 0);
    head(a, 1, FREE, head);
    for (int j = 0; j < 4; j++) {
      a.vpalignr(first[j], FREE[j], first[j], head);
    }
  }

  /** Keeps what part {@code part} needs of its heads: they begin at byte {@code at} of quarters. */
  void head(Assembler a, int part, Vec[] quarters, int at) {
    Vec word = SCALES[0];
    Vec scale = SCALES[1];
    Rows.dword(a, word, quarters, at / 4, scale);
    scale(a, scale, word, at % 4);
    a.vmovdqu32(spilled(part), scale);
    if (kind == Kind.WITH_LEAST) {
      a.vpsrld(word, word, 16);
      Rows.halfToFloat(a, word, word);
      a.vpxord(word, SIGN, word); // the minimum is added, the least value taken away
      a.vmovdqu32(spilled(2 + part), word);
    }
  }

  /** The scale that begins at byte {@code at} of each int, as a float. */
  void scale(Assembler a, Vec to, Vec word, int at) {
    if (at > 0) {
      a.vpsrld(to, word, 8 * at);
      Rows.halfToFloat(a, to, to);
    } else {
      Rows.halfToFloat(a, to, word);
    }
  }

  @Override
  void load(Assembler a, Rows rows, int part) {}

  @Override
  Vec numbers(Assembler a, int part, int half, int j, Vec free) {
    return bits(a, free, zmm(4 * part + j), 4 * half, LOW);
  }

  @Override
  void scales(Assembler a, Rows rows, int part) {
    a.vmovdqu32(SCALES[0], spilled(part));
    if (kind == Kind.WITH_LEAST) {
      a.vmovdqu32(SCALES[1], spilled(2 + part));
    }
  }
}
