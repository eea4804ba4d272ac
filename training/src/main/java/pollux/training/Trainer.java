package pollux.training;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import pollux.model.Decoder;
import pollux.model.FamilySpec;
import pollux.model.GgufFile;
import pollux.model.Tier;
import pollux.model.Tokenizer;
import pollux.model.TokenizerFile;
import pollux.tensor.BadInputException;
import pollux.tensor.KernelChoice;
import pollux.tensor.Kernels;
import pollux.tensor.Peak;
import pollux.tensor.Tensor;
import pollux.tensor.WorkTeam;
import pollux.tensor.Workspace;

/**
 * Runs a recipe: draws, learns, checkpoints, and at the end exports the family.
 *
 * <p>Replicas run side by side, each on one thread, and their gradients are added in order: the
 * weights after a step depend on the recipe alone, not on the number of threads nor on breaks.
 */
public final class Trainer implements AutoCloseable {
  private static final int TIERS_BELOW_ULTRA = Tier.values().length - 1;

  /** Steps between two measurements on held-out text. */
  private static final int MEASURE_EVERY = 100;

  /** Where a run's weights come from. */
  public sealed interface Start {
    /** Random numbers, from the recipe's seed. */
    record Random() implements Start {}

    /** A family's file: weights without the optimiser's state, from step 0. */
    record Family(Path file) implements Start {}

    /** The checkpoint in the run's folder: the same run goes on. */
    record Checkpointed() implements Start {}
  }

  /** Told after every step. */
  public interface Listener {
    void step(Report report);
  }

  /**
   * A step.
   *
   * @param names of the sources, in the order of {@code loss} and {@code targets}
   * @param loss of Ultra in nats, summed over the learned positions of each source
   * @param seconds that the step took
   * @param operations floating-point operations of its matrix products
   * @param peak floating-point operations a second that the machine's cores reach at most
   * @param bitsPerByte of Ultra on held-out text, as last measured; NaN if it never was
   */
  public record Report(
      int step,
      int steps,
      List<String> names,
      double[] loss,
      long[] targets,
      double norm,
      int positions,
      double seconds,
      long operations,
      double peak,
      double bitsPerByte) {}

  private final Recipe recipe;
  private final Path out;
  private final Arena arena = Arena.ofShared();
  private final WorkTeam team;
  private final FamilySpec spec;
  private final Tokenizer tokenizer;
  private final Mixture mixture;
  private final Parameters weights;
  private final Parameters active;
  private final List<Replica> replicas = new ArrayList<>();
  private final Optimizer optimizer;
  private final Kernels kernels = KernelChoice.best();
  private final Decoder whole;
  private final Workspace workspace = new Workspace(arena);
  private final @Nullable HeldOut heldOut;
  private final double peak;
  private double bitsPerByte = Double.NaN;
  private int step;

  /**
   * @param shards what {@link Preparation} left
   * @param out the run's folder, where checkpoints and weights go
   * @param start where the weights come from
   * @param threads that run replicas side by side
   */
  public Trainer(Recipe recipe, Path shards, Path out, Start start, int threads)
      throws IOException {
    this(recipe, shards, out, start, new WorkTeam(threads), Peak::flops);
  }

  /** As the other; {@code measure} says what the machine's cores reach at most. */
  Trainer(
      Recipe recipe,
      Path shards,
      Path out,
      Start start,
      WorkTeam team,
      ToDoubleFunction<WorkTeam> measure)
      throws IOException {
    this.recipe = recipe;
    this.out = out;
    this.team = team;
    try {
      tokenizer = Preparation.tokenizer(shards);
      spec = recipe.spec(tokenizer.size());
      mixture = new Mixture(recipe, shards, tokenizer, arena);
      weights =
          start instanceof Start.Family family
              ? family(family.file())
              : Parameters.initial(spec, recipe.seed(), arena);
      active = Parameters.zeros(spec, arena);
      for (int r = 0; r < recipe.training().replicas(); r++) {
        replicas.add(new Replica(kernels, spec, active, arena));
      }
      optimizer = new Optimizer(kernels, weights, replicas.getFirst().gradients(), arena);
      whole = new Decoder(spec, active::get);
      heldOut = HeldOut.open(recipe, shards, tokenizer, arena);
      peak = measure.applyAsDouble(team);
      Files.createDirectories(out);
      step = start instanceof Start.Checkpointed ? read() : 0;
      if (!(start instanceof Start.Checkpointed) && Files.exists(checkpoint())) {
        throw new BadInputException(
            out + " holds a run already: go on with --resume, or give another --out");
      }
    } catch (Throwable t) {
      close();
      throw t;
    }
  }

  private Parameters family(Path path) {
    try (Arena mapped = Arena.ofConfined()) {
      GgufFile file = GgufFile.open(path, mapped);
      if (!TokenizerFile.read(file).vocabulary().equals(tokenizer.vocabulary())) {
        throw new BadInputException(
            path
                + " has another vocabulary than the shards: prepare them with --vocabulary "
                + path);
      }
      return Parameters.of(spec, file, arena);
    }
  }

  private int read() {
    if (!Files.exists(checkpoint())) {
      throw new BadInputException(
          "there is no checkpoint in " + out + " to resume from: leave out --resume to begin");
    }
    int done = Checkpoint.read(checkpoint(), recipe, tokenizer, weights, optimizer.state());
    if (done > recipe.training().steps()) {
      throw new BadInputException(
          "the checkpoint in %s is at step %d, behind the %d steps of the recipe: raise its steps"
              .formatted(out, done, recipe.training().steps()));
    }
    return done;
  }

