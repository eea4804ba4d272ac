package pollux.model.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** The methods of Python's {@code str}. */
final class TextMethods {
  private TextMethods() {}

  /** The method {@code name} of {@code text}, or null. */
  static @Nullable Value of(String text, String name) {
    Callable.Body body =
        switch (name) {
          case "upper" -> plain(name, text, () -> Value.of(text.toUpperCase(Locale.ROOT)));
          case "lower", "casefold" ->
              plain(name, text, () -> Value.of(text.toLowerCase(Locale.ROOT)));
          case "title" -> plain(name, text, () -> Value.of(Letters.title(text)));
          case "capitalize" -> plain(name, text, () -> Value.of(Letters.capitalize(text)));
          case "swapcase" -> plain(name, text, () -> Value.of(Letters.swapCase(text)));
          case "strip", "lstrip", "rstrip" -> strip(name, text);
          case "startswith", "endswith" -> affix(name, text);
          case "removeprefix", "removesuffix" -> remove(name, text);
          case "split", "rsplit" -> split(name, text);
          case "splitlines" ->
              (evaluator, arguments) -> {
                boolean keep = arguments.bind(name, "keepends").flag(0, false);
                return texts(Splitting.lines(text, keep), evaluator.budget());
              };
          case "partition", "rpartition" -> partition(name, text);
          case "replace" ->
              (evaluator, arguments) -> {
                Arguments.Bound bound = arguments.bind(name, "old", "new", "count");
                return Value.of(
                    Splitting.replace(
                        text,
                        bound.text(0),
                        bound.text(1),
                        bound.integer(2, -1),
                        evaluator.budget()));
              };
          case "join" ->
              (evaluator, arguments) ->
                  join(text, arguments.bind(name, "items").required(0), evaluator.budget());
          case "format" ->
              (evaluator, arguments) ->
                  Value.of(new BraceFormat(arguments, evaluator.budget()).format(text));
          case "find", "index", "rfind", "rindex", "count" -> find(name, text);
          case "center", "ljust", "rjust" -> pad(name, text);
          case "zfill" ->
              (evaluator, arguments) -> {
                long width = arguments.bind(name, "width").integer(0);
                return Value.of(Letters.zeroFill(text, width, evaluator.budget()));
              };
          case "expandtabs" ->
              (evaluator, arguments) ->
                  Value.of(
                      Letters.expandTabs(
                          text, arguments.bind(name, "tabsize").integer(0, 8), evaluator.budget()));
          case "isdigit", "isdecimal", "isnumeric" -> all(name, text, Character::isDigit);
          case "isalpha" -> all(name, text, Character::isLetter);
          case "isalnum" -> all(name, text, Character::isLetterOrDigit);
          case "isspace" -> all(name, text, PythonText::isSpace);
          case "isascii" -> plain(name, text, () -> Value.of(text.chars().allMatch(c -> c < 128)));
          case "isupper" ->
              plain(name, text, () -> Value.of(Letters.isCased(text, Character::isUpperCase)));
          case "islower" ->
              plain(name, text, () -> Value.of(Letters.isCased(text, Character::isLowerCase)));
          default -> null;
        };
    return body == null ? null : new Callable(name, body);
  }

  private interface Result {
    Value get();
  }

  /** A method without arguments that looks at all of {@code text}. */
  private static Callable.Body plain(String name, String text, Result result) {
    return (evaluator, arguments) -> {
      arguments.bind(name);
      evaluator.budget().spend(1 + text.length() / 2);
      return result.get();
    };
  }

  private static Callable.Body all(String name, String text, IntPredicate condition) {
    return plain(
        name, text, () -> Value.of(!text.isEmpty() && text.codePoints().allMatch(condition)));
  }

  private static Callable.Body strip(String name, String text) {
    return (evaluator, arguments) -> {
      Arguments.Bound bound = arguments.bind(name, "chars");
      evaluator.budget().read(text.length());
      boolean left = !name.equals("rstrip");
      boolean right = !name.equals("lstrip");
      return Value.of(
          bound.present(0)
              ? strip(text, bound.text(0), left, right, evaluator.budget())
              : strip(text, left, right));
    };
  }

  private static String strip(String text, boolean left, boolean right) {
    String stripped = left ? PythonText.lstrip(text) : text;
    return right ? PythonText.rstrip(stripped) : stripped;
  }

  /** {@code text} without the characters of {@code unwanted} at its ends. */
  static String strip(String text, String unwanted, boolean left, boolean right, Budget budget) {
    int from = 0;
    int to = text.length();
    while (left && from < to && unwanted.indexOf(text.codePointAt(from)) >= 0) {
      budget.read(unwanted.length());
      from += Character.charCount(text.codePointAt(from));
    }
    while (right && to > from && unwanted.indexOf(text.codePointBefore(to)) >= 0) {
      budget.read(unwanted.length());
      to -= Character.charCount(text.codePointBefore(to));
    }
    return text.substring(from, to);
  }

