package pollux.evaluation;

/** Where a rate lies with 95 % confidence, both ends between 0 and 1. */
public record Interval(double low, double high) {
  /** The 97.5 % quantile of the normal distribution. */
  private static final double Z = 1.959963984540054;

  /** The score interval of {@code correct} successes in {@code cases} trials (Wilson 1927). */
  public static Interval wilson(int correct, int cases) {
    if (cases < 1 || correct < 0 || correct > cases) {
      throw new IllegalArgumentException(correct + " of " + cases + " is no rate");
    }
    double n = cases;
    double rate = correct / n;
    double scale = 1 / (1 + Z * Z / n);
    double centre = scale * (rate + Z * Z / (2 * n));
    double half = scale * Z * Math.sqrt(rate * (1 - rate) / n + Z * Z / (4 * n * n));
    // At the ends the formula gives 0 and 1 up to rounding.
    return new Interval(
        correct == 0 ? 0 : Math.max(0, centre - half),
        correct == cases ? 1 : Math.min(1, centre + half));
  }
}
