package pollux.model.template;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Filters of texts; what is no text is written as one first. */
final class TextFilters {
  private interface OfText {
    String apply(String text, Arguments arguments, Budget budget);
  }

  private TextFilters() {}

  static void addTo(Map<String, Filters.Filter> filters) {
    add(
        filters,
        "upper",
        2,
        (text, arguments, _) -> {
          arguments.bind("upper");
          return text.toUpperCase(Locale.ROOT);
        });
    add(
        filters,
        "lower",
        2,
        (text, arguments, _) -> {
          arguments.bind("lower");
          return text.toLowerCase(Locale.ROOT);
        });
    add(
        filters,
        "capitalize",
        2,
        (text, arguments, _) -> {
          arguments.bind("capitalize");
          return Letters.capitalize(text);
        });
    add(
        filters,
        "title",
        1,
        (text, arguments, _) -> {
          arguments.bind("title");
          return Letters.titleOfFilter(text);
        });
    add(filters, "trim", 8, TextFilters::trim);
    add(filters, "replace", 8, TextFilters::replace);
    filters.put("indent", TextFilters::indent);
    add(filters, "truncate", 4, TextFilters::truncate);
    add(filters, "center", 8, TextFilters::center);
    add(filters, "striptags", 1, TextFilters::withoutTags);
    add(
        filters,
        "urlencode",
        1,
        (text, arguments, budget) -> {
          arguments.bind("urlencode");
          return percentEncoded(text, budget);
        });
    filters.put("format", TextFilters::format);
    filters.put(
        "wordcount",
        (evaluator, operand, arguments) -> {
          arguments.bind("wordcount");
          return Value.of(words(PythonText.of(operand, evaluator.budget()), evaluator.budget()));
        });
    filters.put(
        "safe",
        (evaluator, operand, arguments) -> {
          arguments.bind("safe");
          return new Value.Text(PythonText.of(operand, evaluator.budget()), true);
        });
    filters.put(
        "escape", (evaluator, operand, arguments) -> escape(evaluator, operand, arguments, false));
    filters.put(
        "e", (evaluator, operand, arguments) -> escape(evaluator, operand, arguments, false));
    filters.put(
        "forceescape",
        (evaluator, operand, arguments) -> escape(evaluator, operand, arguments, true));
  }

  /**
   * @param pace characters that one unit of work pays for
   */
  private static void add(
      Map<String, Filters.Filter> filters, String name, int pace, OfText filter) {
    filters.put(
        name,
        (evaluator, operand, arguments) -> {
          String text = PythonText.of(operand, evaluator.budget());
          evaluator.budget().spend(1 + text.length() / pace);
          return Value.of(filter.apply(text, arguments, evaluator.budget()));
        });
  }

  private static String trim(String text, Arguments arguments, Budget budget) {
    Arguments.Bound bound = arguments.bind("trim", "chars");
    return bound.present(0)
        ? TextMethods.strip(text, bound.text(0), true, true, budget)
        : PythonText.rstrip(PythonText.lstrip(text));
  }

  private static String replace(String text, Arguments arguments, Budget budget) {
    Arguments.Bound bound = arguments.bind("replace", "old", "new", "count");
    return Splitting.replace(
        text,
        PythonText.of(bound.required(0), budget),
        PythonText.of(bound.required(1), budget),
        bound.present(2) ? bound.integer(2) : -1,
        budget);
  }

  private static Value indent(Evaluator evaluator, Value operand, Arguments arguments) {
    Budget budget = evaluator.budget();
    String text = Arguments.asText("indent", operand);
    budget.spend(1 + text.length() / 4);
    Arguments.Bound bound = arguments.bind("indent", "width", "first", "blank");
    Value width = bound.get(0, Value.of(4L));
    String indent =
        width instanceof Value.Text(String s, boolean _)
            ? s
            : new TextBuilder(budget).repeat(" ", bound.integer(0, 4)).toString();
    boolean blank = bound.flag(2, false);
    List<String> lines = Splitting.lines(text + "\n", false);
    TextBuilder out = new TextBuilder(budget);
    for (int i = 0; i < lines.size(); i++) {
      boolean indented = i == 0 ? bound.flag(1, false) : blank || !lines.get(i).isEmpty();
      out.append(i == 0 ? "" : "\n").append(indented ? indent : "").append(lines.get(i));
    }
    return Value.of(out.toString());
  }

