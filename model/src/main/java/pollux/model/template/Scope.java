package pollux.model.template;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The variables of a block, and what surrounds it. Loops, macros, {@code with}, {@code call},
 * {@code filter} and block assignments have one of their own, {@code if} has none.
 */
final class Scope {
  private final Map<String, Value> variables;
  private final @Nullable Scope around;

  Scope(Scope around) {
    this.variables = new HashMap<>(8);
    this.around = around;
  }

  /** The outermost scope. */
  Scope(Map<String, Value> given) {
    this.variables = new HashMap<>(given);
    this.around = null;
  }

  @Nullable Value get(String name) {
    for (Scope scope = this; scope != null; scope = scope.around) {
      Value value = scope.variables.get(name);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  void set(String name, Value value) {
    variables.put(name, value);
  }
}
