package pollux.skills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import pollux.media.Picture;
import pollux.model.Part;

class ReadingTest {
  private final Reading reading = new Reading();

  @Test
  void testNeedsNothingInstalled() {
    assertThat(reading.missing(Split.TEST)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void sameSeedSameCase(Split split) {
    ready(split);
    for (int i = 0; i < 50; i++) {
      long seed = split.caseSeed("reading", 3, i);
      Case one = reading.draw(seed);
      Case two = reading.draw(seed);
      assertThat(two.answer()).isEqualTo(one.answer());
      assertThat(two.question().get(1)).isEqualTo(one.question().get(1));
      assertThat(picture(two).rgb()).isEqualTo(picture(one).rgb());
    }
  }

  @ParameterizedTest
  @EnumSource
  void answersAreOneToFourClearCharactersAndRight(Split split) {
    ready(split);
    Set<String> answers = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      Case drawn = reading.draw(split.caseSeed("reading", 4, i));
      String answer = drawn.answer();
      answers.add(answer);
      assertThat(answer).matches("[0-9A-Za-z]{1,4}");
      assertThat(reading.correct(drawn, answer)).isTrue();
      assertThat(reading.correct(drawn, answer + "q")).isFalse();
      // What many faces draw alike stands in words alone.
      if (answer.matches(".*[OoIl].*")) {
        assertThat(Words.SHORT).contains(answer.toLowerCase(Locale.ROOT));
      }
      assertThat(picture(drawn).width()).isEqualTo(96);
      assertThat(picture(drawn).height()).isEqualTo(96);
    }
    assertThat(answers).hasSizeGreaterThan(200);
  }

  @Test
  void testAsksWordsAndNumbersOnly() {
    for (int i = 0; i < 500; i++) {
      String answer = reading.draw(Split.TEST.caseSeed("reading", 5, i)).answer();
      assertThat(
              answer.matches("[0-9]+")
                  || answer.length() == 1
                  || Words.SHORT.contains(answer.toLowerCase(Locale.ROOT)))
          .as(answer)
          .isTrue();
    }
  }

  @Test
  void textLiesWithinThePictureAndStandsOut() {
    for (int i = 0; i < 300; i++) {
      Picture drawn = picture(reading.draw(Split.TEST.caseSeed("reading", 6, i)));
      int low = 255;
      int high = 0;
      for (int p = 0; p < drawn.rgb().length; p += 3) {
        int luma =
            (299 * (drawn.rgb()[p] & 255)
                    + 587 * (drawn.rgb()[p + 1] & 255)
                    + 114 * (drawn.rgb()[p + 2] & 255))
                / 1000;
        low = Math.min(low, luma);
        high = Math.max(high, luma);
      }
      assertThat(high - low).isGreaterThan(60);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Cow, cow, true",
    "key, KEY, false",
    "key, key, true",
    "key, ' key.\n', true",
    "key, '\"key\"', true",
    "key, keys, false",
    "key, '', false",
    "17, 17, true",
    "17, 71, false",
    "17, I7, false",
    "vow, VOW, true",
    "Sea, sea, true",
  })
  void comparesCaseWhereShapesDiffer(String asked, String answer, boolean right) {
    Case given = new Case(1, List.of(), null, asked);
    assertThat(reading.correct(given, answer)).isEqualTo(right);
  }

  @Test
  void heldOutFacesAreNeverTrainedOn() throws IOException {
    ready(Split.TRAINING);
    Set<String> trained = new HashSet<>();
    for (Typefaces.Source source : Typefaces.TRAINING) {
      trained.add(hash(Files.readAllBytes(source.path())));
    }
    String files =
        String.join("\n", Typefaces.TRAINING.stream().map(Typefaces.Source::file).toList())
            .toLowerCase(Locale.ROOT);
    for (String family :
        List.of(
            "oswald",
            "playfair",
            "poppins",
            "patrick",
            "plex",
            "nunito",
            "merriweather",
            "zilla")) {
      assertThat(files).doesNotContain(family);
    }
    for (String face : Typefaces.TEST) {
      try (InputStream in = Typefaces.resource("fonts/" + face + ".ttf")) {
        assertThat(trained).doesNotContain(hash(in.readAllBytes()));
      }
    }
  }

  @Test
  void everyHeldOutFaceHasItsCopyrightAndLicence() throws IOException {
    try (InputStream in = Typefaces.resource("fonts/NOTICE.txt")) {
      String notice = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (String face : Typefaces.TEST) {
        assertThat(notice).containsPattern(face + "\\.ttf: from .*\n  Copyright");
      }
      assertThat(notice).contains("SIL OPEN FONT LICENSE Version 1.1");
    }
  }

  @Test
  void everyTrainingFaceHasAFreeLicence() {
    assertThat(Typefaces.TRAINING).hasSizeGreaterThan(100);
    assertThat(Typefaces.TRAINING)
        .allSatisfy(face ->
            assertThat(face.licence())
                .matches(
                    "OFL-1.[01]|Apache-2.0|MIT|public domain|BSD-3-Clause|Bitstream-Vera"
                        + "|BSD-3-Clause OR OFL-1.1|MIT AND Bitstream-Vera"));
  }

  @ParameterizedTest
  @EnumSource
  void everyFaceCanBeRead(Split split) {
    ready(split);
    for (int i = 0; i < Typefaces.count(split); i++) {
      Typeface face = Typefaces.face(split, i);
      for (char c : Typeface.CHARACTERS.toCharArray()) {
        assertThat(face.bounds(c).getHeight()).as(face.name() + " " + c).isGreaterThan(10);
      }
    }
  }

  private void ready(Split split) {
    List<String> missing = reading.missing(split);
    assumeTrue(missing.isEmpty(), () -> "missing: " + missing);
  }

  private static Picture picture(Case drawn) {
    return ((Part.Image) drawn.question().getFirst()).picture();
  }

  private static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
