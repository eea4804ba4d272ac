package pollux.model.template;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The functions that a template has without being given them. */
final class Globals {
  private static final int LONGEST_DATE_FORMAT = 1000;

  private static final Map<String, Value> FUNCTIONS =
      Map.of(
          "range", new Callable("range", Globals::range),
          "dict", new Callable("dict", Globals::dict),
          "namespace", new Callable("namespace", Globals::namespace),
          "cycler", new Callable("cycler", Globals::cycler),
          "joiner", new Callable("joiner", Globals::joiner),
          "raise_exception", new Callable("raise_exception", Globals::refuse),
          "strftime_now", new Callable("strftime_now", Globals::now));

  private Globals() {}

  static @Nullable Value get(String name) {
    return FUNCTIONS.get(name);
  }

  private static Value range(Evaluator evaluator, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("range", "start", "stop", "step");
    long first = bound.integer(0);
    return bound.present(1)
        ? new Range(first, bound.integer(1), bound.integer(2, 1))
        : new Range(0, first, 1);
  }

  private static Value dict(Evaluator evaluator, Arguments arguments) {
    return new Value.Mapping(entries(evaluator, arguments, "dict"));
  }

  private static Value namespace(Evaluator evaluator, Arguments arguments) {
    Namespace namespace = new Namespace();
    entries(evaluator, arguments, "namespace")
        .forEach(
            (key, value) -> namespace.members().put(Arguments.asText("namespace", key), value));
    return namespace;
  }

  /** Of a mapping or of pairs, then the named arguments. */
  private static Map<Value, Value> entries(Evaluator evaluator, Arguments arguments, String what) {
    Map<Value, Value> entries = new LinkedHashMap<>();
    Budget budget = evaluator.budget();
    Arguments unnamed = new Arguments(arguments.positional(), Map.of());
    Value given = unnamed.bind(what, "entries").get(0);
    if (given instanceof Value.Mapping mapping) {
      budget.spend(mapping.entries().size());
      entries.putAll(mapping.entries());
    } else if (given != null) {
      for (Value item : Iteration.list(given, budget)) {
        List<Value> pair = Iteration.list(item, budget);
        if (pair.size() != 2) {
          throw new TemplateError("'" + what + "' needs pairs of a key and a value");
        }
        entries.put(Hashing.key(pair.get(0), budget), pair.get(1));
      }
    }
    arguments.named().forEach((key, value) -> entries.put(Value.of(key), value));
    return entries;
  }

  /** An object with {@code next()}, {@code reset()} and {@code current}. */
  private static Value cycler(Evaluator evaluator, Arguments arguments) {
    List<Value> items = List.copyOf(arguments.positional());
    if (items.isEmpty()) {
      throw new TemplateError("'cycler' needs values to choose from");
    }
    Namespace state = new Namespace();
    int[] place = {0};
    Map<String, Value> members = state.members();
    members.put("current", items.getFirst());
    members.put(
        "next",
        new Callable(
            "next",
            (_, _) -> {
              Value item = items.get(place[0]);
              place[0] = (place[0] + 1) % items.size();
              members.put("current", items.get(place[0]));
              return item;
            }));
    members.put(
        "reset",
        new Callable(
            "reset",
            (_, _) -> {
              place[0] = 0;
              members.put("current", items.getFirst());
              return Value.NONE;
            }));
    return state;
  }

  /** A function that gives nothing at its first call and the separator from then on. */
  private static Value joiner(Evaluator evaluator, Arguments arguments) {
    Value separator = arguments.bind("joiner", "sep").get(0, Value.of(", "));
    boolean[] used = {false};
    return new Callable(
        "joiner",
        (_, _) -> {
          Value given = used[0] ? separator : Value.of("");
          used[0] = true;
          return given;
        });
  }

  private static Value refuse(Evaluator evaluator, Arguments arguments) {
    Value message = arguments.bind("raise_exception", "message").required(0);
    throw new TemplateError(
        "the template refuses this conversation: " + PythonText.of(message, evaluator.budget()));
  }

  private static Value now(Evaluator evaluator, Arguments arguments) {
    String format = arguments.bind("strftime_now", "format").text(0);
    if (format.length() > LONGEST_DATE_FORMAT) {
      throw new TemplateError("'strftime_now': the format is too long");
    }
    evaluator.budget().spend(100L + 10L * format.length());
    return Value.of(Strftime.format(format, evaluator.now()));
  }
}
