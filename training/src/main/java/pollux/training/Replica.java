package pollux.training;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import pollux.model.Batch;
import pollux.model.Decoder;
import pollux.model.FamilySpec;
import pollux.model.Lesson;
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

  Replica(Kernels kernels, FamilySpec spec, Parameters active, Arena arena) {
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
   * Replaces the gradients by those of {@code drawn}, weighted as {@link Targets} says.
   *
   * @param small the smaller tier that learns in this pass
   * @param part of the lessons that it learns from, the first ones
   * @param share of Ultra's distribution in what it learns
   */
  Outcome run(List<Mixture.Drawn> drawn, int sources, Tier small, double part, float share) {
    workspace.reset();
    gradients.clear();
    List<Lesson> lessons = drawn.stream().map(Mixture.Drawn::lesson).toList();
    List<Prompt> prompts = lessons.stream().map(Lesson::prompt).toList();
    Batch batch = Batch.of(prompts, 0, workspace);
    Targets targets = Targets.of(lessons, batch.starts());
    Tape tape = new Tape(kernels, workspace, batch.starts(), pairs);
    Tensor logits = decoder.forward(tape, batch, Tier.ULTRA, targets.rows());
    Loss loss = Loss.of(kernels, workspace, logits, targets.tokens(), targets.weights(), null, 0);
    tape.backward(logits, loss.gradient());

    List<Lesson> some = lessons.subList(0, (int) Math.ceil(lessons.size() * part));
    Batch less = Batch.of(prompts.subList(0, some.size()), 0, workspace);
    Targets fewer = Targets.of(some, less.starts());
    Tape smaller = new Tape(kernels, workspace, less.starts(), pairs);
    Tensor own = decoder.forward(smaller, less, small, fewer.rows());
    Loss taught =
        Loss.of(
            kernels, workspace, own, fewer.tokens(), fewer.weights(), loss.probabilities(), share);
    smaller.backward(own, taught.gradient());

    double[] sums = new double[sources];
    long[] counts = new long[sources];
    for (int i = 0; i < targets.rows().length; i++) {
      int source = drawn.get(targets.lessons()[i]).source();
      sums[source] += loss.perTarget()[i];
      counts[source]++;
    }
    return new Outcome(sums, counts, batch.size(), tape.operations() + smaller.operations());
  }
}
