package pollux.training;

import org.jspecify.annotations.Nullable;
import pollux.tensor.Kernels;
import pollux.tensor.Tensor;
import pollux.tensor.Workspace;

/**
 * Cross entropy of logits against the next tokens, mixed with the parent's distribution.
 *
 * @param sum weighted cross entropy against the targets alone, in nats
 * @param perTarget cross entropy of each row, in nats
 * @param gradient of the weighted mixed loss with respect to the logits, {@code [rows, vocabulary]}
 * @param probabilities soft-max of the logits, {@code [rows, vocabulary]}
 */
record Loss(double sum, float[] perTarget, Tensor gradient, Tensor probabilities) {
  /**
   * @param targets the right token of each row
   * @param weights what each row counts
   * @param teacher the parent's probabilities for the same rows, or null
   * @param share of the teacher in the target, 0 to 1 (Hinton et al. 2015, temperature 1)
   */
  static Loss of(
      Kernels kernels,
      Workspace workspace,
      Tensor logits,
      int[] targets,
      float[] weights,
      @Nullable Tensor teacher,
      float share) {
    int vocabulary = logits.columns();
    Tensor p = workspace.f32(logits.shape());
    p.data().copyFrom(logits.data());
    Tensor gradient = workspace.f32(logits.shape());
    float[] each = new float[targets.length];
    double sum = 0;
    float hard = teacher == null ? 1 : 1 - share;
    for (int r = 0; r < targets.length; r++) {
      long row = (long) r * vocabulary;
      kernels.softmax(p.data(), row, vocabulary, 1);
      each[r] = (float) -Math.log(Math.max(p.get(row + targets[r]), 1e-30));
      sum += weights[r] * (double) each[r];
      gradient.data().asSlice(row * 4, vocabulary * 4L).fill((byte) 0);
      kernels.axpy(weights[r], p.data(), row, gradient.data(), row, vocabulary);
      if (teacher != null) {
        kernels.axpy(-share * weights[r], teacher.data(), row, gradient.data(), row, vocabulary);
      }
      gradient.set(row + targets[r], gradient.get(row + targets[r]) - hard * weights[r]);
    }
    return new Loss(sum, each, gradient, p);
  }
}
