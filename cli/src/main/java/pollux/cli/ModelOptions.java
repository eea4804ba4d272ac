package pollux.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import pollux.generation.EngineOptions;
import pollux.model.Tier;
import pollux.tensor.BadInputException;
import pollux.tensor.ElementType;

/** Which weights, which tier of them, how many threads, how keys and values are kept. */
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

  @Option(
      names = "--cache-type",
      paramLabel = "TYPE",
      description =
          "What keys and values are kept in: f16, f32, or q8_0 for little more than half of f16's memory (default: f16, f32 in the shipped family).")
  @Nullable String cacheType;

  /** How an engine runs with these options; {@code otherwise} where no type of a cache is named. */
  EngineOptions engine(@Nullable ElementType otherwise) {
    return new EngineOptions(tier(), threads(), cacheType == null ? otherwise : cache(cacheType));
  }

  private static ElementType cache(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "f32" -> ElementType.F32;
      case "f16" -> ElementType.F16;
      case "q8_0" -> ElementType.Q8_0;
      default -> throw new BadInputException("--cache-type must be f16, f32 or q8_0, not " + name);
    };
  }

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

  static int checked(int threads) {
    if (threads < 1 || threads > 1024) {
      throw new BadInputException("--threads must be 1 to 1024, not " + threads);
    }
    return threads;
  }
}
