package pollux.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import pollux.tensor.BadInputException;

/** One tier as a file that other engines load. */
@Command(
    name = "export",
    description = {
      "Writes one tier as a GGUF file of its own.",
      "With --text-only it is an ordinary qwen3 model, which llama.cpp loads."
    })
final class ExportCommand implements Callable<Integer> {
  @ParentCommand PolluxCommand pollux;

  @Option(names = "--tier", paramLabel = "TIER", defaultValue = "nano", description = "nano, pro or ultra (default: ${DEFAULT-VALUE}).")
  String tier = "nano";

  @Option(names = "--from", paramLabel = "FILE", description = "The weights file (default: the shipped family).")
  Path from = Home.weights();

  @Option(names = "--text-only", description = "Leave out what reads pictures and sound.")
  boolean textOnly;

  @Parameters(paramLabel = "FILE", description = "The file to write.")
  Path to;

  @Override
  public Integer call() {
    throw new BadInputException("this build of Pollux cannot export " + from + " to " + to + " yet");
  }
}
