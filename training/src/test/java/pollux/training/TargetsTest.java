package pollux.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import pollux.model.Lesson;
import pollux.model.Prompt;

class TargetsTest {
  @Test
  void eachLearnedTokenIsPredictedFromTheRowBeforeIt() {
    Targets targets =
        Targets.of(
            List.of(
                lesson(new int[] {5, 6, 7}, false, true, true),
                lesson(new int[] {8, 9}, false, true),
                lesson(new int[] {1, 2}, false, false)),
            new int[] {0, 3, 5, 7});
    assertThat(targets.rows()).containsExactly(0, 1, 3);
    assertThat(targets.tokens()).containsExactly(6, 7, 9);
    assertThat(targets.lessons()).containsExactly(0, 0, 1);
  }

  @Test
  void aLessonCountsTheRootOfItsTargetsAndABatchOne() {
    boolean[] sixteen = new boolean[17];
    Arrays.fill(sixteen, true);
    Targets targets =
        Targets.of(
            List.of(
                new Lesson(new Prompt(new int[17], List.of()), sixteen),
                lesson(new int[] {1, 2}, false, true)),
            new int[] {0, 17, 19});
    assertThat(targets.rows()).hasSize(17);
    for (int i = 0; i < 16; i++) {
      assertThat(targets.weights()[i]).isCloseTo(0.25f / 5, within(1e-7f));
    }
    assertThat(targets.weights()[16]).isCloseTo(1f / 5, within(1e-7f));
  }

  @Test
  void theFirstTokenHasNothingToBePredictedFrom() {
    Targets targets = Targets.of(List.of(lesson(new int[] {1, 2}, true, false)), new int[] {0, 2});
    assertThat(targets.rows()).isEmpty();
  }

  private static Lesson lesson(int[] tokens, boolean... learned) {
    return new Lesson(new Prompt(tokens, List.of()), learned);
  }
}
