package pollux.model.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the classes and escapes of a regular expression. */
final class PatternClass {
  private static final Map<String, Integer> CATEGORIES =
      Map.ofEntries(
          Map.entry("L", CharacterClass.LETTER),
          Map.entry("LU", CharacterClass.bits(Character.UPPERCASE_LETTER)),
          Map.entry("LL", CharacterClass.bits(Character.LOWERCASE_LETTER)),
          Map.entry("LT", CharacterClass.bits(Character.TITLECASE_LETTER)),
          Map.entry("LM", CharacterClass.bits(Character.MODIFIER_LETTER)),
          Map.entry("LO", CharacterClass.bits(Character.OTHER_LETTER)),
          Map.entry("M", CharacterClass.MARK),
          Map.entry("MN", CharacterClass.bits(Character.NON_SPACING_MARK)),
          Map.entry("MC", CharacterClass.bits(Character.COMBINING_SPACING_MARK)),
          Map.entry("ME", CharacterClass.bits(Character.ENCLOSING_MARK)),
          Map.entry("N", CharacterClass.NUMBER),
          Map.entry("ND", CharacterClass.bits(Character.DECIMAL_DIGIT_NUMBER)),
          Map.entry("NL", CharacterClass.bits(Character.LETTER_NUMBER)),
          Map.entry("NO", CharacterClass.bits(Character.OTHER_NUMBER)),
          Map.entry("P", CharacterClass.PUNCTUATION),
          Map.entry("PC", CharacterClass.bits(Character.CONNECTOR_PUNCTUATION)),
          Map.entry("PD", CharacterClass.bits(Character.DASH_PUNCTUATION)),
          Map.entry("PS", CharacterClass.bits(Character.START_PUNCTUATION)),
          Map.entry("PE", CharacterClass.bits(Character.END_PUNCTUATION)),
          Map.entry("PI", CharacterClass.bits(Character.INITIAL_QUOTE_PUNCTUATION)),
          Map.entry("PF", CharacterClass.bits(Character.FINAL_QUOTE_PUNCTUATION)),
          Map.entry("PO", CharacterClass.bits(Character.OTHER_PUNCTUATION)),
          Map.entry("S", CharacterClass.SYMBOL),
          Map.entry("SM", CharacterClass.bits(Character.MATH_SYMBOL)),
          Map.entry("SC", CharacterClass.bits(Character.CURRENCY_SYMBOL)),
          Map.entry("SK", CharacterClass.bits(Character.MODIFIER_SYMBOL)),
          Map.entry("SO", CharacterClass.bits(Character.OTHER_SYMBOL)),
          Map.entry("Z", CharacterClass.SEPARATOR),
          Map.entry("ZS", CharacterClass.bits(Character.SPACE_SEPARATOR)),
          Map.entry("ZL", CharacterClass.bits(Character.LINE_SEPARATOR)),
          Map.entry("ZP", CharacterClass.bits(Character.PARAGRAPH_SEPARATOR)),
          Map.entry("C", CharacterClass.OTHER),
          Map.entry("CC", CharacterClass.bits(Character.CONTROL)),
          Map.entry("CF", CharacterClass.bits(Character.FORMAT)),
          Map.entry("CO", CharacterClass.bits(Character.PRIVATE_USE)),
          Map.entry("CN", CharacterClass.bits(Character.UNASSIGNED)));

  private static final int DIGITS = CharacterClass.bits(Character.DECIMAL_DIGIT_NUMBER);

  private static final int WORD =
      CharacterClass.LETTER
          | CharacterClass.MARK
          | DIGITS
          | CharacterClass.bits(Character.CONNECTOR_PUNCTUATION);

  /** Code points of {@code \w}. */
  static final CharacterSet WORDS = CharacterSet.categories(WORD);

  private final PatternParser in;

  PatternClass(PatternParser in) {
    this.in = in;
  }

  /** A class whose '[' has been read. */
  CharacterSet read() {
    in.enter();
    boolean negated = in.accept('^');
    CharacterSet all = null;
    do {
      CharacterSet part = union(all == null);
      all = all == null ? part : all.and(part);
    } while (in.accept('&'));
    in.expect(']');
    in.leave();
    return negated ? all.not() : all;
  }

