package pollux.model.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pollux.tensor.BadInputException;

/** Values of what JSON readers give. */
final class Tree {
  private Tree() {}

  /**
   * @param depth lists and maps around {@code tree}
   */
  static Value value(@Nullable Object tree, int depth) {
    return switch (tree) {
      case null -> Value.NONE;
      case Value value -> value;
      case Boolean b -> Value.of(b.booleanValue());
      case Integer i -> Value.of(i.longValue());
      case Long l -> Value.of(l.longValue());
      case BigInteger big ->
          big.bitLength() < Long.SIZE ? Value.of(big.longValue()) : new Value.Big(big);
      case Float f -> new Value.Real(f);
      case Double d -> new Value.Real(d);
      case String s -> Value.of(s);
      case List<?> items -> {
        requireShallow(depth);
        List<Value> values = new ArrayList<>(items.size());
        for (Object item : items) {
          values.add(value(item, depth + 1));
        }
        yield Value.list(values);
      }
      case Map<?, ?> entries -> {
        requireShallow(depth);
        Map<Value, Value> values = new LinkedHashMap<>();
        entries.forEach((key, item) -> values.put(value(key, depth), value(item, depth + 1)));
        yield new Value.Mapping(values);
      }
      default ->
          throw new IllegalArgumentException(
              "a template takes no " + tree.getClass().getSimpleName());
    };
  }

  private static void requireShallow(int depth) {
    if (depth >= Nesting.DEEPEST) {
      throw new BadInputException(
          "what a chat template is given has lists or objects nested more than "
              + Nesting.DEEPEST
              + " deep");
    }
  }
}
