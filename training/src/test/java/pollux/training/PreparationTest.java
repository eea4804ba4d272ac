package pollux.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pollux.model.Lesson;
import pollux.model.PromptEncoder;
import pollux.tensor.BadInputException;

class PreparationTest {
  private static final FileTime LONG_AGO = FileTime.fromMillis(0);

  @TempDir Path folder;

  private final long seed = System.nanoTime();

  @Test
  void theSameRecipeGivesTheSameBytesWithAnyNumberOfThreads() throws IOException {
    Path one = TinyRun.prepare(recipe(2500), TinyRun.sources(), folder.resolve("one"), 1);
    Path three = TinyRun.prepare(recipe(2500), TinyRun.sources(), folder.resolve("three"), 3);
    assertThat(TinyRun.names(one))
        .containsExactly(
            "held-out-00000.shard",
            "patches-00000.shard",
            "sums-00000.shard",
            "sums-00001.shard",
            "sums-00002.shard",
            "tokenizer.gguf");
    assertThat(checksums(three)).as("seed %d", seed).isEqualTo(checksums(one));
    Path other = TinyRun.prepare(TinyRun.recipe(seed + 1, 5), folder.resolve("other"));
    assertThat(checksums(other).get("sums-00000.shard"))
        .isNotEqualTo(checksums(one).get("sums-00000.shard"));
  }

  @Test
  void aBrokenPreparationGoesOnWhereItStopped() throws IOException {
    TinyRun.prepare(recipe(2500), folder);
    Map<String, Long> whole = checksums(folder);
    Files.delete(shard(1));
    Files.write(shard(2), new byte[] {1, 2, 3});
    age();
    TinyRun.prepare(recipe(2500), folder);
    assertThat(checksums(folder)).as("seed %d", seed).isEqualTo(whole);
    assertThat(isNew(shard(0))).isFalse();
    assertThat(isNew(shard(1))).isTrue();
    assertThat(isNew(shard(2))).isTrue();
    assertThat(isNew(Preparation.vocabulary(folder))).isFalse();
  }

  @Test
  void moreLessonsCompleteTheLastShard() throws IOException {
    TinyRun.prepare(recipe(1500), folder);
    age();
    TinyRun.prepare(recipe(2500), folder);
    assertThat(isNew(shard(0))).isFalse();
    assertThat(checksums(folder))
        .as("seed %d", seed)
        .isEqualTo(checksums(TinyRun.prepare(recipe(2500), folder.resolve("at-once"))));
  }

  @Test
  void whatIsLongerThanABatchIsLeftOut() throws IOException {
    Source growing =
        TinyRun.source(
            "sums", (encoder, random, index) -> encoder.teachText("x".repeat((int) index * 10)));
    Recipe recipe =
        TinyRun.recipe(
            seed, Map.of("sums", new Recipe.Ingredient(40, 1)), TinyRun.schedule(5, 0.02, 0.003));
    TinyRun.prepare(recipe, Map.of("sums", growing), folder, 1);
    long fingerprint = Preparation.fingerprint(recipe, "sums", Preparation.tokenizer(folder));
    assertThat(Shard.countIfCurrent(shard(0), fingerprint)).isEqualTo(10); // up to 90 and the end
  }

  @Test
  void whatIsMissingIsSaidBeforeAnythingIsDone() throws IOException {
    Recipe unknown =
        TinyRun.recipe(
            seed, Map.of("songs", new Recipe.Ingredient(4, 1)), TinyRun.schedule(5, 0.02, 0.003));
    assertThatThrownBy(() -> TinyRun.prepare(unknown, folder))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll("'songs'", "sums", "patches");
    Source lacking =
        new Source() {
          @Override
          public String name() {
            return "songs";
          }

          @Override
          public List<String> missing() {
            return List.of("the program 'singer'");
          }

          @Override
          public long size() {
            return 1;
          }

          @Override
          public Lesson lesson(PromptEncoder encoder, long seed, long index) {
            throw new AssertionError("it is missing something");
          }
        };
    assertThatThrownBy(() -> TinyRun.prepare(unknown, Map.of("songs", lacking), folder, 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll("songs", "the program 'singer'");
    assertThat(TinyRun.names(folder)).isEmpty();
  }

  @Test
  void aLargerVocabularyThanTheRecipeWantsIsRefused() throws IOException {
    TinyRun.prepare(recipe(10), folder);
    Recipe small = recipe(10);
    int size = Preparation.tokenizer(folder).size();
    Recipe smaller =
        new Recipe(
            small.name(),
            small.seed(),
            small.data(),
            size - 1,
            small.sources(),
            small.model(),
            small.training());
    assertThatThrownBy(() -> TinyRun.prepare(smaller, folder))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll(folder.toString(), "" + size, "" + (size - 1));
  }

  private Recipe recipe(int lessons) {
    Map<String, Recipe.Ingredient> sources = new LinkedHashMap<>();
    sources.put("sums", new Recipe.Ingredient(lessons, 1));
    sources.put("patches", new Recipe.Ingredient(3, 1));
    return TinyRun.recipe(seed, sources, TinyRun.schedule(5, 0.02, 0.003));
  }

  private Path shard(int number) {
    return Preparation.shardPath(folder, "sums", number);
  }

  private void age() throws IOException {
    for (String name : TinyRun.names(folder)) {
      Files.setLastModifiedTime(folder.resolve(name), LONG_AGO);
    }
  }

  private static boolean isNew(Path file) throws IOException {
    return !Files.getLastModifiedTime(file).equals(LONG_AGO);
  }

  /** A checksum of each file. */
  private static Map<String, Long> checksums(Path folder) throws IOException {
    Map<String, Long> all = new TreeMap<>();
    for (String name : TinyRun.names(folder)) {
      if (Files.isRegularFile(folder.resolve(name))) {
        CRC32C crc = new CRC32C();
        crc.update(Files.readAllBytes(folder.resolve(name)));
        all.put(name, crc.getValue());
      }
    }
    return all;
  }
}
