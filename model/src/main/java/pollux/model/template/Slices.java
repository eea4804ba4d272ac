package pollux.model.template;

import java.util.ArrayList;
import java.util.List;

/** {@code [from:to:step]} of texts, lists, tuples and ranges. */
final class Slices {
  private Slices() {}

  static Value slice(Value object, Value from, Value to, Value step, Budget budget) {
    if (object instanceof Undefined undefined) {
      throw undefined.error();
    }
    int length =
        switch (object) {
          case Value.Text(String text, boolean _) -> {
            budget.read(text.length());
            yield CodePoints.length(text);
          }
          case Value.Sequence sequence -> sequence.items().size();
          case Range range -> range.length();
          default -> -1;
        };
    if (length < 0 || !isBound(from) || !isBound(to) || !isBound(step)) {
      // Python's TypeError, which Jinja2 takes for a missing item.
      return new Undefined("a value of type " + Types.name(object) + " cannot be sliced so");
    }
    long stride = bound(step, 1);
    if (stride == 0) {
      throw new TemplateError("the step of a slice is 0");
    }
    long first = stride > 0 ? clamp(from, 0, length, 0) : clamp(from, -1, length - 1, length - 1);
    long end = stride > 0 ? clamp(to, 0, length, length) : clamp(to, -1, length - 1, -1);
    long span = stride > 0 ? end - first : first - end;
    // No stride is longer than the whole: what lies beyond it makes no difference.
    long pace = Math.clamp(stride, -(length + 1L), length + 1L);
    int count = span <= 0 ? 0 : (int) ((span - 1) / Math.abs(pace)) + 1;
    return take(object, (int) first, count, (int) pace, budget);
  }

  /** {@code count} items, {@code pace} places apart. */
  private static Value take(Value object, int first, int count, int pace, Budget budget) {
    switch (object) {
      case Value.Text(String text, boolean safe) -> {
        budget.read(text.length());
        if (pace == 1) {
          return new Value.Text(CodePoints.slice(text, first, first + count), safe);
        }
        budget.spend(text.length());
        int[] points = text.codePoints().toArray();
        StringBuilder out = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
          out.appendCodePoint(points[first + i * pace]);
        }
        return new Value.Text(out.toString(), safe);
      }
      case Value.Sequence sequence -> {
        budget.spend(count);
        List<Value> items = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
          items.add(sequence.items().get(first + i * pace));
        }
        return new Value.Sequence(items, sequence.tuple());
      }
      case Range range -> {
        long start = range.start() + first * range.step();
        long step = pace * range.step();
        return new Range(start, start + count * step, step);
      }
      default -> throw new IllegalArgumentException(Types.name(object));
    }
  }

  private static boolean isBound(Value value) {
    return value instanceof Value.None || Numbers.isWhole(value);
  }

  private static long bound(Value value, long otherwise) {
    Long whole = Numbers.whole(value);
    return whole == null ? otherwise : whole;
  }

  /** A bound within {@code low} and {@code high}; a negative one counts from the end. */
  private static long clamp(Value value, long low, long high, long otherwise) {
    Long whole = Numbers.whole(value);
    if (whole == null) {
      return otherwise;
    }
    long length = low == 0 ? high : high + 1;
    return Math.clamp(whole < 0 ? whole + length : whole, low, high);
  }
}
