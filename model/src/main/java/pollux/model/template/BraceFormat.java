package pollux.model.template;

import java.util.ArrayList;
import java.util.List;

/** {@code '{} {name!r:>8}'.format(…)}, as Python's texts have it. */
final class BraceFormat {
  private final Arguments arguments;
  private final Budget budget;
  private int automatic;

  BraceFormat(Arguments arguments, Budget budget) {
    this.arguments = arguments;
    this.budget = budget;
  }

  String format(String format) {
    return format(format, true);
  }

  /**
   * @param outer whether fields within a field's specification are still allowed
   */
  private String format(String format, boolean outer) {
    TextBuilder out = new TextBuilder(budget);
    int at = 0;
    while (at < format.length()) {
      char c = format.charAt(at);
      boolean twice = at + 1 < format.length() && format.charAt(at + 1) == c;
      if ((c == '{' || c == '}') && twice && outer) {
        out.append(c);
        at += 2;
      } else if (c == '{') {
        int end = close(format, at + 1);
        out.append(field(format.substring(at + 1, end), outer));
        at = end + 1;
      } else if (c == '}') {
        throw new TemplateError("'format': a single '}'");
      } else {
        out.append(c);
        at++;
      }
    }
    return out.toString();
  }

  /** The place of the brace that closes the field which begins at {@code from}. */
  private static int close(String format, int from) {
    int open = 1;
    for (int i = from; i < format.length(); i++) {
      open += format.charAt(i) == '{' ? 1 : format.charAt(i) == '}' ? -1 : 0;
      if (open == 0) {
        return i;
      }
    }
    throw new TemplateError("'format': a '{' is not closed");
  }

  private String field(String field, boolean outer) {
    int end = 0;
    boolean bracket = false;
    while (end < field.length() && (bracket || ":!".indexOf(field.charAt(end)) < 0)) {
      bracket = field.charAt(end) == '[' || (bracket && field.charAt(end) != ']');
      end++;
    }
    Value value = value(field.substring(0, end));
    String rest = field.substring(end);
    if (rest.startsWith("!")) {
      char conversion = rest.length() > 1 ? rest.charAt(1) : ' ';
      value =
          switch (conversion) {
            case 's' -> Value.of(PythonText.of(value, budget));
            case 'r', 'a' -> Value.of(PythonText.repr(value, budget));
            default -> throw new TemplateError("'format': an unknown conversion after '!'");
          };
      rest = rest.substring(2);
    }
    if (rest.isEmpty()) {
      return PythonText.of(value, budget);
    }
    if (!rest.startsWith(":")) {
      throw new TemplateError("'format': expected ':' after the conversion");
    }
    String spec = rest.substring(1);
    if (spec.indexOf('{') >= 0) {
      if (!outer) {
        throw new TemplateError("'format': fields are nested too deeply");
      }
      spec = format(spec, false);
    }
    return spec.isEmpty()
        ? PythonText.of(value, budget)
        : FormatSpec.parse(spec).format(value, budget);
  }

  /** The argument that {@code path}, like {@code 0.name[key]}, speaks of. */
  private Value value(String path) {
    int end = 0;
    while (end < path.length() && ".[".indexOf(path.charAt(end)) < 0) {
      end++;
    }
    String first = path.substring(0, end);
    Value value;
    if (first.isEmpty() || isNumber(first)) {
      int place = first.isEmpty() ? automatic++ : Integer.parseInt(first);
      if (place >= arguments.positional().size()) {
        throw new TemplateError("'format' has no argument " + place);
      }
      value = arguments.positional().get(place);
    } else {
      Value named = arguments.named().get(first);
      if (named == null) {
        throw new TemplateError("'format' has no argument of the name in its braces");
      }
      value = named;
    }
    for (String step : steps(path, end)) {
      value =
          step.startsWith(".")
              ? Attributes.attribute(value, step.substring(1))
              : Attributes.item(value, key(step.substring(1)), budget);
    }
    return value;
  }

  private static Value key(String text) {
    return isNumber(text) ? Value.of(Long.parseLong(text)) : Value.of(text);
  }

  private static List<String> steps(String path, int from) {
    List<String> steps = new ArrayList<>();
    int at = from;
    while (at < path.length()) {
      int end = at + 1;
      if (path.charAt(at) == '[') {
        int close = path.indexOf(']', at);
        if (close < 0) {
          throw new TemplateError("'format': a '[' is not closed");
        }
        steps.add(path.substring(at, close));
        at = close + 1;
      } else {
        while (end < path.length() && ".[".indexOf(path.charAt(end)) < 0) {
          end++;
        }
        steps.add(path.substring(at, end));
        at = end;
      }
    }
    return steps;
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && text.length() < 9 && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
