package pollux.skills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pollux.media.Sound;
import pollux.model.Part;

class HearingTest {
  @TempDir static Path folder;

  private static Hearing real() {
    var hearing = new Hearing(new Speech(folder));
    List<String> missing = hearing.missing(Split.TEST);
    assumeTrue(missing.isEmpty(), () -> "not installed: " + missing);
    return hearing;
  }

  @Test
  void theTestHasVoicesAndPhrasingsOfItsOwn() {
    assertThat(Voices.TEST_VARIANTS).doesNotContainAnyElementsOf(Voices.TRAINING_VARIANTS);
    assertThat(Voices.TEST_FLITE).doesNotContainAnyElementsOf(Voices.TRAINING_FLITE);
    assertThat(Voices.TRAINING_ACCENTS).doesNotContain("en-gb-x-gbcwmd");
    assertThat(Hearing.PHRASINGS.test()).doesNotContainAnyElementsOf(Hearing.PHRASINGS.training());
    assertThat(Hearing.PHRASINGS.testChinese())
        .doesNotContainAnyElementsOf(Hearing.PHRASINGS.trainingChinese());
    Set<String> training = new HashSet<>();
    Voices.all(Split.TRAINING, "go", Integer.MAX_VALUE).forEach(t -> training.add(variant(t)));
    Set<String> test = new HashSet<>();
    Voices.all(Split.TEST, "go", Integer.MAX_VALUE).forEach(t -> test.add(variant(t)));
    assertThat(test).doesNotContainAnyElementsOf(training).hasSize(15);
    assertThat(training).hasSize(58);
  }

  private static String variant(Voices.Take take) {
    return take.engine() + " " + take.voice().replaceFirst(".*\\+", "");
  }

  @Test
  void thereAreTwentyCommandsTenDigitsAndAFewThousandClips() {
    assertThat(new HashSet<>(Hearing.COMMANDS)).hasSize(20);
    assertThat(new HashSet<>(Hearing.DIGITS)).hasSize(10);
    List<SpeechClip> clips = Hearing.trainingClips();
    assertThat(clips).doesNotHaveDuplicates();
    assertThat(clips.size()).isBetween(2_000, Hearing.MOST_CLIPS);
  }

  @Test
  void theSameSeedDrawsTheSameCase() {
    Hearing hearing = real();
    for (Split split : Split.values()) {
      for (int i = 0; i < 5; i++) {
        long seed = split.caseSeed("hearing", 1, i);
        Case one = hearing.draw(seed);
        Case two = new Hearing(new Speech(folder.resolve("other"))).draw(seed);
        assertThat(two.answer()).isEqualTo(one.answer());
        assertThat(sound(two).samples()).isEqualTo(sound(one).samples());
        assertThat(texts(two)).isEqualTo(texts(one));
      }
    }
  }

  @Test
  void casesAreShortAudibleAndVaried() {
    Hearing hearing = real();
    long run = System.nanoTime();
    Map<String, Integer> answers = new HashMap<>();
    int silentQuestions = 0;
    for (int i = 0; i < 90; i++) {
      Split split = i < 45 ? Split.TRAINING : Split.TEST;
      long seed = split.caseSeed("hearing", run, i);
      Case it = hearing.draw(seed);
      Sound sound = sound(it);
      assertThat(sound.seconds()).as("seed %d", seed).isBetween(0.3, 2.0);
      assertThat(Acoustics.loudness(sound.samples())).as("seed %d", seed).isBetween(0.005, 0.7);
      for (float sample : sound.samples()) {
        assertThat(Math.abs(sample)).as("seed %d", seed).isLessThanOrEqualTo(1);
      }
      List<String> texts = texts(it);
      assertThat(texts).hasSizeLessThanOrEqualTo(1);
      if (split == Split.TEST) {
        List<String> ways = new ArrayList<>(Hearing.PHRASINGS.test());
        ways.addAll(Hearing.PHRASINGS.testChinese());
        assertThat(ways).containsAll(texts);
        assertThat(texts).hasSize(1);
      } else if (texts.isEmpty()) {
        silentQuestions++;
      }
      answers.merge(it.answer(), 1, Integer::sum);
      assertThat(hearing.correct(it, it.answer())).isTrue();
    }
    assertThat(answers).as("run %d", run).hasSizeGreaterThan(18);
    assertThat(silentQuestions).as("run %d", run).isBetween(2, 25);
  }

