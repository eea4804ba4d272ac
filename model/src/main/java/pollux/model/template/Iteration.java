package pollux.model.template;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The items of whatever has items. */
final class Iteration {
  private Iteration() {}

  static boolean isIterable(Value value) {
    return switch (value) {
      case Value.Text _,
          Value.Sequence _,
          Value.Mapping _,
          Undefined _,
          Range _,
          Generator _,
          DictView _ ->
          true;
      case Value.None _,
          Value.Bool _,
          Value.Int _,
          Value.Big _,
          Value.Real _,
          Namespace _,
          Callable _,
          LoopState _ ->
          false;
    };
  }

  /** The items one by one; each costs a unit of work. */
  static Iterator<Value> of(Value value, Budget budget) {
    return switch (value) {
      case Value.Sequence sequence -> sequence.items().iterator();
      case Value.Mapping mapping -> mapping.entries().keySet().iterator();
      case Value.Text(String text, boolean _) -> {
        budget.spend(text.length());
        yield text.codePoints().mapToObj(c -> Value.of(Character.toString(c))).iterator();
      }
      case Undefined _ -> List.<Value>of().iterator();
      case Range range -> {
        budget.spend(range.length());
        yield IntStream.range(0, range.length()).mapToObj(i -> Value.of(range.get(i))).iterator();
      }
      case Generator generator -> generator.values();
      case DictView view -> {
        budget.spend(view.mapping().entries().size());
        yield view.items().iterator();
      }
      default -> throw new TemplateError("a value of type " + Types.name(value) + " has no items");
    };
  }

  /** All items; a generator is used up. */
  static List<Value> list(Value value, Budget budget) {
    if (value instanceof Value.Sequence sequence) {
      return sequence.items();
    }
    List<Value> items = new ArrayList<>();
    Iterator<Value> values = of(value, budget);
    while (values.hasNext()) {
      budget.spend(1);
      items.add(values.next());
    }
    return items;
  }

  /** How many items there are, where the value knows; -1 where it does not. */
  static long knownLength(Value value) {
    return switch (value) {
      case Value.Sequence sequence -> sequence.items().size();
      case Value.Mapping mapping -> mapping.entries().size();
      case Value.Text(String text, boolean _) -> text.codePointCount(0, text.length());
      case Undefined _ -> 0;
      case Range range -> range.length();
      case DictView view -> view.mapping().entries().size();
      default -> -1;
    };
  }

  /** The items for which {@code condition} holds, asked when they are wanted. */
  static Iterator<Value> filtered(Iterator<Value> items, Predicate<Value> condition) {
    return new Iterator<>() {
      private @Nullable Value next;

      @Override
      public boolean hasNext() {
        while (next == null && items.hasNext()) {
          Value item = items.next();
          if (condition.test(item)) {
            next = item;
          }
        }
        return next != null;
      }

      @Override
      public Value next() {
        if (!hasNext() || next == null) {
          throw new NoSuchElementException();
        }
        Value item = next;
        next = null;
        return item;
      }
    };
  }

  /** What {@code function} makes of each item, when it is wanted. */
  static Iterator<Value> mapped(
      Iterator<Value> items, Budget budget, UnaryOperator<Value> function) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return items.hasNext();
      }

      @Override
      public Value next() {
        budget.spend(1);
        return function.apply(items.next());
      }
    };
  }
}
