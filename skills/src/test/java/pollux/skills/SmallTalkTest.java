package pollux.skills;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pollux.model.Part;

class SmallTalkTest {
  private final SmallTalk skill = new SmallTalk();

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "47 86 7+6=13,4+8+1=13",
        "345 678 5+8=13,4+7+1=12,3+6+1=10",
        "12 100 2+0=2,1+0=1,0+1=1",
      })
  void thinksColumnByColumnFromTheRight(int a, int b, String thought) {
    assertThat(SmallTalk.columns(a, b)).isEqualTo(thought);
  }

  @Test
  void taughtAnswersAreRightAndCasesComeAgain() {
    int sums = 0;
    Set<String> asked = new HashSet<>();
    for (int i = 0; i < 4000; i++) {
      for (Split split : Split.values()) {
        Case drawn = skill.draw(split.caseSeed("small-talk", 3, i));
        assertThat(skill.correct(drawn, drawn.answer())).as("%s", drawn).isTrue();
        assertThat(skill.correct(drawn, "")).isFalse();
        assertThat(skill.correct(drawn, "4")).isFalse();
        assertThat(skill.draw(drawn.seed())).isEqualTo(drawn);
        assertThat(text(drawn)).doesNotContain("{");
        if (split == Split.TEST) {
          sums += drawn.thought() == null ? 0 : 1;
          asked.add(text(drawn));
        } else {
          asked.remove(text(drawn));
        }
      }
    }
    assertThat(sums).isBetween(2650, 2950);
    assertThat(asked).hasSizeGreaterThan(2000);
  }

  @Test
  void noTestQuestionIsEverAskedInTraining() {
    Set<String> test = new HashSet<>();
    for (int i = 0; i < 4000; i++) {
      test.add(text(skill.draw(Split.TEST.caseSeed("small-talk", 4, i))));
    }
    for (int i = 0; i < 40000; i++) {
      String text = text(skill.draw(Split.TRAINING.caseSeed("small-talk", 4, i)));
      assertThat(test.contains(text)).as(text).isFalse();
    }
  }

  @Test
  void aSumIsTheExactNumber() {
    Case sum = first(true, false);
    assertThat(skill.correct(sum, "It is " + sum.answer() + ".")).isTrue();
    assertThat(skill.correct(sum, sum.answer() + "0")).isFalse();
    assertThat(skill.correct(sum, sum.answer() + ".5")).isFalse();
  }

  @Test
  void aGreetingIsAnsweredInItsLanguage() {
    Case english = first(false, false);
    assertThat(skill.correct(english, "Hi there!")).isTrue();
    assertThat(skill.correct(english, "你好!")).isFalse();
    assertThat(skill.correct(english, "The answer is seven.")).isFalse();
    Case chinese = first(false, true);
    assertThat(skill.correct(chinese, "您好!")).isTrue();
    assertThat(skill.correct(chinese, "Hello!")).isFalse();
  }

  private Case first(boolean sum, boolean chinese) {
    for (int i = 0; i < 1000; i++) {
      Case drawn = skill.draw(Split.TEST.caseSeed("small-talk", 5, i));
      if ((drawn.thought() != null) == sum
          && (sum || Phrasings.isChinese(drawn.answer()) == chinese)) {
        return drawn;
      }
    }
    throw new AssertionError("never drawn");
  }

  private static String text(Case asked) {
    return ((Part.Text) asked.question().getFirst()).text();
  }
}
