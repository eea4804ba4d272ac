package pollux.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import pollux.tensor.BadInputException;

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

  @Option(names = "--out", paramLabel = "DIR", description = "The run's folder (default: runs/ and the recipe's name).")
  @Nullable Path out;

  @Option(names = "--threads", paramLabel = "N", description = "Threads to compute with (default: one for each processor).")
  int threads = Runtime.getRuntime().availableProcessors();

  @Override
  public Integer call() {
    throw new BadInputException("this build of Pollux cannot train " + recipe + " yet");
  }
}
