package pollux.training;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Map;
import pollux.model.FamilyFile;
import pollux.model.FamilySpec;
import pollux.model.GgufWriter;
import pollux.model.Tokenizer;
import pollux.model.TokenizerFile;
import pollux.tensor.BadInputException;
import pollux.tensor.Codec;
import pollux.tensor.Tensor;

/** Writes the family as it ships: three tiers in one GGUF file. */
final class FamilyWriter {
  private FamilyWriter() {}

  static void write(
      Path path, String name, FamilySpec spec, Tokenizer tokenizer, Parameters weights) {
    GgufWriter file = new GgufWriter();
    FamilyFile.write(spec, name, file);
    TokenizerFile.write(tokenizer, file);
    try (Arena arena = Arena.ofShared()) {
      for (Map.Entry<String, Tensor> e : weights.tensors().entrySet()) {
        file.tensor(
            e.getKey(), Codec.convert(arena, e.getValue(), FamilyLayout.type(spec, e.getKey())));
      }
      file.write(path);
    } catch (IOException e) {
      throw new BadInputException("cannot write " + path + ": " + e.getMessage(), e);
    }
  }
}
