package pollux.model.template;

import java.util.Locale;
import java.util.function.IntPredicate;

/** Upper and lower case, and padding, as Python's {@code str} has them. */
final class Letters {
  private Letters() {}

  /** The first character in title case, all others in lower case. */
  static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.offsetByCodePoints(0, 1);
    return Character.toString(Character.toTitleCase(text.codePointAt(0)))
        + text.substring(first).toLowerCase(Locale.ROOT);
  }

  /** {@code str.title}: a word is a run of letters. */
  static String title(String text) {
    StringBuilder out = new StringBuilder(text.length());
    boolean within = false;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      out.appendCodePoint(within ? Character.toLowerCase(c) : Character.toTitleCase(c));
      within = isCased(c);
    }
    return out.toString();
  }

  /** The filter {@code title}: a word begins after a blank, a hyphen or an opening bracket. */
  static String titleOfFilter(String text) {
    StringBuilder out = new StringBuilder(text.length());
    boolean begins = true;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      boolean separates = PythonText.isSpace(c) || "-({[<".indexOf(c) >= 0;
      String letter = Character.toString(c);
      out.append(
          separates
              ? letter
              : begins ? letter.toUpperCase(Locale.ROOT) : letter.toLowerCase(Locale.ROOT));
      begins = separates;
    }
    return out.toString();
  }

  static String swapCase(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c ->
            out.appendCodePoint(
                Character.isUpperCase(c) ? Character.toLowerCase(c) : Character.toUpperCase(c)));
    return out.toString();
  }

  /** Whether there are letters with a case, and each of them has the case {@code wanted}. */
  static boolean isCased(String text, IntPredicate wanted) {
    return text.codePoints().anyMatch(Letters::isCased)
        && text.codePoints().filter(Letters::isCased).allMatch(wanted);
  }

  private static boolean isCased(int c) {
    return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
  }

  static String zeroFill(String text, long width, Budget budget) {
    boolean signed = text.startsWith("-") || text.startsWith("+");
    return new TextBuilder(budget)
        .append(signed ? text.substring(0, 1) : "")
        .repeat("0", width - CodePoints.length(text))
        .append(signed ? text.substring(1) : text)
        .toString();
  }

  static String expandTabs(String text, long width, Budget budget) {
    TextBuilder out = new TextBuilder(budget);
    int column = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\t') {
        long blanks = width <= 0 ? 0 : width - column % width;
        out.repeat(" ", blanks);
        column += (int) blanks;
      } else {
        out.append(c);
        column = c == '\n' || c == '\r' ? 0 : column + 1;
      }
    }
    return out.toString();
  }
}
