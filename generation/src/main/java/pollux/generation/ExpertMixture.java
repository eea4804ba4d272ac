package pollux.generation;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import pollux.model.ExpertsSpec;
import pollux.tensor.Tensor;

/** Which experts the rows of a batch run, and with which weights. */
final class ExpertMixture {
  /** {@code [rows * used]}: the experts of each row, the most wanted first. */
  final int[] chosen;

  /** {@code [rows * used]}: their weights. */
  final float[] weights;

  private final ExpertsSpec spec;
  private final float[] probabilities;
  private final float[] selection;

  /**
   * @param logits {@code [rows, count]}, the router's
   * @param bias {@code [count]}, added when experts are chosen; or null
   */
  ExpertMixture(ExpertsSpec spec, Tensor logits, @Nullable Tensor bias) {
    this.spec = spec;
    int rows = logits.rowCount();
    int count = spec.count();
    chosen = new int[rows * spec.used()];
    weights = new float[chosen.length];
    probabilities = new float[count];
    selection = new float[count];
    float[] biases = bias == null ? null : bias.toArray();
    float[] all = logits.toArray();
    for (int r = 0; r < rows; r++) {
      choose(all, r, biases);
    }
  }

  private void choose(float[] logits, int row, float @Nullable [] bias) {
    int count = spec.count();
    int at = row * count;
    switch (spec.gating()) {
      case SIGMOID -> {
        for (int e = 0; e < count; e++) {
          probabilities[e] = (float) (1 / (1 + Math.exp(-logits[at + e])));
        }
      }
      case SOFTMAX -> {
        System.arraycopy(logits, at, probabilities, 0, count);
        softmax(probabilities, 0, count);
      }
      case SOFTMAX_OF_CHOSEN -> System.arraycopy(logits, at, probabilities, 0, count);
    }
    for (int e = 0; e < count; e++) {
      // The order of logits is that of probabilities, and keeps what those round away.
      selection[e] =
          bias == null && spec.groups() == 1
              ? logits[at + e]
              : probabilities[e] + (bias == null ? 0 : bias[e]);
    }
    if (spec.groups() > 1) {
      leaveWeakGroups();
    }
    int used = spec.used();
    int to = row * used;
    for (int k = 0; k < used; k++) {
      chosen[to + k] = best(selection, 0, count);
      weights[to + k] = probabilities[chosen[to + k]];
      selection[chosen[to + k]] = Float.NEGATIVE_INFINITY;
    }
    if (spec.gating() == ExpertsSpec.Gating.SOFTMAX_OF_CHOSEN) {
      softmax(weights, to, used);
    }
    float factor = spec.scale();
    if (spec.normalised()) {
      float sum = 0;
      for (int k = 0; k < used; k++) {
        sum += weights[to + k];
      }
      // The smallest normal number of F16, as the reference has it.
      factor /= Math.max(sum, 6.103515625e-5f);
    }
    for (int k = 0; k < used; k++) {
      weights[to + k] *= factor;
    }
  }

  /** A group is as strong as its two strongest experts together. */
  private void leaveWeakGroups() {
    int size = spec.count() / spec.groups();
    float[] strength = new float[spec.groups()];
    for (int g = 0; g < strength.length; g++) {
      int first = best(selection, g * size, size);
      strength[g] = selection[first];
      float second = Float.NEGATIVE_INFINITY;
      for (int e = g * size; e < (g + 1) * size; e++) {
        second = e == first ? second : Math.max(second, selection[e]);
      }
      strength[g] += size > 1 ? second : 0;
    }
    boolean[] kept = new boolean[strength.length];
    for (int k = 0; k < spec.groupsUsed(); k++) {
      int g = best(strength, 0, strength.length);
      kept[g] = true;
      strength[g] = Float.NEGATIVE_INFINITY;
    }
    for (int g = 0; g < kept.length; g++) {
      if (!kept[g]) {
        Arrays.fill(selection, g * size, (g + 1) * size, Float.NEGATIVE_INFINITY);
      }
    }
  }

  /** The first of the largest; NaN is not larger than anything. */
  private static int best(float[] values, int from, int n) {
    int best = from;
    for (int i = from + 1; i < from + n; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }

  private static void softmax(float[] x, int from, int n) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = from; i < from + n; i++) {
      largest = Math.max(largest, x[i]);
    }
    double sum = 0;
    for (int i = from; i < from + n; i++) {
      x[i] = (float) Math.exp(x[i] - largest);
      sum += x[i];
    }
    for (int i = from; i < from + n; i++) {
      x[i] = (float) (x[i] / sum);
    }
  }
}
