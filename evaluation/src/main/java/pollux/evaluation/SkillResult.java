package pollux.evaluation;

/** What came of one skill. */
public sealed interface SkillResult {
  /** The skill's name. */
  String name();

  /** The share of cases that were answered rightly. */
  record Measured(String name, int cases, int correct) implements SkillResult {
    public double accuracy() {
      return correct / (double) cases;
    }

    /** Where the accuracy lies with 95 % confidence. */
    public Interval interval() {
      return Interval.wilson(correct, cases);
    }
  }

  /**
   * Not asked, so neither passed nor failed.
   *
   * @param reason what is missing
   */
  record Skipped(String name, String reason) implements SkillResult {}
}
