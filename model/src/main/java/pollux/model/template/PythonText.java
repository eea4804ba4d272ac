package pollux.model.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How Python writes values: {@code str} and {@code repr}. */
final class PythonText {
  private PythonText() {}

  /** {@code str(value)}. */
  static String of(Value value, Budget budget) {
    if (value instanceof Value.Text(String text, boolean _)) {
      return text;
    }
    TextBuilder out = new TextBuilder(budget);
    print(value, out, budget);
    return out.toString();
  }

  /** Appends {@code str(value)}. */
  static void print(Value value, TextBuilder out, Budget budget) {
    switch (value) {
      case Value.Text(String text, boolean _) -> out.append(text);
      case Undefined _ -> {}
      default -> repr(value, out, budget);
    }
  }

  static String repr(Value value, Budget budget) {
    TextBuilder out = new TextBuilder(budget);
    repr(value, out, budget);
    return out.toString();
  }

  private static void repr(Value value, TextBuilder out, Budget budget) {
    budget.spend(1);
    switch (value) {
      case Value.None _ -> out.append("None");
      case Value.Bool(boolean b) -> out.append(b ? "True" : "False");
      case Value.Int(long i) -> out.append(Long.toString(i));
      case Value.Big(BigInteger big) -> out.append(big.toString());
      case Value.Real(double d) -> out.append(real(d));
      case Value.Text(String text, boolean _) -> quote(text, out);
      case Value.Sequence sequence -> {
        out.append(sequence.tuple() ? '(' : '[');
        items(sequence.items(), out, budget);
        if (sequence.tuple() && sequence.items().size() == 1) {
          out.append(',');
        }
        out.append(sequence.tuple() ? ')' : ']');
      }
      case Value.Mapping mapping -> {
        out.append('{');
        boolean first = true;
        for (Map.Entry<Value, Value> entry : mapping.entries().entrySet()) {
          out.append(first ? "" : ", ");
          repr(entry.getKey(), out, budget);
          out.append(": ");
          repr(entry.getValue(), out, budget);
          first = false;
        }
        out.append('}');
      }
      case DictView view -> {
        out.append(view.kind().label()).append("([");
        items(view.items(), out, budget);
        out.append("])");
      }
      case Range r ->
          out.append("range(" + r.start() + ", " + r.stop())
              .append(r.step() == 1 ? ")" : ", " + r.step() + ")");
      case Undefined _ -> out.append("Undefined");
      case Callable callable ->
          out.append(callable.macro() == null ? "<function " : "<Macro ")
              .append(callable.name())
              .append('>');
      case Generator _, Namespace _, LoopState _ -> out.append("<" + Types.name(value) + ">");
    }
  }

  private static void items(List<Value> items, TextBuilder out, Budget budget) {
    for (int i = 0; i < items.size(); i++) {
      out.append(i == 0 ? "" : ", ");
      repr(items.get(i), out, budget);
    }
  }

  private static void quote(String text, TextBuilder out) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    out.append(quote);
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      switch (c) {
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c == quote) {
            out.append('\\').append(quote);
          } else if (isPrintable(c)) {
            out.append(Character.toString(c));
          } else {
            int digits = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
            out.append(c < 0x100 ? "\\x" : c < 0x10000 ? "\\u" : "\\U")
                .append(HexFormat.of().toHexDigits(c, digits));
          }
        }
      }
    }
    out.append(quote);
  }

  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }

  /** {@code repr} of a float: the fewest digits that give it back. */
  static String real(double d) {
    if (Double.isNaN(d)) {
      return "nan";
    }
    if (Double.isInfinite(d)) {
      return d > 0 ? "inf" : "-inf";
    }
    if (d == 0) {
      return 1 / d < 0 ? "-0.0" : "0.0";
    }
    BigDecimal value = new BigDecimal(Double.toString(d)).stripTrailingZeros();
    String digits = value.unscaledValue().abs().toString();
    // Of the first digit.
    int exponent = digits.length() - 1 - value.scale();
    String sign = d < 0 ? "-" : "";
    if (exponent >= -4 && exponent < 16) {
      String plain = value.abs().toPlainString();
      return sign + (plain.indexOf('.') < 0 ? plain + ".0" : plain);
    }
    String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
    return String.format(
        Locale.ROOT,
        "%s%c%se%c%02d",
        sign,
        digits.charAt(0),
        fraction,
        exponent < 0 ? '-' : '+',
        Math.abs(exponent));
  }

  /** What {@code str.isspace} and {@code str.strip} take for white space. */
  static boolean isSpace(int c) {
    return switch (c) {
      case ' ',
          '\t',
          '\n',
          0x0b,
          '\f',
          '\r',
          0x1c,
          0x1d,
          0x1e,
          0x1f,
          0x85,
          0xa0,
          0x1680,
          0x2028,
          0x2029,
          0x202f,
          0x205f,
          0x3000 ->
          true;
      default -> c >= 0x2000 && c <= 0x200a;
    };
  }

  /** Whether there is something and it is white space. */
  static boolean isSpace(String text) {
    return !text.isEmpty() && text.chars().allMatch(PythonText::isSpace);
  }

  static String lstrip(String text) {
    int from = 0;
    while (from < text.length() && isSpace(text.charAt(from))) {
      from++;
    }
    return text.substring(from);
  }

  static String rstrip(String text) {
    int to = text.length();
    while (to > 0 && isSpace(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(0, to);
  }
}
