package pollux.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import pollux.tensor.KernelChoice;
import pollux.tensor.Tensor;
import pollux.tensor.Workspace;

/** Against the formula in double, and its gradient against central differences of that. */
class LossTest {
  private static final int VOCABULARY = 37;
  private static final int[] TARGETS = {3, 0, 36, 3};
  private static final float[] WEIGHTS = {0.5f, 0.25f, 0.25f, 0};

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final Arena arena = Arena.ofAuto();
  private final Workspace workspace = new Workspace(arena);
  private final Tensor logits = gauss();

  @Test
  void againstTheTargetsAlone() {
    agree(null, 0);
    agree(null, 0.5f); // a share of nobody
  }

  @Test
  void againstTargetsAndTeacher() {
    Tensor teacher =
        Loss.of(KernelChoice.best(), workspace, gauss(), TARGETS, WEIGHTS, null, 0).probabilities();
    agree(teacher, 0);
    agree(teacher, 0.3f);
    agree(teacher, 1);
  }

  @Test
  void aLogitFarBehindCostsMuchButNotInfinity() {
    logits.set(TARGETS[0], -1e4f);
    Loss loss = Loss.of(KernelChoice.best(), workspace, logits, TARGETS, WEIGHTS, null, 0);
    assertThat(loss.perTarget()[0]).isBetween(60f, 80f);
    assertThat(loss.sum()).isFinite();
  }

  @Test
  void whatIsNotANumberStaysSo() {
    logits.set(5, Float.NaN);
    assertThat(Loss.of(KernelChoice.best(), workspace, logits, TARGETS, WEIGHTS, null, 0).sum())
        .isNaN();
  }

  private void agree(@Nullable Tensor teacher, float share) {
    Loss loss = Loss.of(KernelChoice.best(), workspace, logits, TARGETS, WEIGHTS, teacher, share);
    double[] x = new double[(int) logits.elements()];
    for (int i = 0; i < x.length; i++) {
      x[i] = logits.get(i);
    }
    double sum = 0;
    for (int r = 0; r < TARGETS.length; r++) {
      double nats = -logProbability(x, r, TARGETS[r]);
      sum += WEIGHTS[r] * nats;
      assertThat(loss.perTarget()[r])
          .as("row %d, seed %d", r, seed)
          .isCloseTo((float) nats, within(1e-4f));
    }
    assertThat(loss.sum()).isCloseTo(sum, within(1e-4));
    for (int i = 0; i < x.length; i++) {
      double old = x[i];
      x[i] = old + 1e-5;
      double up = mixed(x, teacher, share);
      x[i] = old - 1e-5;
      double down = mixed(x, teacher, share);
      x[i] = old;
      assertThat((double) loss.gradient().get(i))
          .as("logit %d, share %s, seed %d", i, share, seed)
          .isCloseTo((up - down) / 2e-5, within(1e-6));
      double p = Math.exp(logProbability(x, i / VOCABULARY, i % VOCABULARY));
      assertThat((double) loss.probabilities().get(i)).isCloseTo(p, within(1e-6));
    }
  }

  private static double mixed(double[] x, @Nullable Tensor teacher, float share) {
    double sum = 0;
    for (int r = 0; r < TARGETS.length; r++) {
      double hard = -logProbability(x, r, TARGETS[r]);
      double soft = 0;
      for (int v = 0; teacher != null && v < VOCABULARY; v++) {
        soft -= teacher.get((long) r * VOCABULARY + v) * logProbability(x, r, v);
      }
      sum += WEIGHTS[r] * (teacher == null ? hard : (1 - share) * hard + share * soft);
    }
    return sum;
  }

  private static double logProbability(double[] x, int row, int token) {
    double all = 0;
    for (int v = 0; v < VOCABULARY; v++) {
      all += Math.exp(x[row * VOCABULARY + v]);
    }
    return x[row * VOCABULARY + token] - Math.log(all);
  }

  private Tensor gauss() {
    Tensor t = Tensor.f32(arena, TARGETS.length, VOCABULARY);
    for (int i = 0; i < t.elements(); i++) {
      t.set(i, 2 * (float) random.nextGaussian());
    }
    return t;
  }
}
