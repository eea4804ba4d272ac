package pollux.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import pollux.model.Tier;
import pollux.model.TierExport;
import pollux.tensor.BadInputException;

/** One tier as a file that other engines load. */
@Command(
    name = "export",
    description = {
      "Writes one tier as a GGUF file of its own:",
      "with --text-only an ordinary qwen3 model, which llama.cpp loads."
    })
final class ExportCommand implements Callable<Integer> {
  @ParentCommand PolluxCommand pollux;

  @Option(
      names = "--tier",
      paramLabel = "TIER",
      defaultValue = "nano",
      description = "nano, pro or ultra (default: ${DEFAULT-VALUE}).")
  String tier = "nano";

  @Option(
      names = "--from",
      paramLabel = "FILE",
      description = "The weights file (default: the shipped family).")
  Path from = Home.weights();

  @Option(names = "--text-only", description = "Leave out what reads pictures and sound.")
  boolean textOnly;

  @Option(names = "--f32", description = "Write all weights in F32, for comparing numbers.")
  boolean plain;

  @Parameters(paramLabel = "FILE", description = "The file to write.")
  Path to;

  @Override
  public Integer call() {
    if (!textOnly) {
      throw new BadInputException(
          "give --text-only: a tier alone is written without what reads pictures and sound, as other engines load it");
    }
    if (!Files.isRegularFile(from)) {
      throw new BadInputException(
          "the weights file " + from + " is not there: name one with --from");
    }
    if (to.toAbsolutePath().normalize().equals(from.toAbsolutePath().normalize())) {
      throw new BadInputException(
          "the file to write is the weights file " + from + " itself: name another");
    }
    TierExport.textOnly(from, Tier.of(tier.toLowerCase(Locale.ROOT)), plain, to);
    pollux.io().println(to.toString());
    return 0;
  }
}
