package pollux.model.tokenizer;

import java.util.Arrays;

/** How the texts of a vocabulary's tokens spell the bytes that they stand for. */
public enum Spelling {
  /** A printable character for each byte: {@link ByteLevel}. */
  BYTE_LEVEL,

  /** As SentencePiece: U+2581 for a space, {@code <0xE2>} for a byte. */
  METASPACE,

  /** Words begin with U+2581, and go on without; a space before {@code .,!?} is not decoded. */
  WORD_STARTS,

  /** Words go on with {@code ##}; spaces as in {@link #WORD_STARTS}. */
  CONTINUATIONS;

  private static final byte[] LOW_BLOCK = {(byte) 0xE2, (byte) 0x96, (byte) 0x81};

  /** U+2581 as UTF-8: what SentencePiece writes for a space. */
  static byte[] lowBlock() {
    return LOW_BLOCK.clone();
  }

  /** Whether U+2581 is at {@code at}. */
  static boolean isLowBlock(byte[] text, int at, int end) {
    return at + 3 <= end
        && text[at] == LOW_BLOCK[0]
        && text[at + 1] == LOW_BLOCK[1]
        && text[at + 2] == LOW_BLOCK[2];
  }

  /** The bytes that an ordinary token stands for. */
  byte[] decode(byte[] text, int from, int to) {
    switch (this) {
      case BYTE_LEVEL -> {
        byte[] bytes = new byte[to - from];
        int n = ByteLevel.decode(text, from, to, bytes, 0);
        return n < 0 ? Arrays.copyOfRange(text, from, to) : Arrays.copyOf(bytes, n);
      }
      case CONTINUATIONS -> {
        if (to - from > 2 && text[from] == '#' && text[from + 1] == '#') {
          return Arrays.copyOfRange(text, from + 2, to);
        }
        byte[] spaced = new byte[to - from + 1];
        spaced[0] = ' ';
        System.arraycopy(text, from, spaced, 1, to - from);
        return cleaned(spaced);
      }
      default -> {
        byte[] bytes = new byte[to - from];
        int n = 0;
        for (int at = from; at < to; ) {
          boolean space = isLowBlock(text, at, to);
          bytes[n++] = space ? (byte) ' ' : text[at];
          at += space ? 3 : 1;
        }
        byte[] decoded = Arrays.copyOf(bytes, n);
        return this == WORD_STARTS ? cleaned(decoded) : decoded;
      }
    }
  }

  private static byte[] cleaned(byte[] spaced) {
    boolean sign = spaced.length == 2 && spaced[0] == ' ' && ".,!?".indexOf(spaced[1]) >= 0;
    return sign ? new byte[] {spaced[1]} : spaced;
  }
}
