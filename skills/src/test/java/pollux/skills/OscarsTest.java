package pollux.skills;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pollux.model.Part;
import pollux.skills.OscarFacts.Category;

class OscarsTest {
  private final Oscars skill = new Oscars();

  @ParameterizedTest
  @CsvSource({
    "ACTOR, 2022, Will Smith",
    "ACTOR, 2023, Brendan Fraser",
    "PICTURE, 2022, CODA",
    "PICTURE, 2023, Everything Everywhere All at Once",
    "ACTRESS, 2022, Jessica Chastain",
    "ACTRESS, 2023, Michelle Yeoh",
    "DIRECTOR, 2022, Jane Campion",
    "DIRECTOR, 2009, Danny Boyle",
    "PICTURE, 1998, Titanic",
    "PICTURE, 2015, Birdman",
    "PICTURE, 2017, Moonlight",
    "ACTOR, 1973, Marlon Brando",
    "SUPPORTING_ACTOR, 2009, Heath Ledger",
    "SUPPORTING_ACTRESS, 2013, Anne Hathaway",
  })
  void knowsWhoWonAtTheCeremonyOfAYear(Category category, int year, String winner) {
    assertThat(OscarFacts.award(category, year).winners()).containsExactly(winner);
  }

  @Test
  void everyCategoryHasAWinnerAtEveryCeremony() {
    for (Category category : Category.values()) {
      for (int year = OscarFacts.FIRST_YEAR; year <= OscarFacts.LAST_YEAR; year++) {
        assertThat(OscarFacts.award(category, year).winners()).isNotEmpty();
      }
    }
  }

  @Test
  void aTieHasTwoWinners() {
    assertThat(OscarFacts.award(Category.ACTRESS, 1969).winners())
        .containsExactlyInAnyOrder("Katharine Hepburn", "Barbra Streisand");
  }

  @Test
  void theTestAsksForTwoAdjacentCeremoniesAndItsAnswersAreRight() {
    for (int i = 0; i < 1500; i++) {
      for (Split split : Split.values()) {
        Case asked = skill.draw(split.caseSeed("oscars", 1, i));
        assertThat(skill.correct(asked, asked.answer())).as("%s", asked).isTrue();
        assertThat(skill.correct(asked, "")).isFalse();
        String text = text(asked);
        assertThat(text).doesNotContain("{").containsPattern("eremon|典礼|颁奖礼");
        assertThat(skill.draw(asked.seed())).isEqualTo(asked);
        if (split == Split.TEST) {
          List<Integer> years =
              java.util.regex.Pattern.compile("\\d{4}")
                  .matcher(text)
                  .results()
                  .map(r -> Integer.valueOf(r.group()))
                  .toList();
          assertThat(years).hasSize(2);
          assertThat(Math.abs(years.get(0) - years.get(1))).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void bothWinnersMustBeRightAndInTheOrderOfTheYears() {
    Case asked = pair("Best Actor", 2022, 2023);
    assertThat(skill.correct(asked, "2022: Will Smith; 2023: Brendan Fraser")).isTrue();
    assertThat(skill.correct(asked, "will smith, then BRENDAN FRASER.")).isTrue();
    assertThat(skill.correct(asked, "Will Smith won in 2022 and Brendan Fraser in 2023.")).isTrue();
    assertThat(skill.correct(asked, "2022年是Will Smith,2023年是Brendan Fraser。")).isTrue();
    assertThat(skill.correct(asked, "2022: Brendan Fraser; 2023: Will Smith")).isFalse();
    assertThat(skill.correct(asked, "2023: Will Smith; 2022: Brendan Fraser")).isFalse();
    assertThat(skill.correct(asked, "2022: Will Smith")).isFalse();
    assertThat(skill.correct(asked, "Will Smith; Will Smith")).isFalse();
    assertThat(skill.correct(asked, "Will Smith; Brendan Fraser; Cillian Murphy")).isFalse();
  }

  @Test
  void accentsAndInitialsAreForgiven() {
    Case asked = pair("Best Director", 2014, 2015);
    assertThat(skill.correct(asked, "2014: Alfonso Cuaron; 2015: Alejandro Inarritu")).isTrue();
  }

  @Test
  void trainingAndTestAskInDifferentWords() {
    assertThat(Oscars.PAIRS.training()).hasSizeGreaterThan(40);
    assertThat(Oscars.PAIRS.test()).hasSizeGreaterThanOrEqualTo(5);
    Set<String> training = new HashSet<>(Oscars.PAIRS.training());
    training.addAll(Oscars.PAIRS.trainingChinese());
    assertThat(training)
        .doesNotContainAnyElementsOf(Oscars.PAIRS.test())
        .doesNotContainAnyElementsOf(Oscars.PAIRS.testChinese());
  }

  private Case pair(String category, int first, int second) {
    for (int i = 0; i < 200_000; i++) {
      Case asked = skill.draw(Split.TEST.caseSeed("oscars", 2, i));
      String text = text(asked);
      if (text.contains(category) && text.matches(".*" + first + ".*" + second + ".*")) {
        return asked;
      }
    }
    throw new AssertionError("never drawn");
  }

  private static String text(Case asked) {
    return ((Part.Text) asked.question().getFirst()).text();
  }
}
