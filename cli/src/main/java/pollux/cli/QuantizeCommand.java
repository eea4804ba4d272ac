package pollux.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import pollux.model.FileType;
import pollux.model.Quantizer;
import pollux.tensor.BadInputException;
import pollux.tensor.ElementType;
import pollux.tensor.WorkTeam;

/** A weights file with fewer bits for each weight. */
@Command(
    name = "quantize",
    description = {
      "Writes a GGUF file again with fewer bits for each weight, as llama-quantize does.",
      "IN has F32, F16 or BF16 weights; of a split model name any part."
    })
final class QuantizeCommand implements Callable<Integer> {
  @ParentCommand PolluxCommand pollux;

  @Option(
      names = "--pure",
      description = "The same type for all matrices, without more bits for the sensitive ones.")
  boolean pure;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads to compute with (default: one for each processor).")
  int threads = Runtime.getRuntime().availableProcessors();

  @Parameters(index = "0", paramLabel = "IN", description = "The file to read.")
  Path in;

  @Parameters(index = "1", paramLabel = "OUT", description = "The file to write.")
  Path out;

  @Parameters(
      index = "2",
      paramLabel = "TYPE",
      description = "What to quantise to, for example Q4_K_M, Q8_0 or Q6_K.")
  String type;

  @Override
  public Integer call() {
    FileType wanted = FileType.of(type);
    ProgressLine progress = new ProgressLine(pollux.io());
    Map<ElementType, Integer> count;
    try (WorkTeam team = new WorkTeam(ModelOptions.checked(threads))) {
      count = Quantizer.write(in, out, wanted, pure, team, progress);
    } finally {
      progress.end();
    }
    String tensors =
        count.entrySet().stream()
            .map(e -> e.getValue() + " " + e.getKey())
            .collect(Collectors.joining(", "));
    pollux
        .io()
        .println(
            String.format(Locale.ROOT, "%s: %.1f MB, tensors: %s", out, size() / 1e6, tensors));
    return 0;
  }

  private long size() {
    try {
      return Files.size(out);
    } catch (IOException e) {
      throw new BadInputException("cannot read " + out + ": " + e.getMessage(), e);
    }
  }
}
