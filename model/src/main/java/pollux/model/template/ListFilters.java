package pollux.model.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Filters that order, join, group and reduce sequences. */
final class ListFilters {
  private ListFilters() {}

  static void addTo(Map<String, Filters.Filter> filters) {
    filters.put(
        "list",
        (evaluator, operand, arguments) -> {
          arguments.bind("list");
          return Value.list(Iteration.list(operand, evaluator.budget()));
        });
    filters.put("first", ListFilters::first);
    filters.put("last", ListFilters::last);
    filters.put("reverse", ListFilters::reverse);
    filters.put("join", ListFilters::join);
    filters.put("sort", ListFilters::sort);
    filters.put("unique", ListFilters::unique);
    filters.put(
        "min", (evaluator, operand, arguments) -> extreme(evaluator, operand, arguments, "min"));
    filters.put(
        "max", (evaluator, operand, arguments) -> extreme(evaluator, operand, arguments, "max"));
    filters.put("sum", ListFilters::sum);
    filters.put("batch", ListFilters::batch);
    filters.put("slice", ListFilters::slice);
    filters.put("items", ListFilters::items);
    filters.put("dictsort", ListFilters::dictSort);
    filters.put("groupby", ListFilters::groupBy);
  }

  private static Value first(Evaluator evaluator, Value operand, Arguments arguments) {
    arguments.bind("first");
    Iterator<Value> items = Iteration.of(operand, evaluator.budget());
    return items.hasNext() ? items.next() : new Undefined("there is no first item");
  }

  private static Value last(Evaluator evaluator, Value operand, Arguments arguments) {
    arguments.bind("last");
    if (operand instanceof Generator) {
      throw new TemplateError("'last' needs a sequence, not a generator");
    }
    List<Value> items = Iteration.list(operand, evaluator.budget());
    return items.isEmpty() ? new Undefined("there is no last item") : items.getLast();
  }

  private static Value reverse(Evaluator evaluator, Value operand, Arguments arguments) {
    arguments.bind("reverse");
    Budget budget = evaluator.budget();
    if (operand instanceof Value.Text(String text, boolean _)) {
      budget.spend(1 + text.length() / 2);
      return Value.of(new StringBuilder(text).reverse().toString());
    }
    return new Generator(Iteration.list(operand, budget).reversed().iterator());
  }

  private static Value join(Evaluator evaluator, Value operand, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("join", "d", "attribute");
    Budget budget = evaluator.budget();
    String separator = PythonText.of(bound.get(0, Value.of("")), budget);
    List<Value> path = bound.present(1) ? path(bound.required(1)) : List.of();
    TextBuilder out = new TextBuilder(budget);
    Iterator<Value> items = Iteration.of(operand, budget);
    for (boolean more = false; items.hasNext(); more = true) {
      budget.spend(1);
      out.append(more ? separator : "");
      PythonText.print(Attributes.path(items.next(), path, null, budget), out, budget);
    }
    return Value.of(out.toString());
  }

  /** The parts of an attribute's name: {@code a.0.b} is the attribute b of the first item of a. */
  static List<Value> path(Value attribute) {
    if (!(attribute instanceof Value.Text(String names, boolean _))) {
      return List.of(attribute);
    }
    List<Value> parts = new ArrayList<>();
    for (String part : names.split("\\.", -1)) {
      boolean number =
          !part.isEmpty() && part.length() < 10 && part.chars().allMatch(c -> c >= '0' && c <= '9');
      parts.add(number ? Value.of(Long.parseLong(part)) : Value.of(part));
    }
    return parts;
  }

  /** What an item is ordered by: its attributes, in lower case unless case counts. */
  private static Value key(Value item, List<List<Value>> paths, boolean caseCounts, Budget budget) {
    List<Value> keys = new ArrayList<>();
    for (List<Value> path : paths) {
      keys.add(folded(Attributes.path(item, path, null, budget), caseCounts, budget));
    }
    return keys.size() == 1 ? keys.getFirst() : Value.list(keys);
  }

