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
    try (Trainer trainer = new Trainer(read, data, run, resume, ModelOptions.checked(threads));
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
