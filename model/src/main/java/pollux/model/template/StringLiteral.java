package pollux.model.template;

/** A string in a template, with Python's escapes. */
final class StringLiteral {
  private StringLiteral() {}

  /** The place after the string that begins at {@code place} with its quote, or -1. */
  static int end(String source, int place) {
    char quote = source.charAt(place);
    for (int i = place + 1; i < source.length(); i++) {
      char c = source.charAt(i);
      if (c == quote) {
        return i + 1;
      }
      if (c == '\\') {
        i++;
      }
    }
    return -1;
  }

  /** What {@code text}, the characters between the quotes, says. */
  static String decode(String text, int line) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i++);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      if (i == text.length()) {
        throw new TemplateError("a string ends within an escape", line);
      }
      char escape = text.charAt(i++);
      switch (escape) {
        case '\n' -> {}
        case '\\', '\'', '"' -> out.append(escape);
        case 'a' -> out.append('\u0007');
        case 'b' -> out.append('\b');
        case 'f' -> out.append('\f');
        case 'n' -> out.append('\n');
        case 'r' -> out.append('\r');
        case 't' -> out.append('\t');
        case 'v' -> out.append('\u000b');
        case 'x' -> i = hex(text, i, 2, out, line);
        case 'u' -> i = hex(text, i, 4, out, line);
        case 'U' -> i = hex(text, i, 8, out, line);
        case 'N' -> i = named(text, i, out, line);
        case '0', '1', '2', '3', '4', '5', '6', '7' -> {
          int end = i;
          while (end < text.length()
              && end < i + 2
              && text.charAt(end) >= '0'
              && text.charAt(end) <= '7') {
            end++;
          }
          out.append((char) Integer.parseInt(text.substring(i - 1, end), 8));
          i = end;
        }
        default -> out.append('\\').append(escape);
      }
    }
    return out.toString();
  }

  private static int hex(String text, int from, int digits, StringBuilder out, int line) {
    int value = 0;
    for (int i = from; i < from + digits; i++) {
      int digit =
          i < text.length() && text.charAt(i) < 128 ? Character.digit(text.charAt(i), 16) : -1;
      if (digit < 0) {
        throw new TemplateError(
            "an escape in a string needs " + digits + " hexadecimal digits", line);
      }
      value = value << 4 | digit;
    }
    if (!Character.isValidCodePoint(value)) {
      throw new TemplateError("an escape in a string names no character", line);
    }
    out.appendCodePoint(value);
    return from + digits;
  }

  /** The escape of a character by its Unicode name, in braces. */
  private static int named(String text, int from, StringBuilder out, int line) {
    int end = text.indexOf('}', from);
    if (from < text.length() && text.charAt(from) == '{' && end > 0) {
      try {
        out.appendCodePoint(Character.codePointOf(text.substring(from + 1, end)));
        return end + 1;
      } catch (IllegalArgumentException e) {
        throw new TemplateError("an escape in a string names no character", line);
      }
    }
    throw new TemplateError("an escape in a string names no character", line);
  }
}
