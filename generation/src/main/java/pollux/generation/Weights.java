package pollux.generation;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import pollux.model.Decoder;
import pollux.model.GgufFile;
import pollux.model.families.Families;

/** A weights file, mapped and checked: everything that answering needs of it. */
record Weights(GgufFile file, Decoder decoder, @Nullable Speech speech) {
  /**
   * Maps {@code path} into {@code arena}; a file that cannot answer is refused here, not in the
   * middle of an answer.
   */
  static Weights open(Path path, Arena arena) {
    GgufFile file = GgufFile.open(path, arena);
    Decoder decoder = Families.open(file, arena);
    return new Weights(file, decoder, Speech.of(file, decoder.spec()));
  }
}
