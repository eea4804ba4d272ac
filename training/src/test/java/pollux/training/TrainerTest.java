package pollux.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pollux.model.GgufWriter;
import pollux.model.Tokenizer;
import pollux.model.TokenizerFile;
import pollux.tensor.BadInputException;
import pollux.tensor.WorkTeam;

/** How a run goes, and what it leaves when it cannot go on. */
class TrainerTest {
  @TempDir Path folder;

  private final Recipe recipe = TinyRun.recipe(7, 6);

  private Path run() {
    return folder.resolve("run");
  }

  private Path checkpoint() {
    return run().resolve("checkpoint.gguf");
  }

  private Path shards() throws IOException {
    return TinyRun.prepare(recipe, folder.resolve("shards"));
  }

  @Test
  void itLearnsWhatItIsShown() throws IOException {
    Recipe longer = TinyRun.recipe(7, 80);
    List<Double> losses = new ArrayList<>();
    try (Trainer trainer = TinyRun.trainer(longer, shards(), run(), false, 1)) {
      trainer.run(
          80,
          report -> {
            assertThat(report.names()).containsExactly("sums", "patches");
            assertThat(report.norm()).isPositive();
            assertThat(report.positions()).isPositive();
            losses.add(report.loss()[0] / report.targets()[0]);
          });
    }
    double first = losses.subList(0, 5).stream().mapToDouble(d -> d).average().orElseThrow();
    double last = losses.subList(75, 80).stream().mapToDouble(d -> d).average().orElseThrow();
    assertThat(first).as("nats at a token, of 300 tokens").isBetween(4.0, 6.5);
    assertThat(last).as("it began at %f", first).isLessThan(first / 2);
  }

  @ParameterizedTest
  @CsvSource({"1e30, 1e30", "0.02, 1e30", "1e38, 0.003"})
  void absurdRatesStopItAndTheLastCheckpointIsWhole(double muon, double adam) throws IOException {
    Recipe absurd = TinyRun.recipe(7, TinyRun.schedule(60, muon, adam));
    try (Trainer trainer = TinyRun.trainer(absurd, shards(), run(), false, 1)) {
      assertThatThrownBy(() -> trainer.run(60, report -> {}))
          .isInstanceOf(BadInputException.class)
          .hasMessageStartingWith("training stopped ")
          .hasMessageContaining("lower the rates")
          .message()
          .hasLineCount(1);
    }
    assertThat(run().resolve("pollux.gguf")).doesNotExist();
    if (Files.exists(checkpoint())) { // unless the first step broke it
      try (Arena arena = Arena.ofConfined()) {
        Parameters weights =
            Parameters.zeros(absurd.spec(Preparation.tokenizer(shards()).size()), arena);
        Checkpoint.read(checkpoint(), absurd, Preparation.tokenizer(shards()), weights, Map.of());
        weights
            .tensors()
            .forEach((name, t) ->
                assertThat(
                        IntStream.range(0, (int) t.elements())
                            .allMatch(i -> Float.isFinite(t.get(i))))
                    .as(name)
                    .isTrue());
      }
    }
  }

