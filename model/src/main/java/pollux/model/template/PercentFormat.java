package pollux.model.template;

/** {@code format % values}, as Python's texts have it. */
final class PercentFormat {
  private final String format;
  private final Value values;
  private final Budget budget;
  private int at;
  private int used;
  private boolean named;

  private PercentFormat(String format, Value values, Budget budget) {
    this.format = format;
    this.values = values;
    this.budget = budget;
  }

  static String format(String format, Value values, Budget budget) {
    return new PercentFormat(format, values, budget).format();
  }

  private String format() {
    TextBuilder out = new TextBuilder(budget);
    while (at < format.length()) {
      int percent = format.indexOf('%', at);
      int end = percent < 0 ? format.length() : percent;
      out.append(format, at, end);
      at = end;
      if (percent >= 0) {
        at++;
        conversion(out);
      }
    }
    boolean mapping = values instanceof Value.Mapping;
    if (!named && !mapping && used < count()) {
      throw new TemplateError("a format with '%' has more values than places");
    }
    return out.toString();
  }

  private void conversion(TextBuilder out) {
    Value value = null;
    if (peek() == '(') {
      int close = format.indexOf(')', at);
      if (close < 0 || !(values instanceof Value.Mapping mapping)) {
        throw new TemplateError("a format with '%(name)' needs a mapping");
      }
      named = true;
      String key = format.substring(at + 1, close);
      value = mapping.get(key);
      if (value == null) {
        throw new TemplateError("a format with '%' names a value that is not there");
      }
      at = close + 1;
    }
    int from = at;
    while ("-+ #0".indexOf(peek()) >= 0) {
      at++;
    }
    String flags = format.substring(from, at);
    long width = number();
    if (width < 0) {
      flags += "-";
      width = -width;
    }
    long precision = -1;
    if (peek() == '.') {
      at++;
      precision = number();
    }
    char type = peek();
    at++;
    if (type == '%') {
      out.append('%');
      return;
    }
    Value shown = value == null ? nextValue() : value;
    switch (type) {
      case 's' -> {}
      case 'r', 'a' -> {
        shown = Value.of(PythonText.repr(shown, budget));
        type = 's';
      }
      case 'd', 'i', 'u' -> {
        shown = whole(shown);
        type = 'd';
      }
      case 'c' -> type = shown instanceof Value.Text ? 's' : 'c';
      case 'x', 'X', 'o', 'e', 'E', 'f', 'F', 'g', 'G' -> {
        if (shown instanceof Undefined undefined) {
          throw undefined.error();
        }
      }
      default -> throw new TemplateError("a format with '%' has an unknown conversion");
    }
    if (type == 's') {
      shown = Value.of(PythonText.of(shown, budget));
    }
    out.append(
        FormatSpec.ofPercent(flags, width, (int) Math.min(precision, Integer.MAX_VALUE), type)
            .format(shown, budget));
  }

  private static Value whole(Value value) {
    return switch (value) {
      case Value.Real(double d) -> Numbers.truncated(d);
      case Value.Bool(boolean b) -> Value.of(b ? 1L : 0L);
      case Value.Int _ -> value;
      case Undefined undefined -> throw undefined.error();
      default -> throw new TemplateError("'%d' needs a number, not " + Types.name(value));
    };
  }

  private char peek() {
    return at < format.length() ? format.charAt(at) : 'z';
  }

  private long number() {
    if (peek() == '*') {
      at++;
      Long width = Numbers.whole(nextValue());
      if (width == null) {
        throw new TemplateError("'%*' needs an integer");
      }
      return Math.clamp(width, -Integer.MAX_VALUE, Integer.MAX_VALUE);
    }
    long value = 0;
    while (peek() >= '0' && peek() <= '9') {
      value = Math.min(Integer.MAX_VALUE, value * 10 + peek() - '0');
      at++;
    }
    return value;
  }

  private int count() {
    return values instanceof Value.Sequence s && s.tuple() ? s.items().size() : 1;
  }

  private Value nextValue() {
    if (used >= count()) {
      throw new TemplateError("a format with '%' has more places than values");
    }
    used++;
    return values instanceof Value.Sequence s && s.tuple() ? s.items().get(used - 1) : values;
  }
}
