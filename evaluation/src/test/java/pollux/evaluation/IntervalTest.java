package pollux.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class IntervalTest {
  /**
   * The examples of Newcombe, "Two-sided confidence intervals for the single proportion", 1998,
   * table I, method 3.
   */
  @Test
  void agreesWithPublishedValues() {
    check(81, 263, 0.2553, 0.3662);
    check(15, 148, 0.0624, 0.1605);
    check(0, 20, 0.0000, 0.1611);
    check(1, 29, 0.0061, 0.1718);
  }

  @Test
  void isSymmetric() {
    check(20, 20, 1 - 0.1611, 1);
    check(28, 29, 1 - 0.1718, 1 - 0.0061);
  }

  private static void check(int correct, int cases, double low, double high) {
    Interval interval = Interval.wilson(correct, cases);
    assertThat(interval.low()).isCloseTo(low, within(5e-5));
    assertThat(interval.high()).isCloseTo(high, within(5e-5));
  }
}
