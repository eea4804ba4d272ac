package pollux.skills;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The ways a question is put: those that training reads, and those kept for the test.
 *
 * @param training English ways for training
 * @param trainingChinese Chinese ways for training
 * @param test English ways that training never sees
 * @param testChinese Chinese ways that training never sees
 */
record Phrasings(
    List<String> training,
    List<String> trainingChinese,
    List<String> test,
    List<String> testChinese) {
  /** One question in so many is Chinese. */
  private static final int CHINESE_ONE_IN = 5;

  Phrasings {
    training = List.copyOf(training);
    trainingChinese = List.copyOf(trainingChinese);
    test = List.copyOf(test);
    testChinese = List.copyOf(testChinese);
  }

  /** A question for a case of {@code split}. */
  String pick(Split split, RandomGenerator random) {
    boolean chinese = random.nextInt(CHINESE_ONE_IN) == 0;
    List<String> ways =
        split == Split.TRAINING
            ? chinese ? trainingChinese : training
            : chinese ? testChinese : test;
    return ways.get(random.nextInt(ways.size()));
  }

  /** Whether {@code text} has a Chinese character. */
  static boolean isChinese(String text) {
    return text.codePoints()
        .anyMatch(c -> Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN);
  }
}
