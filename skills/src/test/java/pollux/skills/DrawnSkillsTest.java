package pollux.skills;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.media.Film;
import pollux.media.Picture;
import pollux.model.Part;

/** What holds for every skill whose pictures are drawn by the house. */
class DrawnSkillsTest {
  private static final long SEED = 20_261_123;

  static Stream<Skill> skills() {
    return Stream.of(new Leaves(), new Angle(), RockPaperScissors.ofDrawnHands());
  }

  private static Case draw(Skill skill, Split split, long index) {
    return skill.draw(split.caseSeed(skill.name(), SEED, index));
  }

  private static List<Picture> pictures(Case drawn) {
    return drawn.question().stream()
        .flatMap(part ->
            switch (part) {
              case Part.Image(Picture picture) -> Stream.of(picture);
              case Part.Video(Film film) -> film.frames().stream().map(Film.Frame::picture);
              default -> Stream.of();
            })
        .toList();
  }

  private static String text(Case drawn) {
    return ((Part.Text) drawn.question().getLast()).text();
  }

  @ParameterizedTest
  @MethodSource("skills")
  void theSameSeedGivesTheSameBytesOnAnyThread(Skill skill) {
    for (Split split : Split.values()) {
      List<Case> alone = IntStream.range(0, 60).mapToObj(i -> draw(skill, split, i)).toList();
      List<Case> together =
          IntStream.range(0, 60).parallel().mapToObj(i -> draw(skill, split, i)).toList();
      for (int i = 0; i < alone.size(); i++) {
        assertThat(together.get(i).thought()).isEqualTo(alone.get(i).thought());
        assertThat(together.get(i).answer()).isEqualTo(alone.get(i).answer());
        assertThat(text(together.get(i))).isEqualTo(text(alone.get(i)));
        List<Picture> expected = pictures(alone.get(i));
        List<Picture> found = pictures(together.get(i));
        assertThat(found).hasSameSizeAs(expected);
        for (int k = 0; k < found.size(); k++) {
          assertThat(found.get(k).rgb()).isEqualTo(expected.get(k).rgb());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("skills")
  void theSidesShareNoSeedAndNoPhrasing(Skill skill) {
    Set<Long> seeds = new HashSet<>();
    Set<String> trained = new HashSet<>();
    Set<String> tested = new HashSet<>();
    for (int i = 0; i < 400; i++) {
      Case training = draw(skill, Split.TRAINING, i);
      Case test = draw(skill, Split.TEST, i);
      assertThat(Split.of(training.seed())).isEqualTo(Split.TRAINING);
      assertThat(Split.of(test.seed())).isEqualTo(Split.TEST);
      assertThat(seeds.add(training.seed())).isTrue();
      assertThat(seeds.add(test.seed())).isTrue();
      trained.add(text(training));
      tested.add(text(test));
    }
    assertThat(trained).hasSizeGreaterThanOrEqualTo(12).doesNotContainAnyElementsOf(tested);
    assertThat(tested).hasSizeGreaterThanOrEqualTo(5);
  }

  @ParameterizedTest
  @MethodSource("skills")
  void theTaughtAnswerIsRightAndShort(Skill skill) {
    for (Split split : Split.values()) {
      for (int i = 0; i < 200; i++) {
        Case drawn = draw(skill, split, i);
        assertThat(skill.correct(drawn, drawn.answer())).as(drawn.answer()).isTrue();
        assertThat(skill.correct(drawn, "  " + drawn.answer() + ".\n")).isTrue();
        assertThat(skill.correct(drawn, "")).isFalse();
        assertThat(skill.correct(drawn, "a cat")).isFalse();
        assertThat(text(drawn).length()).isLessThan(60);
        assertThat(drawn.answer().length()).isLessThan(50);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("skills")
  void drawingIsQuick(Skill skill) {
    for (int i = 0; i < 200; i++) {
      draw(skill, Split.TRAINING, i);
    }
    long from = System.nanoTime();
    int cases = 100;
    int drawn = 0;
    for (int i = 0; i < cases; i++) {
      drawn += pictures(draw(skill, Split.TRAINING, 1000 + i)).size();
    }
    // Some 0.2 ms a picture on an idle core: the bound only catches what went badly wrong.
    assertThat((System.nanoTime() - from) / 1e6 / drawn).isLessThan(20);
  }
}
