package pollux.model.tokenizer;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer.Form;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** Rewrites a text before it is cut into words. Immutable. */
interface Normalizer {
  /**
   * @param text UTF-8, which is not changed
   * @param first whether the text is the first part of what is encoded
   */
  byte[] apply(byte[] text, boolean first);

  /** When a space is put before a text. */
  enum Prefix {
    NEVER,
    /** Before what is encoded. */
    FIRST,
    /** Also behind each special token. */
    ALWAYS
  }

  static Normalizer sequence(List<Normalizer> steps) {
    return (text, first) -> {
      byte[] result = text;
      for (Normalizer step : steps) {
        result = step.apply(result, first);
      }
      return result;
    };
  }

  static Normalizer ofStrings(UnaryOperator<String> change) {
    return (text, first) ->
        change.apply(new String(text, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
  }

  static Normalizer unicode(Form form) {
    Normalizer full = ofStrings(s -> java.text.Normalizer.normalize(s, form));
    return (text, first) -> isAscii(text) ? text : full.apply(text, first);
  }

  /**
   * Puts {@code mark} before a text.
   *
   * @param unless leave a text as it is that begins with the mark
   */
  static Normalizer prefix(byte[] mark, Prefix when, boolean unless) {
    return (text, first) -> {
      boolean there =
          unless
              && text.length >= mark.length
              && Arrays.equals(text, 0, mark.length, mark, 0, mark.length);
      if (text.length == 0 || there || when == Prefix.NEVER || when == Prefix.FIRST && !first) {
        return text;
      }
      byte[] longer = new byte[mark.length + text.length];
      System.arraycopy(mark, 0, longer, 0, mark.length);
      System.arraycopy(text, 0, longer, mark.length, text.length);
      return longer;
    };
  }

  /** Writes U+2581 for each space. */
  static Normalizer escapeSpaces() {
    byte[] mark = Spelling.lowBlock();
    return (text, first) -> {
      int spaces = 0;
      for (byte b : text) {
        spaces += b == ' ' ? 1 : 0;
      }
      byte[] out = new byte[text.length + 2 * spaces];
      int n = 0;
      for (byte b : text) {
        if (b == ' ') {
          out[n++] = mark[0];
          out[n++] = mark[1];
          out[n++] = mark[2];
        } else {
          out[n++] = b;
        }
      }
      return out;
    };
  }

  /**
   * The spaces of a SentencePiece model, written as U+2581 (llama.cpp's {@code
   * llm_tokenizer_ugm_session::normalize}).
   *
   * @param prefix put one before the text
   * @param merge one for many, and none behind the text
   */
  static Normalizer spaces(boolean prefix, boolean merge) {
    byte[] mark = Spelling.lowBlock();
    return (text, first) -> {
      byte[] out = new byte[text.length * 4 + mark.length]; // a mark and a byte for each, at most
      int n = 0;
      boolean prefixed = !prefix;
      boolean inWord = false;
      for (byte b : text) {
        boolean space = b == ' ';
        if (space ? !merge : !inWord && (merge || !prefixed)) {
          System.arraycopy(mark, 0, out, n, mark.length);
          n += mark.length;
          prefixed |= !space;
        }
        if (!space) {
          out[n++] = b;
        }
        inWord = !space;
      }
      return Arrays.copyOf(out, n);
    };
  }

  /** Without the space before and behind, of which there is one at most. */
  static byte[] trim(byte[] text) {
    int from = text.length > 0 && text[0] == ' ' ? 1 : 0;
    int to = text.length > from && text[text.length - 1] == ' ' ? text.length - 1 : text.length;
    return Arrays.copyOfRange(text, from, to);
  }

  /** Lower case, character by character. */
  static Normalizer lowerCase() {
    return ofStrings(s -> {
      StringBuilder out = new StringBuilder(s.length());
      s.codePoints()
          .forEach(c -> {
            // The one letter whose lower case is two characters.
            if (c == 0x130) {
              out.append("i\u0307");
            } else {
              out.appendCodePoint(Character.toLowerCase(c));
            }
          });
      return out.toString();
    });
  }

  /** Drops the marks that stand on letters, which are apart after {@link Form#NFD}. */
  static Normalizer stripMarks() {
    return ofStrings(s -> {
      StringBuilder out = new StringBuilder(s.length());
      s.codePoints()
          .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
          .forEach(out::appendCodePoint);
      return out.toString();
    });
  }

  /** What BERT does first: no control characters, one kind of space, ideographs apart. */
  static Normalizer cleaned(boolean clean, boolean ideographs) {
    return ofStrings(s -> {
      StringBuilder out = new StringBuilder(s.length());
      s.codePoints()
          .forEach(c -> {
            if (ideographs && isIdeograph(c)) {
              out.append(' ').appendCodePoint(c).append(' ');
            } else if (!clean) {
              out.appendCodePoint(c);
            } else if (CharacterClass.isWhiteSpace(c)) {
              out.append(' ');
            } else if (c != 0xFFFD && !CharacterClass.in(CharacterClass.OTHER, c)) {
              out.appendCodePoint(c);
            }
          });
      return out.toString();
    });
  }

  /** The blocks that BERT calls Chinese characters; the gap before U+2B920 is in its code, too. */
  private static boolean isIdeograph(int c) {
    return c >= 0x4E00 && c <= 0x9FFF
        || c >= 0x3400 && c <= 0x4DBF
        || c >= 0x20000 && c <= 0x2A6DF
        || c >= 0x2A700 && c <= 0x2B73F
        || c >= 0x2B740 && c <= 0x2B81F
        || c >= 0x2B920 && c <= 0x2CEAF
        || c >= 0xF900 && c <= 0xFAFF
        || c >= 0x2F800 && c <= 0x2FA1F;
  }

  private static boolean isAscii(byte[] text) {
    for (byte b : text) {
      if (b < 0) {
        return false;
      }
    }
    return true;
  }
}
