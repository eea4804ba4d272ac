package pollux.model.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code object.name} and {@code object[key]}: the one looks for a method first and then for an
 * entry, the other the other way round. Nothing of Java can be reached.
 */
final class Attributes {
  private Attributes() {}

  static Value attribute(Value object, String name) {
    Value found = member(object, name);
    if (found == null && object instanceof Value.Mapping mapping) {
      found = mapping.get(name);
    }
    return found == null ? Undefined.attribute(object, name) : found;
  }

  static Value item(Value object, Value key, Budget budget) {
    if (object instanceof Undefined undefined) {
      throw undefined.error();
    }
    Value found = entry(object, key, budget);
    if (found != null) {
      return found;
    }
    if (key instanceof Value.Text(String name, boolean _)) {
      found = member(object, name);
      return found == null ? Undefined.attribute(object, shortened(name)) : found;
    }
    return new Undefined("a value of type " + Types.name(object) + " has no such item");
  }

  private static @Nullable Value entry(Value object, Value key, Budget budget) {
    if (object instanceof Value.Mapping mapping) {
      budget.spend(key.weight());
      return Hashing.isHashable(key) ? mapping.entries().get(key) : null;
    }
    Long whole = Numbers.whole(key);
    if (whole == null) {
      return null;
    }
    return switch (object) {
      case Value.Sequence sequence -> {
        int i = index(whole, sequence.items().size());
        yield i < 0 ? null : sequence.items().get(i);
      }
      case Value.Text(String text, boolean _) -> {
        budget.read(text.length());
        int i = index(whole, CodePoints.length(text));
        yield i < 0 ? null : Value.of(CodePoints.slice(text, i, i + 1));
      }
      case Range range -> {
        int i = index(whole, range.length());
        yield i < 0 ? null : Value.of(range.get(i));
      }
      default -> null;
    };
  }

  /** The place of {@code index}, which counts from the end where it is negative; -1 outside. */
  private static int index(long index, int length) {
    long place = index < 0 ? index + length : index;
    return place >= 0 && place < length ? (int) place : -1;
  }

  /** A method or a property, or null. */
  private static @Nullable Value member(Value object, String name) {
    return switch (object) {
      case Undefined undefined -> throw undefined.error();
      case Value.Text(String text, boolean _) -> TextMethods.of(text, name);
      case Value.Mapping mapping -> method(mapping, name);
      case Value.Sequence sequence -> method(sequence, name);
      case Namespace namespace -> namespace.members().get(name);
      case LoopState loop -> loop.attribute(name);
      case Callable callable when callable.macro() != null -> fact(callable.macro().macro(), name);
      default -> null;
    };
  }

  private static @Nullable Value method(Value.Mapping mapping, String name) {
    return switch (name) {
      case "items" -> view(mapping, DictView.Kind.ITEMS, name);
      case "keys" -> view(mapping, DictView.Kind.KEYS, name);
      case "values" -> view(mapping, DictView.Kind.VALUES, name);
      case "copy" ->
          new Callable(
              name,
              (_, arguments) -> {
                arguments.bind(name);
                return mapping;
              });
      case "get" ->
          new Callable(
              name,
              (evaluator, arguments) -> {
                Arguments.Bound bound = arguments.bind(name, "key", "default");
                Value value =
                    mapping.entries().get(Hashing.key(bound.required(0), evaluator.budget()));
                return value == null ? bound.get(1, Value.NONE) : value;
              });
      default -> null;
    };
  }

  private static Value view(Value.Mapping mapping, DictView.Kind kind, String name) {
    return new Callable(
        name,
        (_, arguments) -> {
          arguments.bind(name);
          return new DictView(mapping, kind);
        });
  }

  private static @Nullable Value method(Value.Sequence sequence, String name) {
    return switch (name) {
      case "copy" ->
          sequence.tuple()
              ? null
              : new Callable(
                  name,
                  (_, arguments) -> {
                    arguments.bind(name);
                    return sequence;
                  });
      case "count" ->
          new Callable(
              name,
              (evaluator, arguments) -> {
                Value wanted = arguments.bind(name, "value").required(0);
                long count = 0;
                for (Value item : sequence.items()) {
                  count += Comparisons.equal(item, wanted, evaluator.budget()) ? 1 : 0;
                }
                return Value.of(count);
              });
      case "index" ->
          new Callable(
              name,
              (evaluator, arguments) -> {
                Value wanted = arguments.bind(name, "value").required(0);
                for (int i = 0; i < sequence.items().size(); i++) {
                  if (Comparisons.equal(sequence.items().get(i), wanted, evaluator.budget())) {
                    return Value.of((long) i);
                  }
                }
                throw new TemplateError("'index': the value is not in the list");
              });
      default -> null;
    };
  }

  private static @Nullable Value fact(Macro macro, String name) {
    return switch (name) {
      case "name" -> Value.of(macro.name());
      case "arguments" -> macro.parameterNames();
      case "catch_kwargs" -> Value.of(macro.mentioned().kwargs());
      case "catch_varargs" -> Value.of(macro.mentioned().varargs());
      case "caller" -> Value.of(macro.mentioned().caller());
      default -> null;
    };
  }

  /**
   * The value at a path like {@code function.name} or {@code 0}, each part looked up as {@code
   * object[part]}; {@code otherwise}, where it is given, stands for what is not there.
   */
  static Value path(Value object, List<Value> parts, @Nullable Value otherwise, Budget budget) {
    Value value = object;
    for (Value part : parts) {
      value = item(value, part, budget);
      if (otherwise != null && value instanceof Undefined) {
        value = otherwise;
      }
    }
    return value;
  }

  private static String shortened(String name) {
    return name.length() <= 40 ? name : name.substring(0, 40) + "…";
  }
}
