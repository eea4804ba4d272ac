package pollux.model.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Python's arithmetic. */
final class Operators {
  private Operators() {}

  /**
   * @param operator one of {@code + - * / // % **}
   */
  static Value apply(String operator, Value left, Value right, Budget budget) {
    if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
      Long a = Numbers.whole(left);
      Long b = Numbers.whole(right);
      return a != null && b != null
          ? whole(operator, a, b)
          : new Value.Real(real(operator, Numbers.real(left), Numbers.real(right)));
    }
    switch (operator) {
      case "+" -> {
        if (left instanceof Value.Text a && right instanceof Value.Text b) {
          return add(a, b, budget);
        }
        if (left instanceof Value.Sequence a
            && right instanceof Value.Sequence b
            && a.tuple() == b.tuple()) {
          budget.spend(a.items().size() + (long) b.items().size());
          List<Value> items = new ArrayList<>(a.items());
          items.addAll(b.items());
          return new Value.Sequence(items, a.tuple());
        }
      }
      case "*" -> {
        Long times = Numbers.whole(left) != null ? Numbers.whole(left) : Numbers.whole(right);
        Value repeated = Numbers.whole(left) != null ? right : left;
        if (times != null && repeated instanceof Value.Text(String text, boolean safe)) {
          return new Value.Text(new TextBuilder(budget).repeat(text, times).toString(), safe);
        }
        if (times != null && repeated instanceof Value.Sequence sequence) {
          return repeat(sequence, Math.max(0, times), budget);
        }
      }
      case "%" -> {
        if (left instanceof Value.Text(String format, boolean _)) {
          return Value.of(PercentFormat.format(format, right, budget));
        }
      }
      default -> {}
    }
    if (left instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (right instanceof Undefined undefined) {
      throw undefined.error();
    }
    throw new TemplateError(
        "'" + operator + "' does not go with " + Types.name(left) + " and " + Types.name(right));
  }

  static Value sign(boolean minus, Value operand) {
    Long whole = Numbers.whole(operand);
    if (whole != null) {
      if (whole == Long.MIN_VALUE && minus) {
        throw Numbers.tooLarge();
      }
      return Value.of(minus ? -whole : whole);
    }
    if (operand instanceof Value.Real(double d)) {
      return new Value.Real(minus ? -d : d);
    }
    if (operand instanceof Undefined undefined) {
      throw undefined.error();
    }
    throw new TemplateError("a value of type " + Types.name(operand) + " has no sign");
  }

  /** Where one of the two is marked as safe, the other is escaped first, as by markupsafe. */
  private static Value add(Value.Text a, Value.Text b, Budget budget) {
    boolean safe = a.safe() || b.safe();
    TextBuilder text = new TextBuilder(budget);
    text.append(safe && !a.safe() ? Markup.escape(a.value(), budget) : a.value());
    text.append(safe && !b.safe() ? Markup.escape(b.value(), budget) : b.value());
    return new Value.Text(text.toString(), safe);
  }

  private static Value repeat(Value.Sequence sequence, long times, Budget budget) {
    int size = sequence.items().size();
    // The limit of the sandbox's ranges, in both factors, so that the product is small too.
    if (size > 0 && times > Range.MOST) {
      throw new TemplateError("a list grows beyond " + Range.MOST + " items");
    }
    budget.spend(size * times);
    List<Value> items = new ArrayList<>();
    for (Iterable<Value> copy :
        Collections.nCopies(size == 0 ? 0 : (int) times, sequence.items())) {
      copy.forEach(items::add);
    }
    return new Value.Sequence(items, sequence.tuple());
  }

  private static Value whole(String operator, long a, long b) {
    try {
      return switch (operator) {
        case "+" -> Value.of(Math.addExact(a, b));
        case "-" -> Value.of(Math.subtractExact(a, b));
        case "*" -> Value.of(Math.multiplyExact(a, b));
        case "/" -> new Value.Real(real("/", a, b));
        case "//" -> Value.of(floorDivided(a, b));
        case "%" -> {
          requireDivisor(b != 0);
          yield Value.of(Math.floorMod(a, b));
        }
        case "**" ->
            b < 0
                ? new Value.Real(real("**", a, b))
                : Value.of(Math.powExact(a, (int) Math.min(b, 64 + (b & 1))));
        default -> throw new IllegalArgumentException(operator);
      };
    } catch (ArithmeticException e) {
      throw Numbers.tooLarge();
    }
  }

  private static long floorDivided(long a, long b) {
    requireDivisor(b != 0);
    return Math.floorDivExact(a, b);
  }

  private static double real(String operator, double a, double b) {
    return switch (operator) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "/" -> {
        requireDivisor(b != 0);
        yield a / b;
      }
      case "//" -> {
        requireDivisor(b != 0);
        yield Math.floor(a / b);
      }
      case "%" -> {
        requireDivisor(b != 0);
        double rest = a % b;
        yield rest != 0 && rest < 0 != b < 0 ? rest + b : rest;
      }
      case "**" -> {
        requireDivisor(a != 0 || b >= 0);
        double power = Math.pow(a, b);
        if (Double.isInfinite(power) || Double.isNaN(power)) {
          throw new TemplateError("a power is beyond the reals");
        }
        yield power;
      }
      default -> throw new IllegalArgumentException(operator);
    };
  }

  private static void requireDivisor(boolean there) {
    if (!there) {
      throw new TemplateError("a division by zero");
    }
  }
}
