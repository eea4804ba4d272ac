package pollux.model.template;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/**
 * How one value is laid out: Python's format specification, {@code
 * [[fill]align][sign][#][0][width][,][.precision][type]}.
 *
 * @param align one of {@code < > ^ =}, or 0 for the value's own
 * @param sign one of {@code + -} and a blank
 * @param grouping {@code ,} or {@code _}, or 0
 * @param precision -1 where none is given
 * @param type 0 where none is given
 */
record FormatSpec(
    String fill,
    char align,
    char sign,
    boolean prefixed,
    long width,
    char grouping,
    int precision,
    char type) {
  private static final int MOST_DIGITS = 1_000;

  static FormatSpec parse(String spec) {
    return new Reader(spec).read();
  }

  String format(Value value, Budget budget) {
    String sign = "";
    String body;
    boolean number = false;
    Long whole = Numbers.whole(value);
    if (whole != null && type == 'c') {
      if (!Character.isValidCodePoint((int) Math.clamp(whole, -1, Integer.MAX_VALUE))) {
        throw new TemplateError("a format of type 'c' needs the number of a character");
      }
      body = Character.toString(whole.intValue());
    } else if (whole != null
        && "\0dnxXob".indexOf(type) >= 0
        && !(value instanceof Value.Bool && type == 0)) {
      number = true;
      sign = signOf(whole < 0);
      body = grouped(prefix() + digits(whole));
    } else if (Numbers.isNumber(value)
        && "\0eEfFgG%n".indexOf(type) >= 0
        && !(value instanceof Value.Bool && type == 0)) {
      number = true;
      double d = Numbers.real(value);
      boolean negative = d < 0 || (d == 0 && 1 / d < 0);
      sign = signOf(negative);
      body = grouped(real(Math.abs(d)));
    } else if (type == 0 || type == 's') {
      String text = PythonText.of(value, budget);
      body =
          precision < 0
              ? text
              : CodePoints.slice(text, 0, Math.min(precision, CodePoints.length(text)));
    } else {
      throw new TemplateError(
          "the format type '" + type + "' does not go with " + Types.name(value));
    }
    return padded(sign, body, number, budget);
  }

  private String padded(String sign, String body, boolean number, Budget budget) {
    long missing = width - CodePoints.length(sign) - CodePoints.length(body);
    char side = align != 0 ? align : number ? '>' : '<';
    TextBuilder out = new TextBuilder(budget);
    long before = side == '<' ? 0 : side == '^' ? missing / 2 : missing;
    if (side == '=') {
      return out.append(sign).repeat(fill, missing).append(body).toString();
    }
    return out.repeat(fill, before)
        .append(sign)
        .append(body)
        .repeat(fill, missing - before)
        .toString();
  }

  private String signOf(boolean negative) {
    return negative ? "-" : sign == '+' ? "+" : sign == ' ' ? " " : "";
  }

  private String prefix() {
    return prefixed && "xXob".indexOf(type) >= 0 ? "0" + type : "";
  }

  private String digits(long value) {
    int base =
        switch (type) {
          case 'x', 'X' -> 16;
          case 'o' -> 8;
          case 'b' -> 2;
          default -> 10;
        };
    String digits = Long.toString(value, base);
    digits = value < 0 ? digits.substring(1) : digits;
    return type == 'X' ? digits.toUpperCase(Locale.ROOT) : digits;
  }

  /** {@code d}, not negative. */
  private String real(double d) {
    if (Double.isNaN(d) || Double.isInfinite(d)) {
      String text = PythonText.real(d) + (type == '%' ? "%" : "");
      return Character.isUpperCase(type) ? text.toUpperCase(Locale.ROOT) : text;
    }
    int places = precision < 0 ? 6 : precision;
    String text =
        switch (type) {
          case 'f', 'F' -> fixed(new BigDecimal(d), places);
          case '%' -> fixed(new BigDecimal(d).movePointRight(2), places) + "%";
          case 'e', 'E' -> scientific(d, places, true);
          case 'g', 'G', 'n' -> general(d, Math.max(1, places), false);
          default -> precision < 0 ? PythonText.real(d) : general(d, Math.max(1, places), true);
        };
    return type == 'E' || type == 'G' ? text.toUpperCase(Locale.ROOT) : text;
  }

  private static String fixed(BigDecimal value, int places) {
    return value.setScale(places, RoundingMode.HALF_EVEN).toPlainString();
  }

  private static String scientific(double d, int places, boolean keepZeros) {
    BigDecimal rounded =
        new BigDecimal(d).round(new MathContext(places + 1, RoundingMode.HALF_EVEN));
    String digits = rounded.unscaledValue().toString();
    int exponent = d == 0 ? 0 : digits.length() - 1 - rounded.scale();
    String fraction = digits.substring(1);
    fraction += "0".repeat(Math.max(0, places - fraction.length()));
    fraction = fraction.substring(0, Math.min(places, fraction.length()));
    if (!keepZeros) {
      fraction = withoutZeros(fraction);
    }
    return digits.charAt(0)
        + (fraction.isEmpty() ? "" : "." + fraction)
        + String.format(Locale.ROOT, "e%c%02d", exponent < 0 ? '-' : '+', Math.abs(exponent));
  }

  private static String general(double d, int digits, boolean likeText) {
    String scientific = scientific(d, digits - 1, false);
    int exponent = Integer.parseInt(scientific.substring(scientific.indexOf('e') + 1));
    if (exponent < -4 || exponent >= (likeText ? Math.max(1, digits - 1) : digits)) {
      return scientific;
    }
    String plain = fixed(new BigDecimal(d), Math.max(0, digits - 1 - exponent));
    if (plain.indexOf('.') >= 0) {
      plain = withoutZeros(plain);
      plain = plain.endsWith(".") ? plain.substring(0, plain.length() - 1) : plain;
    }
    return likeText && plain.indexOf('.') < 0 ? plain + ".0" : plain;
  }

  private static String withoutZeros(String digits) {
    int end = digits.length();
    while (end > 0 && digits.charAt(end - 1) == '0') {
      end--;
    }
    return digits.substring(0, end);
  }

  private String grouped(String number) {
    if (grouping == 0) {
      return number;
    }
    int end = 0;
    while (end < number.length() && Character.isDigit(number.charAt(end))) {
      end++;
    }
    StringBuilder out = new StringBuilder(number);
    for (int i = end - 3; i > 0; i -= 3) {
      out.insert(i, grouping);
    }
    return out.toString();
  }

  /** Reads a specification from left to right. */
  private static final class Reader {
    private final String spec;
    private int at;

    Reader(String spec) {
      this.spec = spec;
    }

    FormatSpec read() {
      String fill = " ";
      char align = 0;
      int first = spec.isEmpty() ? 0 : Character.charCount(spec.codePointAt(0));
      if (isAlign(first)) {
        fill = spec.substring(0, first);
        align = spec.charAt(first);
        at = first + 1;
      } else if (isAlign(0)) {
        align = spec.charAt(0);
        at = 1;
      }
      char sign = oneOf("+- ");
      boolean prefixed = oneOf("#") != 0;
      if (oneOf("0") != 0 && align == 0) {
        fill = "0";
        align = '=';
      }
      long width = number(0);
      char grouping = oneOf(",_");
      long precision = -1;
      if (oneOf(".") != 0) {
        precision = number(-1);
        if (precision < 0 || precision > MOST_DIGITS) {
          throw wrong();
        }
      }
      char type = oneOf("sdnxXobceEfFgG%");
      if (at != spec.length()) {
        throw wrong();
      }
      return new FormatSpec(fill, align, sign, prefixed, width, grouping, (int) precision, type);
    }

    private boolean isAlign(int place) {
      return place < spec.length() && "<>^=".indexOf(spec.charAt(place)) >= 0;
    }

    private char oneOf(String choices) {
      return at < spec.length() && choices.indexOf(spec.charAt(at)) >= 0 ? spec.charAt(at++) : 0;
    }

    private long number(long otherwise) {
      int from = at;
      long value = 0;
      while (at < spec.length() && spec.charAt(at) >= '0' && spec.charAt(at) <= '9') {
        value = Math.min(Integer.MAX_VALUE, value * 10 + spec.charAt(at++) - '0');
      }
      return at == from ? otherwise : value;
    }

    private TemplateError wrong() {
      return new TemplateError("'" + spec + "' is no format");
    }
  }

  /** The specification of a {@code %} conversion: flags, width, precision, type. */
  static FormatSpec ofPercent(String flags, long width, int precision, char type) {
    boolean left = flags.indexOf('-') >= 0;
    boolean zero = flags.indexOf('0') >= 0 && !left && "srca".indexOf(type) < 0;
    if (precision > MOST_DIGITS) {
      throw new TemplateError("a format has at most " + MOST_DIGITS + " digits");
    }
    char sign = flags.indexOf('+') >= 0 ? '+' : flags.indexOf(' ') >= 0 ? ' ' : '-';
    return new FormatSpec(
        zero ? "0" : " ",
        left ? '<' : zero ? '=' : '>',
        sign,
        flags.indexOf('#') >= 0,
        width,
        (char) 0,
        precision,
        type);
  }
}
