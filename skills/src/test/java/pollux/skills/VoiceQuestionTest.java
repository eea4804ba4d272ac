package pollux.skills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pollux.media.Picture;
import pollux.model.Part;

class VoiceQuestionTest {
  @TempDir static Path folder;

  /** Asks how grey a picture of one pixel is. */
  private record Grey(String name, String training, String test, List<String> missing)
      implements Skill {
    @Override
    public List<String> missing(Split split) {
      return missing;
    }

    @Override
    public Case draw(long seed) {
      int grey = Split.random(seed).nextInt(256);
      byte level = (byte) grey;
      return new Case(
          seed,
          List.of(
              new Part.Text(Split.of(seed) == Split.TRAINING ? training : test),
              new Part.Image(new Picture(1, 1, new byte[] {level, level, level}))),
          "look at " + name,
          name + " " + grey);
    }

    @Override
    public boolean correct(Case asked, String answer) {
      return answer.equals(asked.answer());
    }
  }

  private static final Skill GREY =
      new Grey("grey", "How grey is it?", "What level of grey do you see in this?", List.of());
  private static final Skill DARK = new Grey("dark", "多黑？", "How dark is this?", List.of("a font"));

  private final VoiceQuestion skill =
      new VoiceQuestion(new Speech(folder), List.of(GREY, DARK), List.of(GREY));

  @Test
  void theQuestionIsHeardNotRead() {
    List<String> missing = skill.missing(Split.TEST);
    assumeTrue(missing.isEmpty(), () -> "not installed: " + missing);
    long run = System.nanoTime();
    Set<Class<?>> first = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      Split split = i % 2 == 0 ? Split.TRAINING : Split.TEST;
      long seed = split.caseSeed("voice-question", run, i);
      Case it = skill.draw(seed);
      first.add(it.question().getFirst().getClass());
      assertThat(it.question()).as("seed %d", seed).hasSize(2);
      assertThat(HearingTest.texts(it)).isEmpty();
      assertThat(HearingTest.sound(it).seconds()).as("seed %d", seed).isBetween(0.2, 2.5);
      String inner = it.answer().split(" ")[0];
      assertThat(it.thought()).isEqualTo("look at " + inner);
      if (split == Split.TEST) {
        assertThat(inner).isEqualTo("grey");
        assertThat(skill.text(seed)).startsWith("What level");
      }
      assertThat(skill.correct(it, it.answer())).as("seed %d", seed).isTrue();
      assertThat(skill.correct(it, inner + " 256")).as("seed %d", seed).isFalse();
      assertThat(HearingTest.sound(skill.draw(seed)).samples())
          .isEqualTo(HearingTest.sound(it).samples());
    }
    assertThat(first).as("run %d", run).hasSize(2);
  }

  @Test
  void allThatTrainingDrawsCanBePreparedBefore() {
    List<SpeechClip> clips = skill.trainingClips(5);
    assertThat(clips).doesNotHaveDuplicates();
    assertThat(clips.stream().map(SpeechClip::text)).contains("How grey is it?", "多黑？");
    assertThat(clips).hasSizeLessThanOrEqualTo(2 * 32);
    assertThat(clips.stream().map(SpeechClip::voice))
        .noneMatch(voice -> Voices.TEST_VARIANTS.contains(voice.replaceFirst(".*\\+", "")))
        .noneMatch(Voices.TEST_FLITE::contains);
    Set<SpeechClip> all = new HashSet<>(clips);
    for (long seed = 0; seed < 400; seed += 2) {
      var random = Split.random(seed);
      assertThat(all)
          .contains(
              Voices.pick(Split.TRAINING, "How grey is it?", 16, random)
                  .says("How grey is it?", 1.3));
    }
  }

  @Test
  void noQuestionOfTheTestIsSpokenInTraining() {
    List<Skill> asking = List.of(new Leaves(), new RockPaperScissors());
    var real = new VoiceQuestion(new Speech(folder), asking, asking);
    long run = System.nanoTime();
    Set<String> training = new HashSet<>();
    Set<String> test = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      training.add(real.text(Split.TRAINING.caseSeed("voice-question", run, i)));
      test.add(real.text(Split.TEST.caseSeed("voice-question", run, i)));
    }
    assertThat(test).as("run %d", run).doesNotContainAnyElementsOf(training).hasSizeGreaterThan(5);
    assertThat(test).noneMatch(Phrasings::isChinese);
    assertThat(training).anyMatch(Phrasings::isChinese);
  }

  @Test
  void whatIsMissingIsNamedTheInnerSkillsToo() {
    var speech =
        new Speech(
            folder,
            Map.of(SpeechEngine.ESPEAK_NG, "/no/espeak", SpeechEngine.FLITE, "/no/flite"),
            Duration.ofSeconds(1));
    var skill = new VoiceQuestion(speech, List.of(GREY, DARK), List.of(GREY));
    assertThat(skill.missing(Split.TEST))
        .containsExactly("espeak-ng (Debian package espeak-ng)", "flite (Debian package flite)");
    assertThat(skill.missing(Split.TRAINING)).contains("a font");
  }

  @Test
  void aSkillThatCannotBeSpokenIsRefused() {
    Skill mute = new Grey("mute", "", "", List.of());
    var skill = new VoiceQuestion(new Speech(folder), List.of(mute), List.of(mute));
    assertThatThrownBy(() -> skill.draw(2)).hasMessageContaining("mute has no question");
  }
}
