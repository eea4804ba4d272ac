package pollux.model.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A macro as it is written.
 *
 * @param defaults of the last parameters
 * @param mentioned which of {@code caller}, {@code varargs} and {@code kwargs} its body speaks of:
 *     only those are filled
 */
record Macro(
    String name,
    List<String> parameters,
    List<Expression> defaults,
    List<Statement> body,
    Mentioned mentioned) {
  record Mentioned(boolean caller, boolean varargs, boolean kwargs) {}

  /** What a template may ask of a macro. */
  record Facts(Macro macro) {}

  /** The function that the macro is where {@code scope} surrounds it. */
  Callable in(Scope scope) {
    return new Callable(
        name,
        (evaluator, arguments) -> {
          Scope inner = new Scope(scope);
          fill(inner, evaluator, arguments);
          return Value.of(evaluator.renderer().capture(body, inner));
        },
        new Facts(this));
  }

  /** As {@code Macro.__call__} of jinja2.runtime. */
  private void fill(Scope inner, Evaluator evaluator, Arguments arguments) {
    Map<String, Value> named = new LinkedHashMap<>(arguments.named());
    List<Value> positional = arguments.positional();
    @Nullable Value[] given = new @Nullable Value[parameters.size()];
    for (int i = 0; i < given.length; i++) {
      given[i] = i < positional.size() ? positional.get(i) : named.remove(parameters.get(i));
    }
    if (mentioned.caller() && !parameters.contains("caller")) {
      Value caller = named.remove("caller");
      inner.set("caller", caller == null ? new Undefined("there is no caller") : caller);
    }
    if (mentioned.kwargs()) {
      inner.set("kwargs", Value.mapping(named));
    } else if (!named.isEmpty()) {
      throw new TemplateError(
          "the macro '" + name + "' takes no argument '" + named.keySet().iterator().next() + "'");
    }
    if (mentioned.varargs()) {
      inner.set(
          "varargs",
          new Value.Sequence(
              positional.subList(Math.min(given.length, positional.size()), positional.size()),
              true));
    } else if (positional.size() > given.length) {
      throw new TemplateError(
          "the macro '" + name + "' takes at most " + given.length + " arguments");
    }
    // Defaults see the parameters before them.
    for (int i = 0; i < given.length; i++) {
      int fallback = i - (given.length - defaults.size());
      Value value = given[i];
      if (value == null) {
        value =
            fallback >= 0
                ? evaluator.evaluate(defaults.get(fallback), inner)
                : new Undefined("the parameter '" + parameters.get(i) + "' was not provided");
      }
      inner.set(parameters.get(i), value);
    }
  }

  /** The names of the parameters as a tuple. */
  Value parameterNames() {
    List<Value> names = new ArrayList<>();
    parameters.forEach(p -> names.add(Value.of(p)));
    return new Value.Sequence(names, true);
  }
}