  /** Steps done so far. */
  public int step() {
    return step;
  }

  /** Runs to the end of the recipe, or to {@code last} if that comes first. */
  public void run(int last, Listener listener) {
    Recipe.Schedule schedule = recipe.training();
    int end = Math.min(last, schedule.steps());
    long saved = System.nanoTime();
    while (step < end) {
      listener.step(once());
      boolean due = System.nanoTime() - saved > schedule.checkpointMinutes() * 60e9;
      if (due || step == end) {
        save();
        saved = System.nanoTime();
      }
    }
    if (step == schedule.steps()) {
      FamilyWriter.write(out.resolve("pollux.gguf"), recipe.name(), spec, tokenizer, weights);
    }
  }

  private void save() {
    Checkpoint.write(checkpoint(), recipe, tokenizer, step, weights, optimizer.state());
  }

  private Path checkpoint() {
    return out.resolve("checkpoint.gguf");
  }

  private Report once() {
    Recipe.Schedule schedule = recipe.training();
    long start = System.nanoTime();
    activate();
    Replica.Outcome[] outcomes = new Replica.Outcome[replicas.size()];
    team.run(
        replicas.size(),
        r -> {
          Tier small = Tier.values()[(step + r) % TIERS_BELOW_ULTRA];
          outcomes[r] =
              replicas
                  .get(r)
                  .run(
                      mixture.draw(step, r),
                      mixture.names().size(),
                      small,
                      schedule.smaller(),
                      (float) schedule.teacher());
        });
    double norm = sumGradients();
    double[] loss = new double[mixture.names().size()];
    long[] targets = new long[loss.length];
    int positions = 0;
    long operations = 0;
    for (Replica.Outcome o : outcomes) {
      Arrays.setAll(loss, i -> loss[i] + o.loss()[i]);
      Arrays.setAll(targets, i -> targets[i] + o.targets()[i]);
      positions += o.positions();
      operations += o.operations();
    }
    stopIfBroken(Arrays.stream(loss).sum(), norm);
    // Each replica's weights add up to 1, so the mean gradient is the sum over replicas divided by
    // them.
    double scale = Math.min(1, schedule.clip() / (norm + 1e-6)) / replicas.size();
    float rate = (float) rate(schedule, step);
    optimizer.update(
        team,
        new Optimizer.Rates(
            (float) schedule.muon() * rate,
            (float) schedule.adam() * rate,
            (float) schedule.decay()),
        (float) scale,
        step + 1);
    step++;
    if (heldOut != null && (step % MEASURE_EVERY == 0 || step == schedule.steps())) {
      activate(); // the weights have moved since
      bitsPerByte = heldOut.bitsPerByte(kernels, whole, Tier.ULTRA, workspace);
    }
    return new Report(
        step,
        schedule.steps(),
        mixture.names(),
        loss,
        targets,
        norm,
        positions,
        (System.nanoTime() - start) / 1e9,
        operations,
        peak,
        bitsPerByte);
  }

  /** A gradient of exactly 0 is as dead as NaN: numbers so large that norms made zeros of them. */
  private void stopIfBroken(double loss, double norm) {
    if (!Double.isFinite(loss) || !Double.isFinite(norm) || norm == 0) {
      throw new BadInputException(
          "training stopped at step "
              + (step + 1)
              + ": the loss is "
              + loss
              + " and the gradient's norm "
              + norm
              + "; the last checkpoint is kept; lower the rates in the recipe or its clip");
    }
  }

  /** Warm-up, plateau, linear decay to a fiftieth (warm-up-stable-decay, Hu et al. 2024). */
  static double rate(Recipe.Schedule schedule, int step) {
    double up = Math.min(1, (step + 1.0) / Math.max(1, schedule.warmup()));
    double done = step / (double) schedule.steps();
    double down =
        done < schedule.decayFrom() ? 1 : (1 - done) / Math.max(1e-9, 1 - schedule.decayFrom());
    return up * Math.max(0.02, Math.min(1, down));
  }

  /**
   * What the passes see: the weights, or what 4 bits leave of those that ship so (straight-through,
   * Bengio et al. 2013).
   */
  private void activate() {
    boolean coarse = step / (double) recipe.training().steps() >= recipe.training().quantiseFrom();
    List<String> names = List.copyOf(weights.tensors().keySet());
    team.run(
        names.size(),
        i -> {
          String name = names.get(i);
          if (coarse) {
            FamilyLayout.coarsen(spec, name, weights.get(name), active.get(name));
          } else {
            active.get(name).data().copyFrom(weights.get(name).data());
          }
        });
  }

  /** Adds the gradients of all replicas to those of the first; returns the norm of their mean. */
  private double sumGradients() {
    Parameters sum = replicas.getFirst().gradients();
    List<String> names = List.copyOf(sum.tensors().keySet());
    double[] squares = new double[names.size()];
    team.run(
        names.size(),
        i -> {
          Tensor t = sum.get(names.get(i));
          for (Replica other : replicas.subList(1, replicas.size())) {
            Tensor g = other.gradients().get(names.get(i));
            kernels.axpy(1, g.data(), 0, t.data(), 0, t.elements());
          }
          squares[i] = kernels.dot(t.data(), 0, t.data(), 0, t.elements());
        });
    return Math.sqrt(Arrays.stream(squares).sum()) / replicas.size();
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      team.close();
      arena.close();
    }
  }
}
