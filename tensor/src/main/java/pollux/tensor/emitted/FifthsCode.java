package pollux.tensor.emitted;

import static pollux.tensor.emitted.Rows.held;
import static pollux.tensor.emitted.Rows.spilled;

/**
 * Q5_0 and Q5_1: as Q4_0 and Q4_1, and bit i of the 32 at the end of the head is the fifth bit of
 * number i. In Q5_0 16 is zero.
 *
 * <p>The words of all rows are kept in one vector. For 16 numbers of a row, the two bytes that hold
 * their fifth bits are spread over 8 bytes each; what is left of them by a bit for each byte is a
 * mask under which 16 is added.
 */
final class FifthsCode extends NibbleCode {
  private static final int MASK = 7;

  private static final Vec BITS = held(2);
  private static final Vec FIFTH = held(3);

  /** Where the words of the first and of the last 16 numbers are. */
  private static final Vec[] WORDS = {SCALES[0], SCALES[1]};

  /** Where the words of the rows begin in a head. */
  private final int words;

  private FifthsCode(String name, int head, int blocks, Kind kind, int biasBits) {
    super(name, head, blocks, kind, biasBits);
    words = head - 4;
  }

  static BlockCode q5Zero(int blocks) {
    return new FifthsCode("Q5_0", 6, blocks, Kind.BIASED, 4);
  }

  static BlockCode q5One(int blocks) {
    return new FifthsCode("Q5_1", 8, blocks, Kind.WITH_LEAST, -1);
  }

  /** Spreads the low bytes of the words of rows 4i + j. */
  private static Vec spread(int j) {
    return held(4 + j);
  }

  @Override
  void begin(Assembler a) {
    super.begin(a);
    Rows.constant16(a, BITS, 0x8040201008040201L, 0x8040201008040201L, Gp.RCX);
    Rows.constant(a, FIFTH, 0x10101010, Gp.RCX);
    for (int j = 0; j < 4; j++) {
      long ones = 0x0101010101010101L;
      Rows.constant16(a, spread(j), ones * (4 * j), ones * (4 * j + 1), Gp.RCX);
    }
  }

  @Override
  void head(Assembler a, int part, Vec[] quarters, int at) {
    super.head(a, part, quarters, at);
    int from = at + words;
    Vec word = SCALES[0];
    Rows.dword(a, word, quarters, from / 4, SCALES[1]);
    if (from % 4 != 0) {
      Vec next = SCALES[2];
      Rows.dword(a, next, quarters, from / 4 + 1, SCALES[1]);
      a.vpsrld(word, word, 8 * (from % 4));
      a.vpslld(next, next, 32 - 8 * (from % 4));
      a.vpord(word, word, next);
    }
    a.vmovdqu32(spilled(4 + part), word);
  }

  @Override
  void load(Assembler a, Rows rows, int part) {
    a.vmovdqu32(WORDS[0], spilled(4 + part));
    a.vpsrld(WORDS[1], WORDS[0], 16);
  }

  @Override
  Vec numbers(Assembler a, int part, int half, int j, Vec free) {
    Vec numbers = super.numbers(a, part, half, j, free);
    Vec spread = SCALES[2];
    a.vpshufb(spread, WORDS[half], spread(j));
    a.vptestmb(MASK, spread, BITS);
    a.merging(MASK);
    a.vpaddb(numbers, numbers, FIFTH);
    return numbers;
  }
}
