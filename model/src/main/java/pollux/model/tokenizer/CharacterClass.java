package pollux.model.tokenizer;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The general category of each code point, and whether it is white space, in one byte: in tables of
 * 256 code points that are made when a text first needs them. Unicode as of {@link Character}.
 */
final class CharacterClass {
  /** Set for white space; the bits below hold {@link Character#getType}. */
  static final int WHITE_SPACE = 0x20;

  static final int LETTER =
      bits(
          Character.UPPERCASE_LETTER,
          Character.LOWERCASE_LETTER,
          Character.TITLECASE_LETTER,
          Character.MODIFIER_LETTER,
          Character.OTHER_LETTER);
  static final int MARK =
      bits(Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK);
  static final int NUMBER =
      bits(Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER);
  static final int PUNCTUATION =
      bits(
          Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION);
  static final int SYMBOL =
      bits(
          Character.MATH_SYMBOL,
          Character.CURRENCY_SYMBOL,
          Character.MODIFIER_SYMBOL,
          Character.OTHER_SYMBOL);
  static final int SEPARATOR =
      bits(Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR);
  static final int OTHER =
      bits(
          Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED);

  private static final AtomicReferenceArray<byte @Nullable []> PAGES =
      new AtomicReferenceArray<>((Character.MAX_CODE_POINT + 1) >> 8);

  private CharacterClass() {}

  /** The mask of some general categories: bit n for category n of {@link Character}. */
  static int bits(int... categories) {
    int mask = 0;
    for (int category : categories) {
      mask |= 1 << category;
    }
    return mask;
  }

  /** The category, with {@link #WHITE_SPACE} where it is. */
  static int of(int point) {
    byte[] page = PAGES.getAcquire(point >> 8);
    return (page == null ? make(point >> 8) : page)[point & 0xFF];
  }

  /** Whether the category of {@code point} is in {@code mask}. */
  static boolean in(int mask, int point) {
    return (mask >>> (of(point) & 0x1F) & 1) != 0;
  }

  static boolean isWhiteSpace(int point) {
    return (of(point) & WHITE_SPACE) != 0;
  }

  private static byte[] make(int number) {
    byte[] page = new byte[256];
    for (int i = 0; i < page.length; i++) {
      int point = number << 8 | i;
      page[i] = (byte) (Character.getType(point) | (whiteSpace(point) ? WHITE_SPACE : 0));
    }
    PAGES.setRelease(number, page);
    return page;
  }

  /** The property White_Space, which no method of {@link Character} tests. */
  private static boolean whiteSpace(int point) {
    return point >= 0x09 && point <= 0x0D
        || point == 0x85
        || (1 << Character.getType(point) & SEPARATOR) != 0;
  }
}