  /** Up to "&&", the second of which is left, or "]". */
  private CharacterSet union(boolean first) {
    List<CharacterSet> sets = new ArrayList<>();
    List<Integer> bounds = new ArrayList<>();
    boolean literal = first && in.accept(']'); // a ']' at the very start stands for itself
    if (literal) {
      bounds.add((int) ']');
      bounds.add((int) ']');
    }
    while (in.peek() != ']') {
      if (in.follows('&', '&')) {
        in.next();
        break;
      }
      if (in.follows('[', ':')) {
        sets.add(posix());
        continue;
      }
      int c = in.next();
      if (c == '[') {
        sets.add(read());
        continue;
      }
      if (c == '\\' && !isSingle()) {
        sets.add(escape());
        continue;
      }
      int low = c == '\\' ? single() : c;
      int high = low;
      if (in.peek() == '-' && !in.follows('-', ']')) {
        in.next();
        int end = in.next();
        if (end == '\\' && !isSingle()) {
          throw in.bad("a range that ends in a class");
        }
        high = end == '\\' ? single() : end;
        if (high < low) {
          throw in.bad("a range that runs backwards");
        }
      }
      bounds.add(low);
      bounds.add(high);
    }
    if (!bounds.isEmpty() || sets.isEmpty()) {
      sets.add(CharacterSet.ranges(bounds.stream().mapToInt(Integer::intValue).toArray()));
    }
    return CharacterSet.union(sets);
  }

  private CharacterSet posix() {
    in.next();
    in.next();
    boolean negated = in.accept('^');
    StringBuilder name = new StringBuilder();
    while (in.peek() != ':') {
      name.appendCodePoint(in.next());
    }
    in.next();
    in.expect(']');
    CharacterSet set = named(name.toString());
    if (set == null) {
      throw in.bad("the unknown class [:" + name + ":]");
    }
    return negated ? set.not() : set;
  }

  /** Whether the escape whose '\' has been read is one code point. */
  private boolean isSingle() {
    return "sSdDwWpPhHR".indexOf(in.peek()) < 0;
  }

  /** The set of an escape whose '\' has been read. */
  CharacterSet escape() {
    if (isSingle()) {
      return CharacterSet.of(single());
    }
    int c = in.next();
    return switch (c) {
      case 's' -> CharacterSet.whiteSpace();
      case 'S' -> CharacterSet.whiteSpace().not();
      case 'd' -> CharacterSet.categories(DIGITS);
      case 'D' -> CharacterSet.categories(DIGITS).not();
      case 'w' -> WORDS;
      case 'W' -> WORDS.not();
      case 'p' -> property(false);
      case 'P' -> property(true);
      default ->
          throw in.bad("the escape '\\" + Character.toString(c) + "', which is not supported");
    };
  }

  private int single() {
    int c = in.next();
    return switch (c) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'f' -> '\f';
      case 'v' -> 0x0B;
      case 'a' -> 0x07;
      case 'e' -> 0x1B;
      case '0' -> 0;
      case 'x' -> in.accept('{') ? hex(8, true) : hex(2, false);
      case 'u' -> in.accept('{') ? hex(8, true) : hex(4, false);
      default -> {
        if (c < 128 && Character.isLetterOrDigit(c)) {
          throw in.bad("the escape '\\" + Character.toString(c) + "', which is not supported");
        }
        yield c;
      }
    };
  }

  private int hex(int most, boolean braced) {
    int value = 0;
    int digits = 0;
    while (digits < most && !in.atEnd() && Character.digit(in.peek(), 16) >= 0) {
      value = value << 4 | Character.digit(in.next(), 16);
      digits++;
    }
    if (braced) {
      in.expect('}');
    }
    if (digits == 0 || value < 0 || value > Character.MAX_CODE_POINT) {
      throw in.bad("an escape that is no code point");
    }
    return value;
  }

  private CharacterSet property(boolean negated) {
    StringBuilder name = new StringBuilder();
    boolean not = negated;
    if (in.accept('{')) {
      not ^= in.accept('^');
      while (in.peek() != '}') {
        name.appendCodePoint(in.next());
      }
      in.next();
    } else {
      name.appendCodePoint(in.next());
    }
    CharacterSet set = named(name.toString());
    if (set == null) {
      throw in.bad("the unknown property '" + name + "'");
    }
    return not ? set.not() : set;
  }

  private static @Nullable CharacterSet named(String name) {
    String key = name.toUpperCase(Locale.ROOT);
    Integer mask = CATEGORIES.get(key);
    if (mask != null) {
      return CharacterSet.categories(mask);
    }
    return switch (key) {
      case "ALPHA", "ALPHABETIC" -> CharacterSet.categories(CharacterClass.LETTER);
      case "DIGIT" -> CharacterSet.categories(DIGITS);
      case "ALNUM" -> CharacterSet.categories(CharacterClass.LETTER | DIGITS);
      case "SPACE", "WHITE_SPACE" -> CharacterSet.whiteSpace();
      case "PUNCT", "PUNCTUATION" -> CharacterSet.categories(CharacterClass.PUNCTUATION);
      case "UPPER" -> CharacterSet.categories(CharacterClass.bits(Character.UPPERCASE_LETTER));
      case "LOWER" -> CharacterSet.categories(CharacterClass.bits(Character.LOWERCASE_LETTER));
      case "WORD" -> WORDS;
      case "ANY" -> CharacterSet.all();
      default -> {
        try {
          yield CharacterSet.script(Character.UnicodeScript.forName(name));
        } catch (IllegalArgumentException e) {
          yield null;
        }
      }
    };
  }
}
