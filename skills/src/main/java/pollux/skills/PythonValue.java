package pollux.skills;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Values on their way to Python, and results on their way back. */
final class PythonValue {
  /** A point of the plane, a tuple in Python and a list of two in JSON. */
  record Point(double x, double y) {
    Point plus(double dx, double dy) {
      return new Point(x + dx, y + dy);
    }
  }

  private static final double TOLERANCE = 1e-6;
  private static final Pattern TOKEN =
      Pattern.compile("-?\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d+)?|\"(?:[^\"\\\\]|\\\\.)*\"|\\w+|\\S");

  private PythonValue() {}

  /** {@code arguments} of a call as Python text. */
  static String call(List<?> arguments) {
    return arguments.stream().map(PythonValue::text).collect(Collectors.joining(", "));
  }

  /** {@code value} as Python text: strings, booleans, numbers, points and lists of them. */
  static String text(Object value) {
    return switch (value) {
      case String s -> quoted(s);
      case Boolean b -> b ? "True" : "False";
      case Point(double x, double y) -> "(" + number(x) + ", " + number(y) + ")";
      case Double d -> number(d);
      case List<?> list ->
          list.stream().map(PythonValue::text).collect(Collectors.joining(", ", "[", "]"));
      default -> value.toString();
    };
  }

  /** Whether the result {@code json} is {@code expected}; numbers may differ by a millionth. */
  static boolean same(Object expected, String json) {
    String wanted =
        expected instanceof Boolean b
            ? b.toString()
            : text(expected).replace('(', '[').replace(')', ']');
    List<String> a = tokens(wanted);
    List<String> b = tokens(json);
    if (a.size() != b.size()) {
      return false;
    }
    for (int i = 0; i < a.size(); i++) {
      if (isNumber(a.get(i)) && isNumber(b.get(i))) {
        double x = Double.parseDouble(a.get(i));
        if (!(Math.abs(x - Double.parseDouble(b.get(i))) <= TOLERANCE * Math.max(1, Math.abs(x)))) {
          return false;
        }
      } else if (!a.get(i).equals(b.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** The pieces of a JSON text. */
  static List<String> tokens(String json) {
    return TOKEN.matcher(json).results().map(MatchResult::group).toList();
  }

  static boolean isNumber(String token) {
    return Character.isDigit(token.charAt(token.length() - 1)) && !token.startsWith("\"");
  }

  private static String number(double d) {
    return d == Math.rint(d) && Math.abs(d) < 1e9 ? Long.toString((long) d) : Double.toString(d);
  }

  private static String quoted(String s) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : s.toCharArray()) {
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