  private static Value folded(Value value, boolean caseCounts, Budget budget) {
    if (caseCounts || !(value instanceof Value.Text(String text, boolean _))) {
      return value;
    }
    budget.spend(1 + text.length() / 2);
    return Value.of(text.toLowerCase(Locale.ROOT));
  }

  private static List<List<Value>> paths(Arguments.Bound bound, int place) {
    if (!bound.present(place)) {
      return List.of(List.of());
    }
    if (bound.required(place) instanceof Value.Text(String names, boolean _)) {
      List<List<Value>> paths = new ArrayList<>();
      for (String name : names.split(",", -1)) {
        paths.add(path(Value.of(name)));
      }
      return paths;
    }
    return List.of(path(bound.required(place)));
  }

  private record Keyed(Value key, Value item) {}

  private static List<Value> sorted(List<Keyed> keyed, boolean reverse, Budget budget) {
    Comparator<Keyed> order = (a, b) -> Comparisons.compare(a.key, b.key, budget);
    keyed.sort(reverse ? order.reversed() : order);
    List<Value> items = new ArrayList<>(keyed.size());
    keyed.forEach(k -> items.add(k.item));
    return items;
  }

  private static Value sort(Evaluator evaluator, Value operand, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("sort", "reverse", "case_sensitive", "attribute");
    Budget budget = evaluator.budget();
    List<List<Value>> paths = paths(bound, 2);
    List<Keyed> keyed = new ArrayList<>();
    for (Value item : Iteration.list(operand, budget)) {
      keyed.add(new Keyed(key(item, paths, bound.flag(1, false), budget), item));
    }
    return Value.list(sorted(keyed, bound.flag(0, false), budget));
  }

  private static Value dictSort(Evaluator evaluator, Value operand, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("dictsort", "case_sensitive", "by", "reverse");
    Budget budget = evaluator.budget();
    if (!(operand instanceof Value.Mapping mapping)) {
      throw wrong("dictsort", operand);
    }
    int place =
        switch (bound.text(1, "key")) {
          case "key" -> 0;
          case "value" -> 1;
          default -> throw new TemplateError("'dictsort': 'by' is key or value");
        };
    List<Keyed> keyed = new ArrayList<>();
    for (Value pair : DictView.pairs(mapping)) {
      Value by = Attributes.item(pair, Value.of((long) place), budget);
      keyed.add(new Keyed(folded(by, bound.flag(0, false), budget), pair));
    }
    return Value.list(sorted(keyed, bound.flag(2, false), budget));
  }

  private static Value unique(Evaluator evaluator, Value operand, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("unique", "case_sensitive", "attribute");
    Budget budget = evaluator.budget();
    List<List<Value>> paths = paths(bound, 1);
    Set<Value> seen = new HashSet<>();
    return new Generator(
        Iteration.filtered(
            Iteration.of(operand, budget),
            item -> seen.add(Hashing.key(key(item, paths, bound.flag(0, false), budget), budget))));
  }

  private static Value extreme(
      Evaluator evaluator, Value operand, Arguments arguments, String name) {
    Arguments.Bound bound = arguments.bind(name, "case_sensitive", "attribute");
    Budget budget = evaluator.budget();
    List<List<Value>> paths = paths(bound, 1);
    Value best = null;
    Value bestKey = Value.NONE;
    for (Value item : Iteration.list(operand, budget)) {
      Value key = key(item, paths, bound.flag(0, false), budget);
      int order = best == null ? 0 : Comparisons.compare(key, bestKey, budget);
      if (best == null || (name.equals("min") ? order < 0 : order > 0)) {
        best = item;
        bestKey = key;
      }
    }
    return best == null ? new Undefined("there is no item to choose") : best;
  }

  private static Value sum(Evaluator evaluator, Value operand, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("sum", "attribute", "start");
    Budget budget = evaluator.budget();
    List<Value> path = bound.present(0) ? path(bound.required(0)) : List.of();
    Value sum = bound.get(1, Value.of(0L));
    for (Value item : Iteration.list(operand, budget)) {
      budget.spend(1);
      sum = Operators.apply("+", sum, Attributes.path(item, path, null, budget), budget);
    }
    return sum;
  }

