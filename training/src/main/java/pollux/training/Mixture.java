package pollux.training;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import pollux.model.Lesson;
import pollux.model.Tokenizer;
import pollux.skills.Split;
import pollux.tensor.BadInputException;

/**
 * Draws the lessons of a step: which they are depends on the recipe's seed, the step and the
 * replica alone, so that a resumed run sees the same ones.
 */
final class Mixture {
  /** A lesson and the number of its source in {@link Mixture#names}. */
  record Drawn(int source, Lesson lesson) {}

  private record Pool(String name, double share, List<Shard> shards, int lessons) {
    Lesson lesson(int index) {
      for (Shard s : shards) {
        if (index < s.count()) {
          return s.lesson(index);
        }
        index -= s.count();
      }
      throw new IndexOutOfBoundsException(index);
    }
  }

  private final Recipe recipe;
  private final List<Pool> pools = new ArrayList<>();
  private final double total;

  /** Maps the shards of {@code recipe} in {@code folder}. */
  Mixture(Recipe recipe, Path folder, Tokenizer tokenizer, Arena arena) throws IOException {
    this.recipe = recipe;
    double sum = 0;
    for (var e : recipe.sources().entrySet()) {
      String name = e.getKey();
      long fingerprint = Preparation.fingerprint(recipe, name, tokenizer);
      List<Shard> shards = new ArrayList<>();
      int lessons = 0;
      while (true) {
        Path path = Preparation.shardPath(folder, name, shards.size());
        if (!Files.exists(path) || lessons >= e.getValue().lessons()) {
          break;
        }
        Shard shard = Shard.open(path, fingerprint, arena);
        shards.add(shard);
        lessons += shard.count();
      }
      if (lessons < e.getValue().lessons()) {
        refuseGap(folder, name, shards.size());
      }
      if (e.getValue().share() > 0) {
        if (lessons == 0) {
          throw new BadInputException(
              "no lessons of '" + name + "' in " + folder + ": run 'pollux prepare' first");
        }
        pools.add(new Pool(name, e.getValue().share(), shards, lessons));
        sum += e.getValue().share();
      }
    }
    total = sum;
  }

  /**
   * Without a shard in the middle the rest would be left out, and a resumed run would see others.
   */
  private static void refuseGap(Path folder, String name, int missing) throws IOException {
    try (DirectoryStream<Path> later =
        Files.newDirectoryStream(folder, name + "-[0-9][0-9][0-9][0-9][0-9].shard")) {
      for (Path path : later) {
        if (path.compareTo(Preparation.shardPath(folder, name, missing)) > 0) {
          throw new BadInputException(
              Preparation.shardPath(folder, name, missing)
                  + " is missing, though later ones are there: run 'pollux prepare' again");
        }
      }
    }
  }

  List<String> names() {
    return pools.stream().map(Pool::name).toList();
  }

  /**
   * Lessons of {@code replica} at {@code step}: as many as fit into the recipe's positions, one at
   * least.
   */
  List<Drawn> draw(int step, int replica) {
    RandomGenerator random =
        Split.random(Split.TRAINING.caseSeed("mixture", recipe.seed(), step * 64L + replica));
    List<Drawn> drawn = new ArrayList<>();
    int room = recipe.training().positions();
    while (true) {
      double at = random.nextDouble() * total;
      int p = 0;
      while (p + 1 < pools.size() && at >= pools.get(p).share) {
        at -= pools.get(p++).share;
      }
      Pool pool = pools.get(p);
      Lesson lesson = pool.lesson(random.nextInt(pool.lessons));
      room -= lesson.prompt().tokens().length;
      if (room < 0 && !drawn.isEmpty()) {
        return drawn;
      }
      drawn.add(new Drawn(p, lesson));
    }
  }
}
