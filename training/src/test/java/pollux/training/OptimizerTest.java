package pollux.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pollux.model.FamilySpec;
import pollux.model.Tier;
import pollux.model.Tokenizer;
import pollux.model.WeightNames;
import pollux.tensor.BadInputException;
import pollux.tensor.KernelChoice;
import pollux.tensor.Tensor;
import pollux.tensor.WorkTeam;

/** Against plain loops in double. */
class OptimizerTest {
  private static final FamilySpec SPEC =
      new FamilySpec(40, 32, 2, 1, 16, List.of(32, 32, 96), List.of(Tier.NANO), 1e4f, 1e-6f, 64);
  private static final String SQUARE = WeightNames.layer(0, WeightNames.Q);
  private static final String TALL = WeightNames.layer(0, WeightNames.gate(Tier.ULTRA));
  private static final String WIDE = WeightNames.layer(0, WeightNames.down(Tier.ULTRA));
  private static final List<String> MATRICES = List.of(SQUARE, TALL, WIDE);

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final Arena arena = Arena.ofAuto();
  private final WorkTeam team = new WorkTeam(1);
  private final Parameters weights = Parameters.initial(SPEC, seed, arena);
  private final Parameters gradients = Parameters.zeros(SPEC, arena);
  private final Optimizer optimizer = new Optimizer(KernelChoice.best(), weights, gradients, arena);

  @AfterEach
  void endTeam() {
    team.close();
  }

  @Test
  void adamMovesAsTheFormulaSays() {
    List<String> names = List.of(WeightNames.EMBEDDING, WeightNames.outputNorm(Tier.PRO));
    Map<String, double[][]> state = new HashMap<>(); // weight, first and second moment
    names.forEach(name -> {
      double[] w = doubles(weights.get(name));
      state.put(name, new double[][] {w, new double[w.length], new double[w.length]});
    });
    double scale = 0.7;
    for (int step = 1; step <= 5; step++) {
      float rate = 0.01f * step;
      drawGradients();
      optimizer.update(team, new Optimizer.Rates(0, rate, 0), (float) scale, step);
      for (String name : names) {
        double[][] s = state.get(name);
        for (int i = 0; i < s[0].length; i++) {
          double g = gradients.get(name).get(i) * scale;
          s[1][i] = 0.9 * s[1][i] + 0.1 * g;
          s[2][i] = 0.98 * s[2][i] + 0.02 * g * g;
          double mean = s[1][i] / (1 - Math.pow(0.9, step));
          double deviation = Math.sqrt(s[2][i] / (1 - Math.pow(0.98, step)));
          s[0][i] -= rate * mean / (deviation + 1e-8);
        }
        assertThat(farthest(weights.get(name), s[0]))
            .as("%s after step %d, seed %d", name, step, seed)
            .isLessThan(2e-5);
      }
    }
  }

  @Test
  void muonMovesAsTheFormulaSays() {
    Map<String, double[]> expected = new HashMap<>();
    Map<String, double[]> momentum = new HashMap<>();
    for (String name : MATRICES) {
      expected.put(name, doubles(weights.get(name)));
      momentum.put(name, new double[expected.get(name).length]);
    }
    double rate = 0.02;
    double decay = 0.3;
    for (int step = 1; step <= 4; step++) {
      drawGradients();
      optimizer.update(team, new Optimizer.Rates((float) rate, 0, (float) decay), 0.5f, step);
      for (String name : MATRICES) {
        Tensor t = weights.get(name);
        double[] w = expected.get(name);
        double[] m = momentum.get(name);
        double[] ahead = new double[m.length];
        for (int i = 0; i < m.length; i++) {
          double g = 0.5 * gradients.get(name).get(i);
          m[i] = 0.95 * m[i] + 0.05 * g;
          ahead[i] = 0.95 * m[i] + 0.05 * g;
        }
        double[] direction = orthogonal(ahead, t.dim(0), t.dim(1));
        double size = rate * Math.sqrt(Math.max(1, t.dim(0) / (double) t.dim(1)));
        for (int i = 0; i < w.length; i++) {
          w[i] = (1 - rate * decay) * w[i] - size * direction[i];
        }
        assertThat(farthest(t, w))
            .as("%s after step %d, seed %d", name, step, seed)
            .isLessThan(2e-4);
        assertThat(farthest(optimizer.state().get("muon." + name), m)).isLessThan(1e-6);
      }
    }
  }

  @Test
  void muonMovesEveryDirectionAboutAlike() {
    Map<String, double[]> before = new HashMap<>();
    MATRICES.forEach(name -> before.put(name, doubles(weights.get(name))));
    drawGradients();
    optimizer.update(team, new Optimizer.Rates(1, 0, 0), 1, 1);
    for (String name : MATRICES) {
      Tensor t = weights.get(name);
      double stretch = Math.sqrt(Math.max(1, t.dim(0) / (double) t.dim(1)));
      double[] move = doubles(t);
      for (int i = 0; i < move.length; i++) {
        move[i] = (before.get(name)[i] - move[i]) / stretch;
      }
      double[] moved = singularValues(move, t.dim(0), t.dim(1));
      double[] given = singularValues(doubles(gradients.get(name)), t.dim(0), t.dim(1));
      double norm = Math.sqrt(Arrays.stream(given).map(s -> s * s).sum());
      for (int i = 0; i < moved.length; i++) {
        // Five steps grow the smallest ones some 480-fold; below 1 in 500 they do not arrive.
        double low = given[i] / norm > 0.005 ? 0.65 : 0;
        assertThat(moved[i])
            .as("singular value %d of the move of %s, seed %d", i, name, seed)
            .isBetween(low, 1.25);
      }
    }
  }

