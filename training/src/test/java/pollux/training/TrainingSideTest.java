package pollux.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.FieldRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pollux.model.Part;
import pollux.model.PromptEncoder;
import pollux.skills.Case;
import pollux.skills.Skill;
import pollux.skills.Split;

/** Training never sees what is asked afterwards. */
class TrainingSideTest {
  private static final Pattern EVALUATION = Pattern.compile("(^|/)eval(uation)?(/|$)");

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  @Test
  void seedsOfTheTwoSidesNeverMeet() {
    Set<Long> training = new HashSet<>();
    Set<Long> test = new HashSet<>();
    for (int i = 0; i < 20_000; i++) {
      String source = "source" + random.nextInt(30);
      long run = random.nextBoolean() ? random.nextLong() : random.nextInt(100);
      long index = random.nextInt(1 << 20);
      long one = Split.TRAINING.caseSeed(source, run, index);
      long other = Split.TEST.caseSeed(source, run, index);
      assertThat(Split.of(one)).isEqualTo(Split.TRAINING);
      assertThat(Split.of(other)).isEqualTo(Split.TEST);
      training.add(one);
      test.add(other);
    }
    assertThat(Collections.disjoint(training, test)).as("seed %d", seed).isTrue();
  }

  @Test
  void aSkillsSourceDrawsTrainingCasesOnly(@TempDir Path folder) throws IOException {
    List<Long> drawn = new ArrayList<>();
    Skill skill =
        new Skill() {
          @Override
          public String name() {
            return "echo";
          }

          @Override
          public List<String> missing(Split split) {
            assertThat(split).isEqualTo(Split.TRAINING);
            return List.of();
          }

          @Override
          public Case draw(long caseSeed) {
            drawn.add(caseSeed);
            return new Case(caseSeed, List.of(new Part.Text("say it")), null, "it");
          }

          @Override
          public boolean correct(Case asked, String answer) {
            throw new AssertionError("nobody is judged in training");
          }
        };
    Source source = Source.of(skill);
    assertThat(source.missing()).isEmpty();
    TinyRun.prepare(TinyRun.recipe(seed, 5), folder);
    PromptEncoder encoder = new PromptEncoder(Preparation.tokenizer(folder));
    for (int i = 0; i < 1000; i++) {
      source.lesson(encoder, seed, i);
    }
    TextSources.vocabularyTexts(folder, List.of(skill), seed, 1000).forEachRemaining(text -> {});
    assertThat(drawn)
        .hasSize(2000)
        .allMatch(caseSeed -> Split.of(caseSeed) == Split.TRAINING, "of the training side");
    assertThat(new HashSet<>(drawn)).as("seed %d", seed).hasSize(1000);
  }

  @Test
  void noClassOfThisRoomKnowsTheOtherSideOrItsFiles() throws Exception {
    Path classes = Path.of(Trainer.class.getResource("Trainer.class").toURI()).getParent();
    List<Path> files;
    try (Stream<Path> all = Files.list(classes)) {
      files = all.filter(f -> f.toString().endsWith(".class")).toList();
    }
    assertThat(files).hasSizeGreaterThan(20);
    for (Path file : files) {
      ClassModel model = ClassFile.of().parse(file);
      for (PoolEntry entry : model.constantPool()) {
        switch (entry) {
          case Utf8Entry text ->
              assertThat(EVALUATION.matcher(text.stringValue()).find())
                  .as("%s names %s", file.getFileName(), text.stringValue())
                  .isFalse();
          case FieldRefEntry field ->
              assertThat(field.owner().asInternalName() + "." + field.name().stringValue())
                  .as("a field that %s uses", file.getFileName())
                  .isNotEqualTo("pollux/skills/Split.TEST");
          default -> {}
        }
      }
    }
  }
}
