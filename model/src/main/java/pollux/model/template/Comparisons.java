package pollux.model.template;

import java.util.Iterator;
import java.util.List;

/** Python's comparisons. */
final class Comparisons {
  private Comparisons() {}

  /**
   * @param operator one of {@code == != < <= > >= in notin}
   */
  static boolean holds(String operator, Value left, Value right, Budget budget) {
    return switch (operator) {
      case "==" -> equal(left, right, budget);
      case "!=" -> !equal(left, right, budget);
      case "in" -> contains(right, left, budget);
      case "notin" -> !contains(right, left, budget);
      case "<" -> isOrdered(left, right) && compare(left, right, budget) < 0;
      case "<=" -> isOrdered(left, right) && compare(left, right, budget) <= 0;
      case ">" -> isOrdered(left, right) && compare(left, right, budget) > 0;
      case ">=" -> isOrdered(left, right) && compare(left, right, budget) >= 0;
      default -> throw new IllegalArgumentException(operator);
    };
  }

  static boolean equal(Value left, Value right, Budget budget) {
    budget.spend(Math.min(left.weight(), right.weight()));
    return left.equals(right);
  }

  /** Negative, 0 or positive; an error where Python orders them not. */
  static int compare(Value left, Value right, Budget budget) {
    budget.spend(1);
    if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
      return Numbers.compare(left, right);
    }
    if (left instanceof Value.Text(String a, boolean _)
        && right instanceof Value.Text(String b, boolean _)) {
      budget.read(Math.min(a.length(), b.length()));
      return compare(a, b);
    }
    if (left instanceof Value.Sequence a
        && right instanceof Value.Sequence b
        && a.tuple() == b.tuple()) {
      return compare(a.items(), b.items(), budget);
    }
    if (left instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (right instanceof Undefined undefined) {
      throw undefined.error();
    }
    throw new TemplateError(
        "values of the types " + Types.name(left) + " and " + Types.name(right) + " have no order");
  }

  static boolean contains(Value container, Value item, Budget budget) {
    switch (container) {
      case Value.Text(String text, boolean _) -> {
        if (!(item instanceof Value.Text(String piece, boolean _))) {
          throw new TemplateError("'in' a text needs a text, not " + Types.name(item));
        }
        return TextSearch.indexOf(text, piece, 0, budget) >= 0;
      }
      case Value.Mapping mapping -> {
        return mapping.entries().containsKey(Hashing.key(item, budget));
      }
      case Range range when Numbers.isWhole(item) -> {
        long value = Numbers.compare(item, Value.of(0L)) == 0 ? 0 : wholeOf(item);
        long from = range.step() > 0 ? range.start() : range.stop() + 1;
        long to = range.step() > 0 ? range.stop() - 1 : range.start();
        return value >= from && value <= to && (value - range.start()) % range.step() == 0;
      }
      case DictView view when view.kind() == DictView.Kind.KEYS -> {
        return view.mapping().entries().containsKey(Hashing.key(item, budget));
      }
      default -> {
        Iterator<Value> items = Iteration.of(container, budget);
        while (items.hasNext()) {
          budget.spend(1);
          if (equal(items.next(), item, budget)) {
            return true;
          }
        }
        return false;
      }
    }
  }

  private static long wholeOf(Value value) {
    Long whole = Numbers.whole(value);
    return whole == null ? 0 : whole;
  }

  /** False where one is not a number: nothing is above or below it. */
  private static boolean isOrdered(Value left, Value right) {
    return !isNan(left) && !isNan(right);
  }

  private static boolean isNan(Value value) {
    return value instanceof Value.Real(double d) && Double.isNaN(d);
  }

  /** By code points, as Python does; UTF-16 units have another order. */
  private static int compare(String a, String b) {
    int n = Math.min(a.length(), b.length());
    for (int i = 0; i < n; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean pair = Character.isSurrogate(x);
        return pair == Character.isSurrogate(y) ? x - y : pair ? 1 : -1;
      }
    }
    return a.length() - b.length();
  }

  private static int compare(List<Value> a, List<Value> b, Budget budget) {
    int n = Math.min(a.size(), b.size());
    for (int i = 0; i < n; i++) {
      if (!equal(a.get(i), b.get(i), budget)) {
        return compare(a.get(i), b.get(i), budget);
      }
    }
    return a.size() - b.size();
  }
}
