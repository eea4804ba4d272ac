package pollux.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;
import pollux.generation.EngineOptions;
import pollux.model.Tier;
import pollux.tensor.BadInputException;

/** Which weights, which tier of them, how many threads. */
class ModelOptions {
  private static final Set<String> TIERS =
      Arrays.stream(Tier.values()).map(Tier::label).collect(Collectors.toSet());

  /** The tier of a weights file that is named without one: all of it. */
  private static final String WHOLE = "ultra";

  @Option(
      names = {"-m", "--model"},
      paramLabel = "MODEL",
      defaultValue = WHOLE,
      description =
          "nano, pro or ultra of the shipped family, a GGUF file, or a folder with safetensors (default: ${DEFAULT-VALUE}).")
  String model = WHOLE;

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      description = "Threads to compute with (default: one for each processor).")
  int threads = Runtime.getRuntime().availableProcessors();

  Tier tier() {
    String name = model.toLowerCase(Locale.ROOT);
    return Tier.of(TIERS.contains(name) ? name : WHOLE);
  }

  /** The weights file or folder, which exists. */
  Path weights() {
    Path file = TIERS.contains(model.toLowerCase(Locale.ROOT)) ? Home.weights() : Path.of(model);
    if (!Files.isRegularFile(file) && !Files.isDirectory(file)) {
      throw new BadInputException(
          "--model "
              + model
              + " needs the weights file "
              + file
              + ", which is not there: name nano, pro, ultra, a GGUF file or a folder");
    }
    return file;
  }

  int threads() {
    return checked(threads);
  }

  EngineOptions engine() {
    return new EngineOptions(tier(), threads(), null);
  }

  static int checked(int threads) {
    if (threads < 1 || threads > 1024) {
      throw new BadInputException("--threads must be 1 to 1024, not " + threads);
    }
    return threads;
  }
}
