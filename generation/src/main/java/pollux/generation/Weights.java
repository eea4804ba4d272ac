package pollux.generation;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import pollux.model.ControlTokens;
import pollux.model.Decoder;
import pollux.model.DecoderSpec;
import pollux.model.FamilyFile;
import pollux.model.GgufFile;
import pollux.model.Tokenizer;
import pollux.model.TokenizerFile;
import pollux.model.WeightNames;
import pollux.tensor.BadInputException;
import pollux.tensor.ElementType;
import pollux.tensor.Tensor;

/** A family's file, mapped and checked: everything that answering needs of it. */
record Weights(GgufFile file, Tokenizer tokenizer, Decoder decoder) {
  /** Rotary tables end here. */
  private static final int LONGEST_CONTEXT = 1 << 17;

  /**
   * Maps {@code path} into {@code arena}; a file that cannot answer is refused here, not in the
   * middle of an answer.
   */
  static Weights open(Path path, Arena arena) {
    GgufFile file = GgufFile.open(path, arena);
    DecoderSpec spec = FamilyFile.read(file);
    if (spec.context() > LONGEST_CONTEXT) {
      throw new BadInputException(
          path
              + ": the context of "
              + spec.context()
              + " positions is too long: expected at most "
              + LONGEST_CONTEXT);
    }
    Tokenizer tokenizer = TokenizerFile.read(file);
    if (tokenizer.size() > spec.vocabulary()) {
      throw new BadInputException(
          path
              + ": the tokenizer has "
              + tokenizer.size()
              + " tokens, more than the "
              + spec.vocabulary()
              + " of the decoder");
    }
    ControlTokens.ALL.forEach(tokenizer::control);
    Map<String, Tensor> tensors = new HashMap<>();
    WeightNames.shapes(spec)
        .forEach((name, shape) -> tensors.put(name, checked(file, name, file.tensor(name, shape))));
    return new Weights(
        file,
        tokenizer,
        new Decoder(spec, name -> Objects.requireNonNull(tensors.get(name), name)));
  }

  private static Tensor checked(GgufFile file, String name, Tensor tensor) {
    boolean fits =
        tensor.rank() == 1
            ? tensor.type() == ElementType.F32
            : tensor.columns() % tensor.type().blockLength() == 0;
    if (!fits) {
      throw new BadInputException(
          file.path()
              + ": tensor '"
              + name
              + "' is "
              + tensor.type()
              + " with the shape "
              + Arrays.toString(tensor.shape())
              + ", expected "
              + (tensor.rank() == 1
                  ? "F32"
                  : "rows of whole blocks of " + tensor.type().blockLength()));
    }
    return tensor;
  }
}