  @Test
  void aFullDiskKeepsTheOldCheckpoint() throws IOException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "there is no /dev/full to write to");
    Path partial = run().resolve("checkpoint.gguf.partial");
    try (Trainer trainer = TinyRun.trainer(recipe, shards(), run(), false, 1)) {
      trainer.run(2, report -> {});
      byte[] old = Files.readAllBytes(checkpoint());
      Files.createSymbolicLink(partial, full);
      assertThatThrownBy(() -> trainer.run(6, report -> {}))
          .isInstanceOf(BadInputException.class)
          .hasMessageContainingAll(checkpoint().toString(), "No space left", "free some room");
      assertThat(Files.readAllBytes(checkpoint())).isEqualTo(old);
    }
    try (Trainer trainer = TinyRun.trainer(recipe, shards(), run(), true, 1)) {
      assertThat(trainer.step()).isEqualTo(2);
      trainer.run(6, report -> {});
    }
    assertThat(TinyRun.names(run())).containsExactly("checkpoint.gguf", "pollux.gguf");
  }

  @Test
  void aFolderThatGoesAwayIsOneSentence() throws IOException {
    try (Trainer trainer = TinyRun.trainer(recipe, shards(), run(), false, 1)) {
      Files.delete(run());
      assertThatThrownBy(() -> trainer.run(6, report -> {}))
          .isInstanceOf(BadInputException.class)
          .hasMessageContainingAll(checkpoint().toString(), "cannot be written");
    }
  }

  @Test
  void aRunIsNeitherOverwrittenNorResumedFromNothing() throws IOException {
    Path shards = shards();
    assertThatThrownBy(() -> TinyRun.trainer(recipe, shards, run(), true, 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll("no checkpoint", run().toString());
    TinyRun.train(recipe, shards, run(), 1);
    assertThatThrownBy(() -> TinyRun.trainer(recipe, shards, run(), false, 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll(run().toString(), "--resume");
    assertThatThrownBy(() -> TinyRun.trainer(TinyRun.recipe(7, 5), shards, run(), true, 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll("step 6", "5 steps");
    assertThatThrownBy(() -> TinyRun.trainer(recipe, folder.resolve("nothing"), run(), true, 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll("nothing", "pollux prepare");
  }

  @Test
  void aCheckpointOfAnotherRecipeIsRefused() throws IOException {
    TinyRun.train(recipe, shards(), run(), 1);
    Recipe other = TinyRun.recipe(8, 6);
    Path shards = TinyRun.prepare(other, folder.resolve("others"));
    assertThatThrownBy(() -> TinyRun.trainer(other, shards, run(), true, 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll(checkpoint().toString(), "another recipe");
    Files.write(checkpoint(), new byte[100]);
    assertThatThrownBy(() -> TinyRun.trainer(recipe, folder.resolve("shards"), run(), true, 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(checkpoint().toString());
  }

  @Test
  void aRunBeginsWithTheWeightsOfAnEarlierFamily() throws IOException {
    Path family = TinyRun.train(recipe, shards(), run(), 1).resolve("pollux.gguf");
    Path next = folder.resolve("next");
    // The recipe's first step with rates of 0 writes what it began with.
    Recipe still = TinyRun.recipe(7, TinyRun.schedule(1, 0, 0));
    try (Trainer trainer = from(family, still, folder.resolve("shards"), next)) {
      assertThat(trainer.step()).isEqualTo(0);
      trainer.run(1, report -> {});
    }
    assertThat(Files.readAllBytes(next.resolve("pollux.gguf")))
        .isEqualTo(Files.readAllBytes(family));
  }

  @Test
  void aFamilyOfOtherWordsOrSizesIsRefused() throws IOException {
    Path family = TinyRun.train(recipe, shards(), run(), 1).resolve("pollux.gguf");
    Path other = folder.resolve("other");
    Path shards = folder.resolve("shards");
    Recipe wider =
        new Recipe(
            recipe.name(),
            recipe.seed(),
            recipe.data(),
            recipe.tokenizer(),
            recipe.sources(),
            new Recipe.Model(
                64, 2, 1, 32, recipe.model().feedForward(), recipe.model().layers(), 1e4, 64),
            recipe.training());
    assertThatThrownBy(() -> from(family, wider, shards, other))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll(family.toString(), "same sizes");
    Path words = folder.resolve("words.gguf");
    GgufWriter file = new GgufWriter().text("general.architecture", "pollux");
    Tokenizer learned = BpeTrainer.train(List.of("quite other words").iterator(), 300);
    TokenizerFile.write(learned, file);
    file.write(words);
    Path strange = folder.resolve("strange");
    new Preparation(recipe, TinyRun.sources(), strange).run(words, TinyRun::texts, 1, said -> {});
    assertThat(Preparation.tokenizer(strange).vocabulary()).isEqualTo(learned.vocabulary());
    assertThatThrownBy(() -> from(family, recipe, strange, other))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll("vocabulary");
  }

  private static Trainer from(Path family, Recipe recipe, Path shards, Path out)
      throws IOException {
    return new Trainer(
        recipe, shards, out, new Trainer.Start.Family(family), new WorkTeam(1), team -> 1);
  }

  @Test
  void aFinishedRunThatIsResumedWritesItsFamilyAgain() throws IOException {
    TinyRun.train(recipe, shards(), run(), 1);
    byte[] family = Files.readAllBytes(run().resolve("pollux.gguf"));
    Files.delete(run().resolve("pollux.gguf"));
    try (Trainer trainer = TinyRun.trainer(recipe, folder.resolve("shards"), run(), true, 1)) {
      trainer.run(Integer.MAX_VALUE, report -> {});
    }
    assertThat(Files.readAllBytes(run().resolve("pollux.gguf"))).isEqualTo(family);
  }

  @Test
  void theRateRisesStaysAndFallsToAFiftieth() {
    Recipe.Schedule schedule = new Recipe.Schedule(100, 64, 1, 10, 0.6, 1, 1, 0.5, 1, 1, 0, 1, 1);
    assertThat(Trainer.rate(schedule, 0)).isCloseTo(0.1, within(1e-12));
    assertThat(Trainer.rate(schedule, 4)).isCloseTo(0.5, within(1e-12));
    assertThat(Trainer.rate(schedule, 9)).isEqualTo(1);
    assertThat(Trainer.rate(schedule, 59)).isEqualTo(1);
    assertThat(Trainer.rate(schedule, 60)).isCloseTo(1, within(1e-12));
    assertThat(Trainer.rate(schedule, 80)).isCloseTo(0.5, within(1e-12));
    assertThat(Trainer.rate(schedule, 99)).isCloseTo(0.025, within(1e-12));
    double before = 0;
    for (int step = 0; step < 60; step++) {
      assertThat(Trainer.rate(schedule, step)).isGreaterThanOrEqualTo(before);
      before = Trainer.rate(schedule, step);
    }
    for (int step = 60; step < 200; step++) {
      assertThat(Trainer.rate(schedule, step)).isBetween(0.02, before);
      before = Trainer.rate(schedule, step);
    }
  }

  @Test
  void withoutWarmUpAndDecayTheRateIsOne() {
    Recipe.Schedule schedule = new Recipe.Schedule(10, 64, 1, 0, 1, 1, 1, 0.5, 1, 1, 0, 1, 1);
    for (int step = 0; step < 10; step++) {
      assertThat(Trainer.rate(schedule, step)).isEqualTo(1);
    }
  }
}
