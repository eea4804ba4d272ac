package pollux.model.template;

import java.util.HashMap;
import java.util.Map;

/** The filters by their names: those of Jinja2 that need no HTML page and no chance. */
final class Filters {
  /** What a filter does with its operand. */
  interface Filter {
    Value apply(Evaluator evaluator, Value operand, Arguments arguments);
  }

  private static final Map<String, Filter> FILTERS = new HashMap<>();

  static {
    ValueFilters.addTo(FILTERS);
    TextFilters.addTo(FILTERS);
    ListFilters.addTo(FILTERS);
    ChoiceFilters.addTo(FILTERS);
  }

  private Filters() {}

  static boolean exists(String name) {
    return FILTERS.containsKey(name);
  }

  static Value apply(Evaluator evaluator, String name, Value operand, Arguments arguments) {
    Filter filter = FILTERS.get(name);
    if (filter == null) {
      throw new TemplateError("there is no filter '" + name + "'");
    }
    return filter.apply(evaluator, operand, arguments);
  }
}
