package pollux.model.template;

/**
 * A number in a template, as Python writes them.
 *
 * @param digits without underscores; with the prefix of its base
 * @param end the place after it
 */
record NumberLiteral(String digits, boolean real, int end) {
  /** The number at {@code place} of {@code source}, where a digit is. */
  static NumberLiteral at(String source, int place) {
    boolean afterDot = place > 0 && source.charAt(place - 1) == '.';
    int whole = digits(source, place, 10);
    if (!afterDot) {
      int fraction =
          charAt(source, whole) == '.' && isDigit(charAt(source, whole + 1), 10)
              ? digits(source, whole + 1, 10)
              : whole;
      int exponent = exponent(source, fraction);
      if (exponent > whole) {
        return new NumberLiteral(
            source.substring(place, exponent).replace("_", ""), true, exponent);
      }
    }
    int end = source.charAt(place) == '0' ? zero(source, place) : whole;
    return new NumberLiteral(source.substring(place, end).replace("_", ""), false, end);
  }

  /** The value of the digits of an integer. */
  static long value(String digits, int line) {
    try {
      String prefix = digits.length() > 2 ? digits.substring(0, 2) : "";
      return switch (prefix) {
        case "0x", "0X" -> Long.parseLong(digits.substring(2), 16);
        case "0o", "0O" -> Long.parseLong(digits.substring(2), 8);
        case "0b", "0B" -> Long.parseLong(digits.substring(2), 2);
        default -> Long.parseLong(digits);
      };
    } catch (NumberFormatException e) {
      throw new TemplateError("the integer " + digits + " is beyond 64 bits", line);
    }
  }

  /** The end of a number that begins with 0: of another base, or nothing but zeros. */
  private static int zero(String source, int place) {
    int base =
        switch (charAt(source, place + 1)) {
          case 'x', 'X' -> 16;
          case 'o', 'O' -> 8;
          case 'b', 'B' -> 2;
          default -> 0;
        };
    if (base > 0) {
      int first = charAt(source, place + 2) == '_' ? place + 3 : place + 2;
      if (isDigit(charAt(source, first), base)) {
        return digits(source, first, base);
      }
    }
    int end = place + 1;
    while (charAt(source, end) == '0'
        || (charAt(source, end) == '_' && charAt(source, end + 1) == '0')) {
      end++;
    }
    return end;
  }

  private static int exponent(String source, int place) {
    char e = charAt(source, place);
    if (e != 'e' && e != 'E') {
      return place;
    }
    char sign = charAt(source, place + 1);
    int first = sign == '+' || sign == '-' ? place + 2 : place + 1;
    return isDigit(charAt(source, first), 10) ? digits(source, first, 10) : place;
  }

  /** The end of the digits at {@code place}, single underscores between them. */
  private static int digits(String source, int place, int base) {
    int end = place;
    while (isDigit(charAt(source, end), base)
        || (charAt(source, end) == '_' && end > place && isDigit(charAt(source, end + 1), base))) {
      end++;
    }
    return end;
  }

  private static boolean isDigit(char c, int base) {
    return c < 128 && Character.digit(c, base) >= 0;
  }

  private static char charAt(String source, int place) {
    return place < source.length() ? source.charAt(place) : 0;
  }
}
