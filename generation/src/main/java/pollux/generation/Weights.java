package pollux.generation;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import pollux.model.Decoder;
import pollux.model.DecoderSpec;
import pollux.model.FamilyFile;
import pollux.model.GgufFile;
import pollux.model.ModelFile;
import pollux.model.families.Families;
import pollux.model.folder.ModelFolder;
import pollux.tensor.BadInputException;

/** A weights file or folder, mapped and checked: everything that answering needs of it. */
record Weights(ModelFile file, Decoder decoder, @Nullable Speech speech) {
  /**
   * Maps {@code path} into {@code arena}; a file that cannot answer is refused here, not in the
   * middle of an answer.
   *
   * @param media what reads pictures and sounds for it; null for none
   */
  static Weights open(Path path, Arena arena, @Nullable MediaEncoder media) {
    ModelFile file =
        Files.isDirectory(path) ? ModelFolder.open(path, arena) : GgufFile.open(path, arena);
    Decoder decoder = file.reading(() -> Families.open(file, arena));
    DecoderSpec spec = decoder.spec();
    if (media != null) {
      if (spec.family().equals(FamilyFile.ARCHITECTURE)) {
        throw new BadInputException(
            path
                + " sees and hears by itself: leave the projector "
                + media.projector().path()
                + " out");
      }
      media.projector().requireFit(spec, path);
    }
    return new Weights(file, decoder, Speech.of(file, spec, media));
  }
}