  private static Value batch(Evaluator evaluator, Value operand, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("batch", "linecount", "fill_with");
    Budget budget = evaluator.budget();
    long size = bound.integer(0);
    List<Value> items = Iteration.list(operand, budget);
    List<Value> batches = new ArrayList<>();
    int step = (int) Math.clamp(size, 1, items.size() + 1);
    for (int from = 0; from < items.size(); from += step) {
      List<Value> batch = items.subList(from, Math.min(items.size(), from + step));
      batches.add(Value.list(filled(batch, bound.get(1), size, budget)));
    }
    return new Generator(batches.iterator());
  }

  private static List<Value> filled(
      List<Value> items, @Nullable Value fill, long size, Budget budget) {
    budget.spend(items.size());
    if (fill == null || fill instanceof Value.None || items.size() >= size) {
      return items;
    }
    if (size > Range.MOST) {
      throw new TemplateError("a list grows beyond " + Range.MOST + " items");
    }
    budget.spend(size);
    List<Value> filled = new ArrayList<>(items);
    filled.addAll(Collections.nCopies((int) size - items.size(), fill));
    return filled;
  }

  /** The items in {@code slices} columns of nearly the same length. */
  private static Value slice(Evaluator evaluator, Value operand, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("slice", "slices", "fill_with");
    Budget budget = evaluator.budget();
    long slices = bound.integer(0);
    if (slices < 1 || slices > Range.MOST) {
      throw new TemplateError("'slice' needs 1 to " + Range.MOST + " slices");
    }
    budget.spend(slices);
    List<Value> items = Iteration.list(operand, budget);
    int each = items.size() / (int) slices;
    int longer = items.size() % (int) slices;
    List<Value> columns = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < slices; i++) {
      int to = from + each + (i < longer ? 1 : 0);
      List<Value> column = items.subList(from, to);
      columns.add(Value.list(filled(column, i >= longer ? bound.get(1) : null, each + 1L, budget)));
      from = to;
    }
    return new Generator(columns.iterator());
  }

  private static Value items(Evaluator evaluator, Value operand, Arguments arguments) {
    arguments.bind("items");
    if (operand instanceof Undefined) {
      return new Generator(List.<Value>of().iterator());
    }
    if (operand instanceof Value.Mapping mapping) {
      evaluator.budget().spend(mapping.entries().size());
      return new Generator(DictView.pairs(mapping).iterator());
    }
    throw wrong("items", operand);
  }

  /** Tuples of what the items have in common and the items, in order of the former. */
  private static Value groupBy(Evaluator evaluator, Value operand, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("groupby", "attribute", "default", "case_sensitive");
    Budget budget = evaluator.budget();
    List<Value> path = path(bound.required(0));
    List<Keyed> keyed = new ArrayList<>();
    for (Value item : Iteration.list(operand, budget)) {
      Value key = Attributes.path(item, path, bound.get(1), budget);
      keyed.add(new Keyed(folded(key, bound.flag(2, false), budget), item));
    }
    Map<Value, List<Value>> groups = new LinkedHashMap<>();
    keyed.sort((a, b) -> Comparisons.compare(a.key, b.key, budget));
    for (Keyed k : keyed) {
      groups.computeIfAbsent(Hashing.key(k.key, budget), _ -> new ArrayList<>()).add(k.item);
    }
    List<Value> result = new ArrayList<>();
    groups.forEach((_, items) -> {
      // The key as the first item has it, not in lower case.
      Value key = Attributes.path(items.getFirst(), path, bound.get(1), budget);
      result.add(new Value.Sequence(List.of(key, Value.list(items)), true));
    });
    return Value.list(result);
  }

  private static TemplateError wrong(String filter, Value operand) {
    return operand instanceof Undefined undefined
        ? undefined.error()
        : new TemplateError("'" + filter + "' needs a mapping, not " + Types.name(operand));
  }
}
