package pollux.generation;

import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;
import pollux.tensor.BadInputException;

/** Chooses tokens. The same logits, sampling and seed give the same choices on every machine. */
final class Sampler {
  private final Sampling sampling;
  private final BitSet forbidden;
  private final SplittableRandom random;

  // Of a draw, kept for the next one: a vocabulary takes megabytes.
  private long[] order = {};
  private double[] weight = {};

  /**
   * @param forbidden ids that are never chosen
   */
  Sampler(Sampling sampling, BitSet forbidden) {
    this.sampling = sampling;
    this.forbidden = forbidden;
    this.random = new SplittableRandom(sampling.seed());
  }

  /** The next token for {@code logits} {@code [vocabulary]}. */
  int next(float[] logits) {
    int best = likeliest(logits);
    return sampling.temperature() == 0 ? best : draw(logits, logits[best]);
  }

  /** Of equal ones the first. */
  private int likeliest(float[] logits) {
    int best = -1;
    for (int i = 0; i < logits.length; i++) {
      if (!forbidden.get(i) && (best < 0 ? !Float.isNaN(logits[i]) : logits[i] > logits[best])) {
        best = i;
      }
    }
    if (best < 0 || Float.isInfinite(logits[best])) {
      throw new BadInputException(
          "the weights give no finite number for any token: the file is damaged or was not"
              + " trained");
    }
    return best;
  }

  private int draw(float[] logits, float most) {
    // Probabilities, up to their sum, and ids in one long: descending by probability, then by id.
    if (order.length < logits.length) {
      order = new long[logits.length];
      weight = new double[logits.length];
    }
    double total = 0;
    int n = 0;
    for (int i = 0; i < logits.length; i++) {
      if (!forbidden.get(i) && logits[i] > Float.NEGATIVE_INFINITY) {
        weight[i] = StrictMath.exp((logits[i] - most) / (double) sampling.temperature());
        total += weight[i];
        // Floats that are not negative are ordered as their bits are.
        order[n++] = (long) ~Float.floatToIntBits((float) weight[i]) << 32 | i;
      }
    }
    Arrays.sort(order, 0, n);
    double kept = 0;
    int end = 0;
    while (end < n && (end == 0 || kept < sampling.topP() * total)) {
      kept += weight[(int) order[end++]];
    }
    double at = random.nextDouble() * kept;
    for (int i = 0; i < end - 1; i++) {
      at -= weight[(int) order[i]];
      if (at < 0) {
        return (int) order[i];
      }
    }
    return (int) order[end - 1];
  }
}
