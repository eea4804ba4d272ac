package pollux.model.template;

/** Python's {@code range}; at most {@link #MOST} numbers, as in Jinja2's sandbox. */
record Range(long start, long stop, long step) implements Value {
  static final long MOST = 100_000;

  Range {
    if (step == 0) {
      throw new TemplateError("the step of a range is 0");
    }
    if (count(start, stop, step) > MOST) {
      throw new TemplateError("a range has more than " + MOST + " numbers");
    }
  }

  int length() {
    return (int) count(start, stop, step);
  }

  long get(int index) {
    return start + index * step;
  }

  private static long count(long start, long stop, long step) {
    // Both differences are taken unsigned: they may be larger than a long.
    if (step > 0) {
      return start >= stop ? 0 : atMost(Long.divideUnsigned(stop - start - 1, step));
    }
    return start <= stop ? 0 : atMost(Long.divideUnsigned(start - stop - 1, -step));
  }

  private static long atMost(long steps) {
    return Long.compareUnsigned(steps, MOST) > 0 ? MOST + 1 : steps + 1;
  }
}
