package pollux.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import pollux.tensor.BadInputException;
import pollux.training.Recipe;
import pollux.training.Trainer;

/** Trains what a recipe describes. */
@Command(
    name = "train",
    description = {
      "Trains from a recipe: sources, mixture, tiers, steps, seeds.",
      "It may be killed at any moment; --resume goes on from the last checkpoint, to bit-identical weights."
    })
final class TrainCommand implements Callable<Integer> {
  @ParentCommand PolluxCommand pollux;

  @Parameters(paramLabel = "RECIPE", description = "The recipe file.")
  Path recipe;

  @Option(names = "--resume", description = "Go on from the last checkpoint in the run's folder.")
  boolean resume;

  @Option(
      names = "--from",
      paramLabel = "FILE",
      description =
          "Begin with the weights of this family instead of random ones; the shards must have its vocabulary.")
  @Nullable Path from;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "The run's folder: checkpoint, weights, curves (default: runs/NAME, as the recipe is called).")
  @Nullable Path out;

  @Option(
      names = "--shards",
      paramLabel = "DIR",
      description = "What 'pollux prepare' made (default: shards/NAME).")
  @Nullable Path shards;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Stop after this step of the recipe; --resume goes on from there.")
  int last = Integer.MAX_VALUE;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads to compute with (default: one for each processor).")
  int threads = Runtime.getRuntime().availableProcessors();

  @Override
  public Integer call() {
    Recipe read = Recipe.read(recipe);
    Path run = out != null ? out : RunFolders.runs(read);
    Path data = shards != null ? shards : RunFolders.shards(read);
    Streams io = pollux.io();
    if (resume && from != null) {
      throw new BadInputException(
          "--resume goes on from the run's checkpoint, --from begins with other weights: give one");
    }
    Trainer.Start start =
        resume
            ? new Trainer.Start.Checkpointed()
            : from != null ? new Trainer.Start.Family(from) : new Trainer.Start.Random();
    try (Trainer trainer = new Trainer(read, data, run, start, ModelOptions.checked(threads));
        TrainingDisplay display = new TrainingDisplay(io, run, trainer.step())) {
      trainer.run(last, display);
    } catch (IOException e) {
      throw new BadInputException(
          "the run in " + run + " with the shards in " + data + " cannot go on: " + e, e);
    }
    io.println(run.toString());
    return 0;
  }
}
