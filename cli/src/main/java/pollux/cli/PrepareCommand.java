package pollux.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import pollux.tensor.BadInputException;

/** Draws, speaks and packs what a recipe trains on. */
@Command(
    name = "prepare",
    description = {
      "Makes the training data of a recipe: draws pictures, speaks sentences, renders text, packs shards.",
      "The same seeds make the same shards; a run that was stopped goes on where it was."
    })
final class PrepareCommand implements Callable<Integer> {
  @ParentCommand PolluxCommand pollux;

  @Parameters(paramLabel = "RECIPE", description = "The recipe file.")
  Path recipe;

  @Option(names = "--out", paramLabel = "DIR", description = "Where the shards go (default: shards/ and the recipe's name).")
  @Nullable Path out;

  @Option(names = "--threads", paramLabel = "N", description = "Threads to draw with (default: one for each processor).")
  int threads = Runtime.getRuntime().availableProcessors();

  @Override
  public Integer call() {
    throw new BadInputException("this build of Pollux cannot prepare " + recipe + " yet");
  }
}
