package pollux.training;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import pollux.model.GgufFile;
import pollux.model.GgufWriter;
import pollux.model.Lesson;
import pollux.model.PromptEncoder;
import pollux.model.Tokenizer;
import pollux.model.TokenizerFile;
import pollux.tensor.BadInputException;
import pollux.tensor.WorkTeam;

/**
 * Draws every lesson of a recipe once and packs them into shards; what is already there is kept, so
 * that a broken run goes on where it stopped.
 */
public final class Preparation {
  /** Lessons of one shard: what is lost at most when preparation is broken off. */
  static final int SHARD = 1024;

  /** Raised when lessons are encoded differently, so that old shards are refused. */
  private static final int VERSION = 2;

  private final Recipe recipe;
  private final Map<String, Source> sources;
  private final Path folder;

  /**
   * @param sources every source by name; those of the recipe must be among them
   * @param folder where the vocabulary and the shards go
   */
  public Preparation(Recipe recipe, Map<String, Source> sources, Path folder) {
    this.recipe = recipe;
    this.sources = sources;
    this.folder = folder;
  }

  /**
   * Prepares everything that is missing.
   *
   * @param vocabulary a weights file whose vocabulary is taken when there is none yet; learned if
   *     null
   * @param texts what the vocabulary is learned from, asked for only when that is done
   * @param progress told in words what is done, by several threads at once
   */
  public void run(
      @Nullable Path vocabulary,
      Supplier<Iterator<String>> texts,
      int threads,
      Consumer<String> progress)
      throws IOException {
    List<String> missing = new ArrayList<>();
    for (String name : recipe.sources().keySet()) {
      source(name).missing().forEach(m -> missing.add(name + " needs " + m));
    }
    if (!missing.isEmpty()) {
      throw new BadInputException("cannot prepare: " + String.join("; ", missing));
    }
    Files.createDirectories(folder);
    if (!Files.exists(vocabulary(folder))) {
      Tokenizer first;
      if (vocabulary == null) {
        progress.accept("learning a vocabulary of " + recipe.tokenizer() + " entries");
        first = BpeTrainer.train(texts.get(), recipe.tokenizer());
      } else {
        first = read(vocabulary);
      }
      GgufWriter file = new GgufWriter().text("general.architecture", "pollux");
      TokenizerFile.write(first, file);
      file.write(vocabulary(folder));
    }
    Tokenizer tokenizer = tokenizer(folder);
    if (tokenizer.size() > recipe.tokenizer()) {
      throw new BadInputException(
          "%s has %d entries, the recipe wants %d: give another folder, or delete this one"
              .formatted(vocabulary(folder), tokenizer.size(), recipe.tokenizer()));
    }
    PromptEncoder encoder = new PromptEncoder(tokenizer);
    HeldOut.prepare(recipe, sources, encoder, folder);
    record Job(Source source, Path path, long from, int count, long fingerprint) {}
    List<Job> jobs = new ArrayList<>();
    for (Map.Entry<String, Recipe.Ingredient> e : recipe.sources().entrySet()) {
      Source source = source(e.getKey());
      long total = Math.min(e.getValue().lessons(), source.size());
      for (long from = 0; from < total; from += SHARD) {
        Path path = shardPath(folder, source.name(), (int) (from / SHARD));
        int count = (int) Math.min(SHARD, total - from);
        long fingerprint = fingerprint(recipe, source.name(), tokenizer);
        if (isStale(path, fingerprint, count, source.name(), (int) (from / SHARD))) {
          jobs.add(new Job(source, path, from, count, fingerprint));
        }
      }
    }
    AtomicLong done = new AtomicLong();
    long start = System.nanoTime();
    try (WorkTeam team = new WorkTeam(threads)) {
      team.run(
          jobs.size(),
          i -> {
            Job job = jobs.get(i);
            try {
              Shard.write(
                  job.path, job.fingerprint, lessons(encoder, job.source, job.from, job.count));
            } catch (IOException e) {
              throw new BadInputException("cannot write " + job.path + ": " + e.getMessage(), e);
            }
            long n = done.incrementAndGet();
            double left = (System.nanoTime() - start) / 1e9 / n * (jobs.size() - n);
            progress.accept(
                "%s: shard %d of %d, about %.0f s left"
                    .formatted(job.source.name(), n, jobs.size(), left));
          });
    }
  }

  /**
   * Whether a shard must be made. The last one of a source may have been made for a recipe with
   * fewer lessons: then it goes away at once, so that a break before it is made again cannot hide
   * it.
   */
  private boolean isStale(Path path, long fingerprint, int count, String source, int number)
      throws IOException {
    int found = Shard.countIfCurrent(path, fingerprint);
    boolean last = !Files.exists(shardPath(folder, source, number + 1));
    if (found >= 0 && found < count && last) {
      Files.delete(path);
      return true;
    }
    return found < 0;
  }

  private List<Lesson> lessons(PromptEncoder encoder, Source source, long from, int count) {
    List<Lesson> lessons = new ArrayList<>(count);
    for (long i = from; i < from + count; i++) {
      Lesson lesson = source.lesson(encoder, recipe.seed(), i);
      // Longer than a batch can hold: left out, the few that there are.
      if (lesson.prompt().tokens().length <= recipe.training().positions()) {
        lessons.add(lesson);
      }
    }
    return lessons;
  }

  private Source source(String name) {
    Source s = sources.get(name);
    if (s == null) {
      throw new BadInputException(
          "recipe names the source '" + name + "', expected one of " + sources.keySet());
    }
    return s;
  }

  static Path vocabulary(Path folder) {
    return folder.resolve("tokenizer.gguf");
  }

  /** The vocabulary that preparation left in {@code folder}. */
  static Tokenizer tokenizer(Path folder) {
    if (!Files.exists(vocabulary(folder))) {
      throw new BadInputException(
          "nothing is prepared in " + folder + ": run 'pollux prepare' first");
    }
    return read(vocabulary(folder));
  }

  private static Tokenizer read(Path file) {
    try (Arena arena = Arena.ofConfined()) {
      return TokenizerFile.read(GgufFile.open(file, arena));
    }
  }

  static Path shardPath(Path folder, String source, int number) {
    return folder.resolve("%s-%05d.shard".formatted(source, number));
  }

  static long fingerprint(Recipe recipe, String source, Tokenizer tokenizer) {
    CRC32C crc = new CRC32C();
    crc.update((VERSION + source + recipe.seed()).getBytes(StandardCharsets.UTF_8));
    crc.update(String.join("\n", tokenizer.vocabulary()).getBytes(StandardCharsets.UTF_8));
    return crc.getValue();
  }
}