  private static String truncate(String text, Arguments arguments, Budget budget) {
    Arguments.Bound bound = arguments.bind("truncate", "length", "killwords", "end", "leeway");
    long length = bound.integer(0, 255);
    String end = bound.text(2, "...");
    long leeway = bound.present(3) ? bound.integer(3) : 5;
    int endLength = CodePoints.length(end);
    if (length < endLength || leeway < 0) {
      throw new TemplateError("'truncate': the length or the leeway is too small");
    }
    int whole = CodePoints.length(text);
    if (whole <= length || whole - length <= leeway) {
      return text;
    }
    String kept = CodePoints.slice(text, 0, (int) length - endLength);
    if (!bound.flag(1, false)) {
      kept = Splitting.splitFromEnd(kept, " ", 1, budget).getFirst();
    }
    return new TextBuilder(budget).append(kept).append(end).toString();
  }

  private static String center(String text, Arguments arguments, Budget budget) {
    long width = arguments.bind("center", "width").integer(0, 80);
    long missing = Math.max(0, width - CodePoints.length(text));
    long before = missing / 2 + (missing & width & 1);
    return new TextBuilder(budget)
        .repeat(" ", before)
        .append(text)
        .repeat(" ", missing - before)
        .toString();
  }

  /** Without what stands between angle brackets, and white space as single blanks. */
  private static String withoutTags(String text, Arguments arguments, Budget budget) {
    arguments.bind("striptags");
    TextBuilder out = new TextBuilder(budget);
    int at = 0;
    while (at < text.length()) {
      int open = text.indexOf('<', at);
      int close = open < 0 ? -1 : text.indexOf('>', open);
      out.append(text, at, close < 0 ? text.length() : open);
      at = close < 0 ? text.length() : close + 1;
    }
    return String.join(" ", Splitting.words(out.toString(), Long.MAX_VALUE, budget));
  }

  private static String percentEncoded(String text, Budget budget) {
    TextBuilder out = new TextBuilder(budget);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xFF);
      boolean plain = c < 128 && (Character.isLetterOrDigit(c) || "_.-~/".indexOf(c) >= 0);
      if (plain) {
        out.append(c);
      } else {
        out.append('%')
            .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
            .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
      }
    }
    return out.toString();
  }

  private static Value format(Evaluator evaluator, Value operand, Arguments arguments) {
    Budget budget = evaluator.budget();
    if (!arguments.named().isEmpty() && !arguments.positional().isEmpty()) {
      throw new TemplateError("'format' takes values by place or by name, not both");
    }
    Value values =
        arguments.named().isEmpty()
            ? new Value.Sequence(arguments.positional(), true)
            : Value.mapping(arguments.named());
    return Value.of(PercentFormat.format(PythonText.of(operand, budget), values, budget));
  }

  private static long words(String text, Budget budget) {
    budget.spend(1 + text.length());
    long words = 0;
    boolean within = false;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      boolean part = Character.isLetterOrDigit(c) || c == '_';
      words += part && !within ? 1 : 0;
      within = part;
    }
    return words;
  }

  private static Value escape(
      Evaluator evaluator, Value operand, Arguments arguments, boolean again) {
    arguments.bind("escape");
    if (operand instanceof Value.Text(String _, boolean safe) && safe && !again) {
      return operand;
    }
    Budget budget = evaluator.budget();
    return new Value.Text(Markup.escape(PythonText.of(operand, budget), budget), true);
  }
}
