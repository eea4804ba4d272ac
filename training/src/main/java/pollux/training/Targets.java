package pollux.training;

import java.util.List;
import pollux.model.Lesson;

/**
 * Which rows of a batch predict which tokens, and what each counts: a lesson's targets count 1 /
 * sqrt(their number), so that one long program does not drown ten short answers; the weights of a
 * batch add up to 1.
 *
 * @param rows positions whose output is compared
 * @param tokens the right token behind each
 * @param weights what each counts
 * @param lessons the number of the lesson that each belongs to
 */
record Targets(int[] rows, int[] tokens, float[] weights, int[] lessons) {
  /**
   * The targets of {@code lessons} laid end to end.
   *
   * @param starts first position of each lesson
   */
  static Targets of(List<Lesson> lessons, int[] starts) {
    int n = lessons.stream().mapToInt(Targets::count).sum();
    int[] rows = new int[n];
    int[] tokens = new int[n];
    float[] weights = new float[n];
    int[] owners = new int[n];
    int at = 0;
    double sum = 0;
    for (int l = 0; l < lessons.size(); l++) {
      Lesson lesson = lessons.get(l);
      double weight = 1 / Math.sqrt(count(lesson));
      for (int i = 1; i < lesson.learned().length; i++) {
        if (lesson.learned()[i]) {
          rows[at] = starts[l] + i - 1;
          tokens[at] = lesson.prompt().tokens()[i];
          weights[at] = (float) weight;
          owners[at++] = l;
          sum += weight;
        }
      }
    }
    for (int i = 0; i < n; i++) {
      weights[i] /= (float) sum;
    }
    return new Targets(rows, tokens, weights, owners);
  }

  /** The first position has none before it to be predicted from. */
  private static int count(Lesson lesson) {
    int n = 0;
    for (int i = 1; i < lesson.learned().length; i++) {
      n += lesson.learned()[i] ? 1 : 0;
    }
    return n;
  }
}
