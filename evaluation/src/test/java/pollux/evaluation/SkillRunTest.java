package pollux.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import pollux.model.Message;
import pollux.model.Part;
import pollux.model.Tier;
import pollux.skills.Case;
import pollux.skills.Skill;
import pollux.skills.Split;
import pollux.tensor.BadInputException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SkillRunTest {
  /** Asks for the last digit of a number. */
  private record LastDigit(List<String> missing) implements Skill {
    @Override
    public String name() {
      return "last-digit";
    }

    @Override
    public List<String> missing(Split split) {
      return split == Split.TEST ? missing : List.of();
    }

    @Override
    public Case draw(long seed) {
      String number = Long.toString(Math.abs(seed % 1_000_003));
      return new Case(
          seed, List.of(new Part.Text(number)), null, number.substring(number.length() - 1));
    }

    @Override
    public boolean correct(Case asked, String answer) {
      return answer.equals(asked.answer());
    }
  }

  /** Knows every last digit but 3. */
  private static String answer(List<Message> conversation) {
    String number = ((Part.Text) conversation.getFirst().parts().getFirst()).text();
    return number.endsWith("3") ? "?" : number.substring(number.length() - 1);
  }

  @Test
  void countsRightAnswersTheSameForAnyNumberOfThreads() {
    SkillRun run = new SkillRun(List.of(new LastDigit(List.of())), 500, 42);
    int expected = 0;
    for (int i = 0; i < 500; i++) {
      expected += run.draw(new LastDigit(List.of()), i).answer().equals("3") ? 0 : 1;
    }
    assertThat(expected).isBetween(400, 490);
    Examinee examinee = (conversation, maxTokens) -> answer(conversation);
    for (int threads = 1; threads <= 3; threads++) {
      assertThat(run.run(Collections.nCopies(threads, examinee), SkillRun.Progress.SILENT))
          .containsExactly(new SkillResult.Measured("last-digit", 500, expected));
    }
  }

  @Test
  void casesComeFromTheTestSideAndDifferFromSeedToSeed() {
    Skill skill = new LastDigit(List.of());
    Set<Long> seeds = new TreeSet<>();
    for (long seed = 0; seed < 10; seed++) {
      for (int i = 0; i < 100; i++) {
        Case drawn = new SkillRun(List.of(skill), 100, seed).draw(skill, i);
        assertThat(Split.of(drawn.seed())).isEqualTo(Split.TEST);
        seeds.add(drawn.seed());
      }
    }
    assertThat(seeds).hasSize(1000);
  }

  @Test
  void tellsHowFarItIs() {
    List<String> told = new ArrayList<>();
    new SkillRun(List.of(new LastDigit(List.of())), 3, 1)
        .run(
            List.of((conversation, maxTokens) -> "x"),
            (skill, done, correct, of) -> told.add(skill + " " + done + " " + correct + " " + of));
    assertThat(told).containsExactly("last-digit 1 0 3", "last-digit 2 0 3", "last-digit 3 0 3");
  }

  @Test
  void whatIsMissingIsSkippedAndNeverAsked() {
    SkillRun run = new SkillRun(List.of(new LastDigit(List.of("espeak-ng", "flite"))), 10, 1);
    Examinee untouched =
        (conversation, maxTokens) -> {
          throw new AssertionError("asked");
        };
    assertThat(run.run(List.of(untouched), SkillRun.Progress.SILENT))
        .containsExactly(new SkillResult.Skipped("last-digit", "missing: espeak-ng, flite"));
  }

  @Test
  void aFailureComesOut() {
    SkillRun run = new SkillRun(List.of(new LastDigit(List.of())), 10, 1);
    Examinee failing =
        (conversation, maxTokens) -> {
          throw new BadInputException("too long");
        };
    assertThatThrownBy(() -> run.run(List.of(failing, failing), SkillRun.Progress.SILENT))
        .isInstanceOf(BadInputException.class)
        .hasMessage("too long");
  }

  @Test
  void theReportHasTheFormThatOthersRelyOn() {
    SkillReport report =
        new SkillReport(
            "ab12",
            Tier.NANO,
            7,
            List.of(
                new SkillResult.Measured("leaves", 20, 0),
                new SkillResult.Skipped("hearing", "missing: espeak-ng")));
    JsonNode json = JsonMapper.shared().readTree(report.json());
    assertThat(json.propertyNames()).containsExactly("weights", "tier", "seed", "skills");
    assertThat(json.get("weights").asString()).isEqualTo("ab12");
    assertThat(json.get("tier").asString()).isEqualTo("nano");
    assertThat(json.get("seed").asLong()).isEqualTo(7);
    JsonNode leaves = json.get("skills").get(0);
    assertThat(leaves.propertyNames())
        .containsExactly("name", "cases", "correct", "accuracy", "low", "high");
    assertThat(leaves.get("accuracy").asDouble()).isZero();
    assertThat(leaves.get("high").asDouble()).isBetween(0.161, 0.162);
    JsonNode hearing = json.get("skills").get(1);
    assertThat(hearing.propertyNames()).containsExactly("name", "skipped");
    assertThat(hearing.get("skipped").asString()).contains("espeak-ng");
  }
}
