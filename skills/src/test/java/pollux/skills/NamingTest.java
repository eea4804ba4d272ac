package pollux.skills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import pollux.media.Picture;
import pollux.model.Part;

class NamingTest {
  private final Naming naming = new Naming();

  @Test
  void testNeedsNothingInstalled() {
    assertThat(naming.missing(Split.TEST)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void sameSeedSameCase(Split split) {
    ready(split);
    for (int i = 0; i < 30; i++) {
      long seed = split.caseSeed("naming", 3, i);
      Case one = naming.draw(seed);
      Case two = naming.draw(seed);
      assertThat(two.answer()).isEqualTo(one.answer());
      assertThat(two.question().get(1)).isEqualTo(one.question().get(1));
      assertThat(picture(two).rgb()).isEqualTo(picture(one).rgb());
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyThingIsAskedInBothLanguagesAndAnsweredInTheQuestions(Split split) {
    ready(split);
    Set<String> answers = new HashSet<>();
    int chinese = 0;
    for (int i = 0; i < 1200; i++) {
      Case drawn = naming.draw(split.caseSeed("naming", 4, i));
      answers.add(drawn.answer());
      String asked = ((Part.Text) drawn.question().get(1)).text();
      assertThat(Phrasings.isChinese(drawn.answer())).isEqualTo(Phrasings.isChinese(asked));
      chinese += Phrasings.isChinese(asked) ? 1 : 0;
      assertThat(naming.correct(drawn, drawn.answer())).isTrue();
      assertThat(picture(drawn).width()).isEqualTo(96);
    }
    assertThat(chinese).isBetween(500, 700);
    assertThat(answers).hasSize(2 * 56);
  }

  @Test
  void everyThingHasTwoNamesOfItsOwnAndADrawingOnBothSides() {
    assertThat(Things.ALL).hasSize(56);
    Map<String, String> owners = new HashMap<>();
    for (Things.Thing thing : Things.ALL) {
      assertThat(thing.english()).matches("[a-z]+");
      assertThat(Phrasings.isChinese(thing.chinese())).isTrue();
      assertThat(Emoji.icons(Split.TEST, thing.english())).as(thing.english()).isNotEmpty();
      assertThat(Emoji.icons(Split.TRAINING, thing.english()))
          .as(thing.english())
          .hasSizeGreaterThan(8);
      Set<String> names = new HashSet<>(thing.englishNames());
      names.addAll(thing.chineseNames());
      for (String name : names) {
        assertThat(owners.put(name, thing.english())).as(name + " names two things").isNull();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "dog, dog, true",
    "dog, A dog., true",
    "dog, puppy, true",
    "dog, Dogs, true",
    "dog, This is a dog, true",
    "dog, cat, false",
    "dog, 狗, false",
    "dog, '', false",
    "dog, dog cat, false",
    "狗, 狗, true",
    "狗, 小狗, true",
    "狗, 这是一只狗。, true",
    "狗, dog, false",
    "狗, 猫, false",
    "grapes, grape, true",
    "cherry, cherries, true",
  })
  void acceptsNamesOfTheThingInTheQuestionsLanguage(String asked, String answer, boolean right) {
    assertThat(naming.correct(new Case(1, List.of(), null, asked), answer)).isEqualTo(right);
  }

  @Test
  void everyHeldOutDrawingShowsSomething() {
    for (Things.Thing thing : Things.ALL) {
      for (Emoji.Icon icon : Emoji.icons(Split.TEST, thing.english())) {
        assertThat(opaque(Emoji.image(Split.TEST, icon, 48))).as(icon.file()).isGreaterThan(0.05);
      }
    }
  }

  @Test
  void everyTrainingDrawingShowsSomething() {
    ready(Split.TRAINING);
    for (Things.Thing thing : Things.ALL) {
      for (Emoji.Icon icon : Emoji.icons(Split.TRAINING, thing.english())) {
        assertThat(opaque(Emoji.image(Split.TRAINING, icon, 48)))
            .as(icon.file())
            .isGreaterThan(0.03);
      }
    }
  }

  @Test
  void handsAreThereInManyTrainingStylesAndOneHeldOut() {
    assertThat(Emoji.styles(Split.TEST)).containsExactly("fxemoji");
    assertThat(Emoji.styles(Split.TRAINING)).hasSizeGreaterThan(20).doesNotContain("fxemoji");
    for (String hand : List.of(Emoji.ROCK, Emoji.PAPER, Emoji.SCISSORS)) {
      assertThat(opaque(Emoji.image(hand, "fxemoji", 48))).isGreaterThan(0.1);
    }
  }

  @Test
  void heldOutStyleIsNeverTrainedOn() throws IOException {
    Set<String> sets = new HashSet<>();
    for (String[] row : Things.rows("emoji-sets.tsv")) {
      sets.add(row[0] + "-" + row[1]);
      assertThat(row[2]).as(row[0]).isIn("CC-BY-4.0", "CC-BY-3.0", "Apache-2.0", "MIT");
      assertThat(row[3]).as(row[0]).isNotBlank();
    }
    for (String[] row : Things.rows("training-emoji.tsv")) {
      assertThat(row[2].substring(0, row[2].indexOf('/'))).isIn(sets);
      assertThat(row[2]).doesNotContainIgnoringCase("fxemoji");
    }
    ready(Split.TRAINING);
    Set<String> trained = new HashSet<>();
    for (String[] row : Things.rows("training-emoji.tsv")) {
      trained.add(body(Split.TRAINING, row[2]));
    }
    for (String[] row : Things.rows("test-emoji.tsv")) {
      assertThat(trained).as(row[2]).doesNotContain(body(Split.TEST, row[2]));
    }
  }

  @Test
  void heldOutStyleHasItsCopyrightAndLicence() throws IOException {
    try (InputStream in = Typefaces.resource("emoji/NOTICE.txt")) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .contains("Mozilla", "Apache License, Version 2.0", "fxemoji 1.2.2");
    }
  }

  private void ready(Split split) {
    List<String> missing = naming.missing(split);
    assumeTrue(missing.isEmpty(), () -> "missing: " + missing);
  }

  /** What is drawn, without the element around it, which sets write differently. */
  private static String body(Split split, String file) throws IOException {
    String text = new String(Emoji.svg(split, file), StandardCharsets.UTF_8);
    return text.substring(text.indexOf('>') + 1);
  }

  private static double opaque(BufferedImage image) {
    int count = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        count += image.getRGB(x, y) >>> 24 > 100 ? 1 : 0;
      }
    }
    return count / (double) (image.getWidth() * image.getHeight());
  }

  private static Picture picture(Case drawn) {
    return ((Part.Image) drawn.question().getFirst()).picture();
  }
}
