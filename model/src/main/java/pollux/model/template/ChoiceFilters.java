package pollux.model.template;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code map}, {@code select}, {@code reject} and their kin: other filters and tests, per item. */
final class ChoiceFilters {
  private ChoiceFilters() {}

  static void addTo(Map<String, Filters.Filter> filters) {
    filters.put("map", ChoiceFilters::map);
    filters.put(
        "select",
        (evaluator, operand, arguments) -> choose(evaluator, operand, arguments, false, true));
    filters.put(
        "reject",
        (evaluator, operand, arguments) -> choose(evaluator, operand, arguments, false, false));
    filters.put(
        "selectattr",
        (evaluator, operand, arguments) -> choose(evaluator, operand, arguments, true, true));
    filters.put(
        "rejectattr",
        (evaluator, operand, arguments) -> choose(evaluator, operand, arguments, true, false));
  }

  private static Value map(Evaluator evaluator, Value operand, Arguments arguments) {
    Budget budget = evaluator.budget();
    Iterator<Value> items = items(operand, budget);
    if (arguments.positional().isEmpty() && arguments.named().containsKey("attribute")) {
      Arguments.Bound bound = arguments.bind("map", "attribute", "default");
      List<Value> path = ListFilters.path(bound.required(0));
      return new Generator(
          Iteration.mapped(
              items, budget, item -> Attributes.path(item, path, bound.get(1), budget)));
    }
    String filter = name("map", arguments, 0);
    Arguments rest = without(arguments, 1);
    return new Generator(
        Iteration.mapped(items, budget, item -> Filters.apply(evaluator, filter, item, rest)));
  }

  /**
   * @param ofAttribute whether an attribute of the item is tested instead of the item
   * @param wanted which outcome of the test keeps an item
   */
  private static Value choose(
      Evaluator evaluator,
      Value operand,
      Arguments arguments,
      boolean ofAttribute,
      boolean wanted) {
    Budget budget = evaluator.budget();
    int first = ofAttribute ? 1 : 0;
    if (ofAttribute && arguments.positional().isEmpty()) {
      throw new TemplateError("the filter needs the name of an attribute");
    }
    List<Value> path =
        ofAttribute ? ListFilters.path(arguments.positional().getFirst()) : List.of();
    boolean tested = arguments.positional().size() > first;
    String test = tested ? name("select", arguments, first) : "";
    Arguments rest = tested ? without(arguments, first + 1) : Arguments.NONE;
    return new Generator(
        Iteration.filtered(
            items(operand, budget),
            item -> {
              budget.spend(1);
              Value value = Attributes.path(item, path, null, budget);
              boolean holds =
                  tested ? ValueTests.test(evaluator, test, value, rest) : Types.truth(value);
              return holds == wanted;
            }));
  }

  /** Whatever is false has no items here, None and 0 too. */
  private static Iterator<Value> items(Value operand, Budget budget) {
    return Types.truth(operand) ? Iteration.of(operand, budget) : List.<Value>of().iterator();
  }

  private static String name(String what, Arguments arguments, int place) {
    if (arguments.positional().size() <= place) {
      throw new TemplateError("'" + what + "' needs the name of a filter or a test");
    }
    return Arguments.asText(what, arguments.positional().get(place));
  }

  private static Arguments without(Arguments arguments, int count) {
    List<Value> positional = arguments.positional();
    return new Arguments(
        positional.subList(count, positional.size()), new LinkedHashMap<>(arguments.named()));
  }
}
