package pollux.model.template;

import java.util.Set;

/** The tests after {@code is}. */
final class ValueTests {
  private static final Set<String> NAMES =
      Set.of(
          "boolean",
          "callable",
          "defined",
          "divisibleby",
          "eq",
          "==",
          "equalto",
          "escaped",
          "even",
          "false",
          "filter",
          "float",
          "ge",
          ">=",
          "gt",
          ">",
          "greaterthan",
          "in",
          "integer",
          "iterable",
          "le",
          "<=",
          "lower",
          "lt",
          "<",
          "lessthan",
          "mapping",
          "ne",
          "!=",
          "none",
          "number",
          "odd",
          "sameas",
          "sequence",
          "string",
          "test",
          "true",
          "undefined",
          "upper");

  private ValueTests() {}

  static boolean test(Evaluator evaluator, String name, Value value, Arguments arguments) {
    Budget budget = evaluator.budget();
    return switch (name) {
      case "eq", "==", "equalto" -> compared("==", name, value, arguments, budget);
      case "ne", "!=" -> compared("!=", name, value, arguments, budget);
      case "lt", "<", "lessthan" -> compared("<", name, value, arguments, budget);
      case "le", "<=" -> compared("<=", name, value, arguments, budget);
      case "gt", ">", "greaterthan" -> compared(">", name, value, arguments, budget);
      case "ge", ">=" -> compared(">=", name, value, arguments, budget);
      case "in" -> compared("in", name, value, arguments, budget);
      case "sameas" -> {
        Value other = arguments.bind(name, "other").required(0);
        yield isSame(value, other);
      }
      case "divisibleby" -> {
        Value number = arguments.bind(name, "number").required(0);
        yield isRemainder(value, number, 0, budget);
      }
      default -> {
        arguments.bind(name);
        yield isKind(name, value, budget);
      }
    };
  }

  private static boolean isKind(String name, Value value, Budget budget) {
    return switch (name) {
      case "defined" -> !(value instanceof Undefined);
      case "undefined" -> value instanceof Undefined;
      case "none" -> value instanceof Value.None;
      case "boolean" -> value instanceof Value.Bool;
      case "true" -> value instanceof Value.Bool(boolean b) && b;
      case "false" -> value instanceof Value.Bool(boolean b) && !b;
      case "integer" -> value instanceof Value.Int || value instanceof Value.Big;
      case "float" -> value instanceof Value.Real;
      case "number" -> Numbers.isNumber(value) || value instanceof Value.Big;
      case "string" -> value instanceof Value.Text;
      case "mapping" -> value instanceof Value.Mapping;
      case "iterable" -> Iteration.isIterable(value);
      case "sequence" ->
          value instanceof Value.Text
              || value instanceof Value.Sequence
              || value instanceof Value.Mapping
              || value instanceof Range
              || value instanceof Undefined;
      case "callable" ->
          value instanceof Callable || value instanceof LoopState || value instanceof Undefined;
      case "escaped" -> value instanceof Value.Text(String _, boolean safe) && safe;
      case "odd" -> isRemainder(value, Value.of(2L), 1, budget);
      case "even" -> isRemainder(value, Value.of(2L), 0, budget);
      case "lower" -> {
        yield Letters.isCased(read(value, budget), Character::isLowerCase);
      }
      case "upper" -> {
        yield Letters.isCased(read(value, budget), Character::isUpperCase);
      }
      case "filter" -> value instanceof Value.Text(String t, boolean _) && Filters.exists(t);
      case "test" -> value instanceof Value.Text(String t, boolean _) && NAMES.contains(t);
      default -> throw new TemplateError("there is no test '" + name + "'");
    };
  }

  private static String read(Value value, Budget budget) {
    String text = PythonText.of(value, budget);
    budget.spend(text.length());
    return text;
  }

  private static boolean compared(
      String operator, String name, Value value, Arguments arguments, Budget budget) {
    return Comparisons.holds(operator, value, arguments.bind(name, "other").required(0), budget);
  }

  private static boolean isRemainder(Value value, Value divisor, long rest, Budget budget) {
    return Comparisons.equal(Operators.apply("%", value, divisor, budget), Value.of(rest), budget);
  }

  /** Python's {@code is}: numbers and texts of the same type and value count as one object. */
  private static boolean isSame(Value a, Value b) {
    boolean simple = a instanceof Value.Text || a instanceof Value.None || Numbers.isNumber(a);
    return a == b || (simple && a.getClass() == b.getClass() && a.equals(b));
  }
}
