package pollux.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import pollux.generation.EngineOptions;
import pollux.tensor.ElementType;

/** A model, and what it sees and hears with. */
final class SeeingOptions extends ModelOptions {
  @Option(
      names = "--projector",
      paramLabel = "MMPROJ",
      description =
          "The GGUF file of the picture or sound encoder that goes with another vendor's model.")
  @Nullable Path projector;

  @Override
  EngineOptions engine(@Nullable ElementType otherwise) {
    return super.engine(otherwise).withProjector(projector);
  }
}
