package pollux.training;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import pollux.model.Batch;
import pollux.model.Decoder;
import pollux.model.DecoderSpec;
import pollux.model.Prompt;
import pollux.model.Tier;
import pollux.tensor.Kernels;
import pollux.tensor.Tensor;
import pollux.tensor.Workspace;

/**
 * One of the batches of a step, with gradients of its own: Ultra learns from the lessons, a smaller
 * tier from the lessons and from Ultra's distribution over the same positions.
 */
final class Replica {
  /**
   * What a pass gave.
   *
   * @param loss cross entropy of Ultra in nats, summed for each source
   * @param targets learned positions of each source
   * @param positions of the batch
   * @param operations floating-point operations of all matrix products
   */
  record Outcome(double[] loss, long[] targets, int positions, long operations) {}

  private final Kernels kernels;
  private final Decoder decoder;
  private final Workspace workspace;
  private final Parameters gradients;
  private final Map<Tensor, Tensor> pairs;

  Replica(Kernels kernels, DecoderSpec spec, Parameters active, Arena arena) {
    this.kernels = kernels;
    this.decoder = new Decoder(spec, active::get);
    this.workspace = new Workspace(arena);
    this.gradients = Parameters.zeros(spec, arena);
    this.pairs = active.pairedWith(gradients);
  }

  Parameters gradients() {
    return gradients;
  }

  /**
   * Replaces the gradients by those of {@code lessons}, each lesson's targets counting 1 / sqrt(their
   * number), so that one long program does not drown ten short answers.
   *
   * @param small the smaller tier that learns in this pass
   * @param part of the lessons that it learns from, the first ones
   * @param share of Ultra's distribution in what it learns
   */
  Outcome run(
      List<Mixture.Drawn> lessons, int sources, Tier small, double part, float share) {
    workspace.reset();
    gradients.clear();
    List<Prompt> prompts = new ArrayList<>();
    lessons.forEach(l -> prompts.add(l.lesson().prompt()));
    Batch batch = Batch.of(prompts, 0, workspace);
    Targets targets = Targets.of(lessons, batch.starts());
    Tape tape = new Tape(kernels, workspace, batch.starts(), pairs);
    Tensor logits = decoder.forward(tape, batch, Tier.ULTRA, targets.rows());
    Loss loss =
        Loss.of(kernels, workspace, logits, targets.tokens(), targets.weights(), null, 0);
    tape.backward(logits, loss.gradient());

    List<Mixture.Drawn> some = lessons.subList(0, (int) Math.ceil(lessons.size() * part));
    Batch less = Batch.of(prompts.subList(0, some.size()), 0, workspace);
    Targets fewer = Targets.of(some, less.starts());
    Tape smaller = new Tape(kernels, workspace, less.starts(), pairs);
    Tensor own = decoder.forward(smaller, less, small, fewer.rows());
    Loss taught =
        Loss.of(
            kernels,
            workspace,
            own,
            fewer.tokens(),
            fewer.weights(),
            loss.probabilities(),
            share);
    smaller.backward(own, taught.gradient());

    double[] sums = new double[sources];
    long[] counts = new long[sources];
    for (int i = 0; i < targets.rows().length; i++) {
      sums[targets.sources()[i]] += loss.perTarget()[i];
      counts[targets.sources()[i]]++;
    }
    return new Outcome(sums, counts, batch.size(), tape.operations() + smaller.operations());
  }

  /** Which rows predict which tokens, and what each counts; the weights of a batch add up to 1. */
  private record Targets(int[] rows, int[] tokens, float[] weights, int[] sources) {
    static Targets of(List<Mixture.Drawn> lessons, int[] starts) {
      int n = 0;
      for (Mixture.Drawn d : lessons) {
        n += count(d);
      }
      int[] rows = new int[n];
      int[] tokens = new int[n];
      float[] weights = new float[n];
      int[] sources = new int[n];
      int at = 0;
      double sum = 0;
      for (int s = 0; s < lessons.size(); s++) {
        Mixture.Drawn d = lessons.get(s);
        boolean[] learned = d.lesson().learned();
        double weight = 1 / Math.sqrt(count(d));
        for (int i = 1; i < learned.length; i++) {
          if (learned[i]) {
            rows[at] = starts[s] + i - 1;
            tokens[at] = d.lesson().prompt().tokens()[i];
            weights[at] = (float) weight;
            sources[at++] = d.source();
            sum += weight;
          }
        }
      }
      for (int i = 0; i < n; i++) {
        weights[i] /= (float) sum;
      }
      return new Targets(rows, tokens, weights, sources);
    }

    private static int count(Mixture.Drawn d) {
      int n = 0;
      boolean[] learned = d.lesson().learned();
      for (int i = 1; i < learned.length; i++) {
        n += learned[i] ? 1 : 0;
      }
      return n;
    }
  }
}
