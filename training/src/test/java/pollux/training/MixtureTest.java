package pollux.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pollux.model.Tokenizer;
import pollux.tensor.BadInputException;

class MixtureTest {
  @TempDir Path folder;

  private final long seed = System.nanoTime();
  private final Arena arena = Arena.ofAuto();
  private final Map<String, Source> sources = new LinkedHashMap<>();

  @Test
  void aDrawDependsOnSeedStepAndReplicaAlone() throws IOException {
    Recipe recipe = recipe(Map.of("a", 1.0, "b", 2.0), 300);
    Mixture one = mixture(recipe);
    Mixture other = mixture(recipe);
    List<List<Integer>> forth = new ArrayList<>();
    for (int step = 0; step < 40; step++) {
      forth.add(drawn(one, step, step % 3));
    }
    assertThat(forth).as("seed %d", seed).doesNotHaveDuplicates();
    for (int step = 39; step >= 0; step--) {
      assertThat(drawn(other, step, step % 3)).as("seed %d", seed).isEqualTo(forth.get(step));
    }
    assertThat(drawn(one, 0, 1)).isNotEqualTo(drawn(one, 1, 0)).isNotEqualTo(drawn(one, 0, 0));
  }

  @Test
  void sharesAreRespectedWhateverTheNumberOfLessons() throws IOException {
    Map<String, Double> shares = new LinkedHashMap<>();
    shares.put("a", 1.0);
    shares.put("none", 0.0);
    shares.put("b", 3.0);
    shares.put("c", 0.5);
    Mixture mixture = mixture(recipe(shares, 50));
    assertThat(mixture.names()).containsExactly("a", "b", "c");
    double[] counts = new double[3];
    int n = 0;
    for (int step = 0; step < 400; step++) {
      for (Mixture.Drawn d : mixture.draw(step, 0)) {
        counts[d.source()]++;
        n++;
      }
    }
    double[] expected = {1 / 4.5, 3 / 4.5, 0.5 / 4.5};
    for (int i = 0; i < 3; i++) {
      double deviation = Math.sqrt(expected[i] * (1 - expected[i]) / n);
      assertThat(counts[i] / n)
          .as("share of source %d in %d lessons, seed %d", i, n, seed)
          .isBetween(expected[i] - 5 * deviation, expected[i] + 5 * deviation);
    }
  }

  @Test
  void aBatchIsFullButNeverTooLong() throws IOException {
    Recipe recipe = recipe(Map.of("a", 1.0), 20);
    int most = recipe.training().positions();
    Mixture mixture = mixture(recipe);
    for (int step = 0; step < 50; step++) {
      int positions =
          mixture.draw(step, 0).stream().mapToInt(d -> d.lesson().prompt().tokens().length).sum();
      assertThat(positions).isBetween(most - 9, most);
    }
  }

  @Test
  void everyLessonOfEveryShardIsDrawn() throws IOException {
    Recipe recipe = recipe(Map.of("a", 1.0), 1100); // two shards
    Mixture mixture = mixture(recipe);
    boolean[] seen = new boolean[1100];
    for (int step = 0; step < 2000; step++) {
      drawn(mixture, step, 0).forEach(i -> seen[i] = true);
    }
    // Each is missed with a chance of (1 - 1 / 1100)^(10 * 2000), about e^-18.
    assertThat(seen).as("seed %d", seed).doesNotContain(false);
  }

  @Test
  void missingLessonsAreSaid() throws IOException {
    Recipe recipe = recipe(Map.of("a", 1.0), 2100);
    Tokenizer tokenizer = Preparation.tokenizer(folder);
    Path middle = Preparation.shardPath(folder, "a", 1);
    Files.delete(middle);
    assertThatThrownBy(() -> new Mixture(recipe, folder, tokenizer, arena))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll(middle.toString(), "missing", "pollux prepare");
    Files.delete(Preparation.shardPath(folder, "a", 0));
    Files.delete(Preparation.shardPath(folder, "a", 2));
    assertThatThrownBy(() -> new Mixture(recipe, folder, tokenizer, arena))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll("'a'", folder.toString(), "pollux prepare");
  }

  @Test
  void shardsOfAnotherRecipeAreRefused() throws IOException {
    Recipe recipe = recipe(Map.of("a", 1.0), 10);
    Recipe other = TinyRun.recipe(seed + 1, recipe.sources(), recipe.training());
    assertThatThrownBy(() -> mixture(other))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll("a-00000.shard", "another recipe");
  }

  /** Prepares sources whose lessons all have 9 positions and spell their index. */
  private Recipe recipe(Map<String, Double> shares, int lessons) throws IOException {
    Map<String, Recipe.Ingredient> ingredients = new LinkedHashMap<>();
    shares.forEach((name, share) -> {
      ingredients.put(name, new Recipe.Ingredient(lessons, share));
      sources.put(
          name,
          TinyRun.source(
              name, (encoder, random, index) -> encoder.teachText("%08d".formatted(index))));
    });
    Recipe recipe = TinyRun.recipe(seed, ingredients, TinyRun.schedule(5, 0.02, 0.003));
    TinyRun.prepare(recipe, sources, folder, 1);
    return recipe;
  }

  private Mixture mixture(Recipe recipe) throws IOException {
    return new Mixture(recipe, folder, Preparation.tokenizer(folder), arena);
  }

  /** Bytes are their own ids, and a digit is a word of its own. */
  private static int index(int[] tokens) {
    int index = 0;
    for (int i = 0; i < 8; i++) {
      index = 10 * index + tokens[i] - '0';
    }
    return index;
  }

  private static List<Integer> drawn(Mixture mixture, int step, int replica) {
    List<Integer> indices = new ArrayList<>();
    for (Mixture.Drawn d : mixture.draw(step, replica)) {
      int[] tokens = d.lesson().prompt().tokens();
      indices.add(index(tokens));
    }
    return indices;
  }
}