  @Test
  void anAnswerIsRightIfItNamesTheWordAlone() {
    var hearing = new Hearing(new Speech(folder));
    Case seven = new Case(0, List.of(), null, "seven");
    for (String right :
        List.of("seven", "Seven.", "7", " \"seven\"", "The word is seven.", "7 (seven)")) {
      assertThat(hearing.correct(seven, right)).as(right).isTrue();
    }
    for (String wrong :
        List.of(
            "",
            "eight",
            "8",
            "77",
            "17",
            "seven or eight",
            "no: seven",
            "7 8",
            "seventeen",
            "sevens")) {
      assertThat(hearing.correct(seven, wrong)).as(wrong).isFalse();
    }
    Case up = new Case(0, List.of(), null, "up");
    assertThat(hearing.correct(up, "UP!")).isTrue();
    assertThat(hearing.correct(up, "upper")).isFalse();
  }

  @Test
  void whatIsMissingIsNamed() {
    var none =
        new Hearing(
            new Speech(
                folder,
                Map.of(SpeechEngine.ESPEAK_NG, "/no/espeak", SpeechEngine.FLITE, "/no/flite"),
                Duration.ofSeconds(1)));
    assertThat(none.missing(Split.TEST))
        .containsExactly("espeak-ng (Debian package espeak-ng)", "flite (Debian package flite)");
  }

  @Test
  void noiseStaysWithinItsBoundsAndTheSpeechIsInIt() {
    float[] word = new float[8_000];
    for (int i = 0; i < word.length; i++) {
      word[i] = (float) (0.3 * Math.sin(i * 0.2) * Math.sin(Math.PI * i / word.length));
    }
    var clip = new Sound(word);
    for (long seed = 0; seed < 200; seed++) {
      Sound one = Acoustics.hear(clip, 0, 0, 0, List.of(clip), Split.random(seed));
      Sound two = Acoustics.hear(clip, 0, 0, 0, List.of(clip), Split.random(seed));
      assertThat(one.samples()).isEqualTo(two.samples());
      assertThat(correlation(one.samples(), word, (int) (0.03 * Sound.RATE)))
          .as("seed %d", seed)
          .isGreaterThan(0.4);
    }
    RandomGenerator random = Split.random(5);
    Sound faster = Acoustics.hear(clip, 0.1, 0.2, 0.2, List.of(), random);
    assertThat(faster.samples().length).isBetween(7_500, 16_000);
  }

  /** The largest within 3 ms of {@code at}, since the filters delay a little. */
  private static double correlation(float[] sound, float[] word, int at) {
    double best = 0;
    for (int shift = 0; shift < 50; shift++) {
      double dot = 0;
      double own = 0;
      double other = 0;
      for (int i = 0; i < word.length && at + shift + i < sound.length; i++) {
        dot += sound[at + shift + i] * word[i];
        own += sound[at + shift + i] * sound[at + shift + i];
        other += word[i] * word[i];
      }
      best = Math.max(best, dot / Math.sqrt(own * other));
    }
    return best;
  }

  static Sound sound(Case it) {
    return it.question().stream()
        .filter(Part.Audio.class::isInstance)
        .map(part -> ((Part.Audio) part).sound())
        .findFirst()
        .orElseThrow();
  }

  static List<String> texts(Case it) {
    return it.question().stream()
        .filter(Part.Text.class::isInstance)
        .map(part -> ((Part.Text) part).text())
        .toList();
  }
}