  private static Callable.Body affix(String name, String text) {
    return (evaluator, arguments) -> {
      Arguments.Bound bound = arguments.bind(name, "affix", "start", "end");
      String part = text;
      if (bound.present(1) || bound.present(2)) {
        Value slice =
            Slices.slice(
                Value.of(text),
                bound.get(1, Value.NONE),
                bound.get(2, Value.NONE),
                Value.NONE,
                evaluator.budget());
        part = PythonText.of(slice, evaluator.budget());
      }
      Value affix = bound.required(0);
      List<Value> choices =
          affix instanceof Value.Sequence s && s.tuple() ? s.items() : List.of(affix);
      for (Value choice : choices) {
        String wanted = Arguments.asText(name, choice);
        evaluator.budget().read(wanted.length());
        if (name.equals("startswith") ? part.startsWith(wanted) : part.endsWith(wanted)) {
          return Value.TRUE;
        }
      }
      return Value.FALSE;
    };
  }

  private static Callable.Body remove(String name, String text) {
    return (evaluator, arguments) -> {
      String affix = arguments.bind(name, "affix").text(0);
      evaluator.budget().read(text.length());
      if (name.equals("removeprefix")) {
        return Value.of(text.startsWith(affix) ? text.substring(affix.length()) : text);
      }
      return Value.of(
          text.endsWith(affix) ? text.substring(0, text.length() - affix.length()) : text);
    };
  }

  private static Callable.Body split(String name, String text) {
    return (evaluator, arguments) -> {
      Arguments.Bound bound = arguments.bind(name, "sep", "maxsplit");
      long most = bound.integer(1, -1);
      long limit = most < 0 ? Long.MAX_VALUE : most;
      Budget budget = evaluator.budget();
      if (!bound.present(0)) {
        return texts(
            name.equals("split")
                ? Splitting.words(text, limit, budget)
                : Splitting.wordsFromEnd(text, limit, budget),
            budget);
      }
      String separator = bound.text(0);
      if (separator.isEmpty()) {
        throw new TemplateError("'" + name + "': the separator is empty");
      }
      return texts(
          name.equals("split")
              ? Splitting.split(text, separator, limit, budget)
              : Splitting.splitFromEnd(text, separator, limit, budget),
          budget);
    };
  }

  private static Value texts(List<String> texts, Budget budget) {
    budget.spend(texts.size());
    List<Value> values = new ArrayList<>(texts.size());
    texts.forEach(t -> values.add(Value.of(t)));
    return Value.list(values);
  }

  private static Callable.Body partition(String name, String text) {
    return (evaluator, arguments) -> {
      String separator = arguments.bind(name, "sep").text(0);
      if (separator.isEmpty()) {
        throw new TemplateError("'" + name + "': the separator is empty");
      }
      boolean first = name.equals("partition");
      int place =
          first
              ? TextSearch.indexOf(text, separator, 0, evaluator.budget())
              : TextSearch.lastIndexOf(text, separator, text.length(), evaluator.budget());
      List<String> parts =
          place >= 0
              ? List.of(
                  text.substring(0, place), separator, text.substring(place + separator.length()))
              : first ? List.of(text, "", "") : List.of("", "", text);
      return new Value.Sequence(parts.stream().map(Value::of).toList(), true);
    };
  }

  static Value join(String separator, Value items, Budget budget) {
    TextBuilder out = new TextBuilder(budget);
    boolean first = true;
    for (Value item : Iteration.list(items, budget)) {
      budget.spend(1);
      out.append(first ? "" : separator).append(Arguments.asText("join", item));
      first = false;
    }
    return Value.of(out.toString());
  }

  private static Callable.Body find(String name, String text) {
    return (evaluator, arguments) -> {
      Arguments.Bound bound = arguments.bind(name, "sub", "start", "end");
      Budget budget = evaluator.budget();
      String sought = bound.text(0);
      int length = CodePoints.length(text);
      budget.read(text.length());
      int from = place(text, bound.present(1) ? bound.integer(1) : 0, length);
      int to = place(text, bound.present(2) ? bound.integer(2) : length, length);
      String part = from <= to ? text.substring(from, to) : "";
      if (name.equals("count")) {
        return Value.of(from <= to ? Splitting.count(part, sought, budget) : 0);
      }
      int found =
          from > to
              ? -1
              : name.startsWith("r")
                  ? TextSearch.lastIndexOf(part, sought, part.length(), budget)
                  : TextSearch.indexOf(part, sought, 0, budget);
      if (found < 0 && name.endsWith("index")) {
        throw new TemplateError("'" + name + "': the text is not found");
      }
      return Value.of(found < 0 ? -1L : text.codePointCount(0, from + found));
    };
  }

  /** The place in UTF-16 units of a bound that counts code points, from the end if negative. */
  private static int place(String text, long bound, int length) {
    return CodePoints.place(text, (int) Math.clamp(bound < 0 ? bound + length : bound, 0, length));
  }

  private static Callable.Body pad(String name, String text) {
    return (evaluator, arguments) -> {
      Arguments.Bound bound = arguments.bind(name, "width", "fillchar");
      String fill = bound.text(1, " ");
      if (CodePoints.length(fill) != 1) {
        throw new TemplateError("'" + name + "': the fill must be one character");
      }
      long missing = Math.max(0, bound.integer(0) - CodePoints.length(text));
      long before =
          switch (name) {
            case "ljust" -> 0;
            case "rjust" -> missing;
            // CPython puts the odd one to the left where the width is odd.
            default -> missing / 2 + (missing & bound.integer(0) & 1);
          };
      return Value.of(
          new TextBuilder(evaluator.budget())
              .repeat(fill, before)
              .append(text)
              .repeat(fill, missing - before)
              .toString());
    };
  }
}
