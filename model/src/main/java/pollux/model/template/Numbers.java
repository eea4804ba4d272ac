package pollux.model.template;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Python's numbers: truth values are 0 and 1, integers and reals compare by value. */
final class Numbers {
  private Numbers() {}

  static boolean isNumber(Value value) {
    return value instanceof Value.Bool || value instanceof Value.Int || value instanceof Value.Real;
  }

  static boolean isWhole(Value value) {
    return value instanceof Value.Bool || value instanceof Value.Int;
  }

  /** The integer that {@code value} is, or null. */
  static @Nullable Long whole(Value value) {
    return switch (value) {
      case Value.Bool(boolean b) -> b ? 1L : 0L;
      case Value.Int(long i) -> i;
      default -> null;
    };
  }

  /** {@code value}, a number, as a real. */
  static double real(Value value) {
    return switch (value) {
      case Value.Real(double d) -> d;
      case Value.Int(long i) -> i;
      case Value.Bool(boolean b) -> b ? 1 : 0;
      default -> throw new TemplateError("expected a number, found " + Types.name(value));
    };
  }

  static boolean equal(Value a, Value b) {
    if (!isNumber(a) || !isNumber(b)) {
      return false;
    }
    Long x = whole(a);
    Long y = whole(b);
    if (x != null && y != null) {
      return x.longValue() == y.longValue();
    }
    if (x == null && y == null) {
      return real(a) == real(b);
    }
    return compare(a, b) == 0 && !Double.isNaN(real(a)) && !Double.isNaN(real(b));
  }

  /** Negative, 0 or positive; exact also where an integer has no real of its value. */
  static int compare(Value a, Value b) {
    Long x = whole(a);
    Long y = whole(b);
    if (x != null && y != null) {
      return Long.compare(x, y);
    }
    double p = real(a);
    double q = real(b);
    if (p != q || Double.isInfinite(p)) {
      return Double.compare(p, q);
    }
    return exact(a, x).compareTo(exact(b, y));
  }

  private static BigDecimal exact(Value value, @Nullable Long whole) {
    return whole != null ? BigDecimal.valueOf(whole) : new BigDecimal(real(value));
  }

  /** The integer part of {@code d}. */
  static Value truncated(double d) {
    if (Double.isNaN(d) || Double.isInfinite(d)) {
      throw new TemplateError("no integer has the value " + PythonText.real(d));
    }
    if (Math.abs(d) >= 0x1p63) {
      throw tooLarge();
    }
    return Value.of((long) d);
  }

  static TemplateError tooLarge() {
    return new TemplateError("an integer grows beyond 64 bits");
  }
}
