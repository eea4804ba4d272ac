package pollux.model.template;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Filters of single values: numbers, defaults, conversions. */
final class ValueFilters {
  /** Digits after which a real has no more; rounding beyond them changes nothing. */
  private static final int MOST_PLACES = 330;

  private ValueFilters() {}

  static void addTo(Map<String, Filters.Filter> filters) {
    filters.put("default", ValueFilters::orDefault);
    filters.put("d", ValueFilters::orDefault);
    filters.put("abs", ValueFilters::abs);
    filters.put("int", ValueFilters::toInt);
    filters.put("float", ValueFilters::toFloat);
    filters.put("round", ValueFilters::round);
    filters.put(
        "string",
        (evaluator, operand, arguments) -> {
          arguments.bind("string");
          return operand instanceof Value.Text
              ? operand
              : Value.of(PythonText.of(operand, evaluator.budget()));
        });
    filters.put(
        "tojson",
        (evaluator, operand, arguments) ->
            Value.of(JsonText.of(operand, arguments, evaluator.budget())));
    filters.put(
        "pprint",
        (evaluator, operand, arguments) -> {
          arguments.bind("pprint", "verbose");
          return Value.of(PythonText.repr(operand, evaluator.budget()));
        });
    filters.put("length", ValueFilters::length);
    filters.put("count", ValueFilters::length);
    filters.put(
        "attr",
        (_, operand, arguments) -> attribute(operand, arguments.bind("attr", "name").text(0)));
    filters.put("filesizeformat", ValueFilters::fileSize);
  }

  private static Value orDefault(Evaluator evaluator, Value operand, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("default", "default_value", "boolean");
    boolean missing =
        operand instanceof Undefined || (bound.flag(1, false) && !Types.truth(operand));
    return missing ? bound.get(0, Value.of("")) : operand;
  }

  /** An attribute alone, never an item. */
  private static Value attribute(Value operand, String name) {
    Value found = Attributes.attribute(operand, name);
    boolean item = operand instanceof Value.Mapping && !(found instanceof Callable);
    return item ? Undefined.attribute(operand, name) : found;
  }

  private static Value abs(Evaluator evaluator, Value operand, Arguments arguments) {
    arguments.bind("abs");
    if (!Numbers.isNumber(operand)) {
      throw wrong("abs", operand);
    }
    boolean negative = Numbers.compare(operand, Value.of(0L)) < 0;
    return Operators.sign(negative, operand);
  }

  private static Value toInt(Evaluator evaluator, Value operand, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("int", "default", "base");
    Value otherwise = bound.get(0, Value.of(0L));
    switch (operand) {
      case Value.Text(String text, boolean _) -> {
        evaluator.budget().read(text.length());
        Value whole = wholeOf(text, bound.integer(1, 10));
        Double real = whole == null ? realOf(text) : null;
        return whole != null
            ? whole
            : real != null && !real.isNaN() && !real.isInfinite()
                ? Numbers.truncated(real)
                : otherwise;
      }
      case Value.Real(double d) -> {
        return Double.isNaN(d) || Double.isInfinite(d) ? otherwise : Numbers.truncated(d);
      }
      case Undefined undefined -> throw undefined.error();
      default -> {
        Long whole = Numbers.whole(operand);
        return whole == null ? otherwise : Value.of(whole);
      }
    }
  }

  private static @Nullable Value wholeOf(String text, long base) {
    String digits = PythonText.rstrip(PythonText.lstrip(text)).replace("_", "");
    boolean negative = digits.startsWith("-");
    digits = negative || digits.startsWith("+") ? digits.substring(1) : digits;
    String prefix = digits.length() > 2 ? digits.substring(0, 2).toLowerCase(Locale.ROOT) : "";
    int prefixBase =
        switch (prefix) {
          case "0x" -> 16;
          case "0o" -> 8;
          case "0b" -> 2;
          default -> 0;
        };
    int radix = base == 0 ? (prefixBase == 0 ? 10 : prefixBase) : (int) Math.clamp(base, 0, 37);
    if (radix < 2 || radix > 36) {
      return null;
    }
    if (prefixBase == radix) {
      digits = digits.substring(2);
    }
    if (digits.isEmpty() || digits.chars().anyMatch(c -> Character.digit(c, radix) < 0)) {
      return null;
    }
    try {
      return Value.of(Long.parseLong(negative ? "-" + digits : digits, radix));
    } catch (NumberFormatException e) {
      throw Numbers.tooLarge();
    }
  }