  @Test
  void aMatrixWithoutAGradientStaysFinite() {
    gradients.clear();
    Map<String, double[]> before = new HashMap<>();
    weights.tensors().forEach((name, t) -> before.put(name, doubles(t)));
    optimizer.update(team, new Optimizer.Rates(0.1f, 0.1f, 0), 1, 1);
    weights
        .tensors()
        .forEach((name, t) -> assertThat(doubles(t)).as(name).isEqualTo(before.get(name)));
  }

  @Test
  void itsStateComesBackFromACheckpoint(@TempDir Path folder) throws IOException {
    Recipe recipe = TinyRun.recipe(seed, 5);
    Optimizer.Rates rates = new Optimizer.Rates(0.02f, 0.01f, 0.1f);
    for (int step = 1; step <= 3; step++) {
      drawGradients();
      optimizer.update(team, rates, 1, step);
    }
    Path path = folder.resolve("checkpoint.gguf");
    Tokenizer tokenizer = BpeTrainer.train(List.of("abab", "ba").iterator(), 300);
    Checkpoint.write(path, recipe, tokenizer, 3, weights, optimizer.state());
    Parameters read = Parameters.zeros(SPEC, arena);
    Optimizer other = new Optimizer(KernelChoice.best(), read, gradients, arena);
    assertThat(Checkpoint.read(path, recipe, tokenizer, read, other.state())).isEqualTo(3);
    Tokenizer stranger = BpeTrainer.train(List.of("xyxy", "yx").iterator(), 300);
    assertThatThrownBy(() -> Checkpoint.read(path, recipe, stranger, read, other.state()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("vocabulary");
    drawGradients();
    optimizer.update(team, rates, 1, 4);
    other.update(team, rates, 1, 4);
    weights
        .tensors()
        .forEach((name, t) ->
            assertThat(read.get(name).toArray())
                .as("%s, seed %d", name, seed)
                .isEqualTo(t.toArray()));
    optimizer
        .state()
        .forEach((name, t) ->
            assertThat(other.state().get(name).toArray()).as(name).isEqualTo(t.toArray()));
  }

  private void drawGradients() {
    gradients
        .tensors()
        .values()
        .forEach(t -> {
          for (int i = 0; i < t.elements(); i++) {
            t.set(i, (float) random.nextGaussian());
          }
        });
  }

  private static double farthest(Tensor found, double[] expected) {
    double most = 0;
    for (int i = 0; i < expected.length; i++) {
      most = Math.max(most, Math.abs(found.get(i) - expected[i])); // NaN if one is
    }
    return most;
  }

  private static double[] doubles(Tensor t) {
    double[] d = new double[(int) t.elements()];
    for (int i = 0; i < d.length; i++) {
      d[i] = t.get(i);
    }
    return d;
  }

  /** Five steps X' = 3.4445 X - 4.7750 XX'X + 2.0315 (XX')^2 X from X / |X|. */
  private static double[] orthogonal(double[] given, int rows, int columns) {
    double norm = Math.sqrt(Arrays.stream(given).map(v -> v * v).sum());
    double[] x = Arrays.stream(given).map(v -> v / norm).toArray();
    for (int step = 0; step < 5; step++) {
      double[] gram = product(x, transposed(x, rows, columns), rows, columns, rows);
      double[] once = product(gram, x, rows, rows, columns);
      double[] twice = product(gram, once, rows, rows, columns);
      for (int i = 0; i < x.length; i++) {
        x[i] = 3.4445 * x[i] - 4.7750 * once[i] + 2.0315 * twice[i];
      }
    }
    return x;
  }

  private static double[] product(double[] a, double[] b, int m, int k, int n) {
    double[] c = new double[m * n];
    for (int i = 0; i < m; i++) {
      for (int p = 0; p < k; p++) {
        for (int j = 0; j < n; j++) {
          c[i * n + j] += a[i * k + p] * b[p * n + j];
        }
      }
    }
    return c;
  }

  private static double[] transposed(double[] a, int rows, int columns) {
    double[] t = new double[a.length];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        t[c * rows + r] = a[r * columns + c];
      }
    }
    return t;
  }

  /** Rising; by Jacobi's rotations of the smaller Gram matrix. */
  private static double[] singularValues(double[] a, int rows, int columns) {
    double[] t = transposed(a, rows, columns);
    int n = Math.min(rows, columns);
    double[] gram = rows < columns ? product(a, t, n, columns, n) : product(t, a, n, rows, n);
    for (int sweep = 0; sweep < 10; sweep++) {
      for (int p = 0; p < n; p++) {
        for (int q = p + 1; q < n; q++) {
          rotate(gram, n, p, q);
        }
      }
    }
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = Math.sqrt(Math.max(0, gram[i * n + i]));
    }
    Arrays.sort(values);
    return values;
  }

  private static void rotate(double[] s, int n, int p, int q) {
    double angle = 0.5 * Math.atan2(2 * s[p * n + q], s[q * n + q] - s[p * n + p]);
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    for (int i = 0; i < n; i++) {
      double a = s[i * n + p];
      double b = s[i * n + q];
      s[i * n + p] = cos * a - sin * b;
      s[i * n + q] = sin * a + cos * b;
    }
    for (int i = 0; i < n; i++) {
      double a = s[p * n + i];
      double b = s[q * n + i];
      s[p * n + i] = cos * a - sin * b;
      s[q * n + i] = sin * a + cos * b;
    }
  }
}