  private static @Nullable Double realOf(String text) {
    String trimmed = PythonText.rstrip(PythonText.lstrip(text)).replace("_", "");
    String plain = trimmed.toLowerCase(Locale.ROOT);
    plain = plain.startsWith("-") || plain.startsWith("+") ? plain.substring(1) : plain;
    switch (plain) {
      case "inf", "infinity" -> {
        return trimmed.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
      }
      case "nan" -> {
        return Double.NaN;
      }
      default -> {}
    }
    // Java also takes hexadecimal reals and a 'd' at the end.
    if (plain.isEmpty() || plain.chars().anyMatch(c -> "0123456789.e+-".indexOf(c) < 0)) {
      return null;
    }
    try {
      return Double.valueOf(trimmed);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static Value toFloat(Evaluator evaluator, Value operand, Arguments arguments) {
    Value otherwise = arguments.bind("float", "default").get(0, new Value.Real(0));
    if (operand instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (Numbers.isNumber(operand)) {
      return new Value.Real(Numbers.real(operand));
    }
    if (operand instanceof Value.Text(String text, boolean _)) {
      evaluator.budget().read(text.length());
      Double real = realOf(text);
      return real == null ? otherwise : new Value.Real(real);
    }
    return otherwise;
  }

  private static Value round(Evaluator evaluator, Value operand, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("round", "precision", "method");
    int places = (int) Math.clamp(bound.integer(0, 0), -MOST_PLACES, MOST_PLACES);
    RoundingMode mode =
        switch (bound.text(1, "common")) {
          case "common" -> RoundingMode.HALF_EVEN;
          case "ceil" -> RoundingMode.CEILING;
          case "floor" -> RoundingMode.FLOOR;
          default -> throw new TemplateError("'round': the method is common, ceil or floor");
        };
    Long whole = Numbers.whole(operand);
    if (whole != null && mode == RoundingMode.HALF_EVEN) {
      BigDecimal rounded = BigDecimal.valueOf(whole).setScale(Math.min(places, 0), mode);
      return Value.of(rounded.setScale(0, mode).longValue());
    }
    if (!Numbers.isNumber(operand)) {
      throw wrong("round", operand);
    }
    double d = Numbers.real(operand);
    if (Double.isNaN(d) || Double.isInfinite(d)) {
      return operand;
    }
    if (mode != RoundingMode.HALF_EVEN) {
      double scale = Math.pow(10, places);
      double scaled = d * scale;
      return new Value.Real(
          (mode == RoundingMode.CEILING ? Math.ceil(scaled) : Math.floor(scaled)) / scale);
    }
    return new Value.Real(new BigDecimal(d).setScale(places, mode).doubleValue());
  }

  private static Value length(Evaluator evaluator, Value operand, Arguments arguments) {
    arguments.bind("length");
    if (operand instanceof Value.Text(String text, boolean _)) {
      evaluator.budget().read(text.length());
    }
    long length =
        operand instanceof LoopState loop ? loop.length() : Iteration.knownLength(operand);
    if (length < 0) {
      throw wrong("length", operand);
    }
    return Value.of(length);
  }

  private static Value fileSize(Evaluator evaluator, Value operand, Arguments arguments) {
    boolean binary = arguments.bind("filesizeformat", "binary").flag(0, false);
    Value real = toFloat(evaluator, operand, Arguments.NONE);
    double bytes = Numbers.real(real);
    double base = binary ? 1024 : 1000;
    if (bytes == 1) {
      return Value.of("1 Byte");
    }
    if (bytes < base) {
      return Value.of((long) bytes + " Bytes");
    }
    int power = 1;
    while (power < 8 && bytes >= Math.pow(base, power + 1)) {
      power++;
    }
    String unit = "kMGTPEZY".charAt(power - 1) + "";
    return Value.of(
        String.format(
            Locale.ROOT,
            "%.1f %s",
            bytes / Math.pow(base, power),
            binary ? unit.toUpperCase(Locale.ROOT) + "iB" : unit + "B"));
  }

  private static TemplateError wrong(String filter, Value operand) {
    return operand instanceof Undefined undefined
        ? undefined.error()
        : new TemplateError("'" + filter + "' does not go with " + Types.name(operand));
  }
}
