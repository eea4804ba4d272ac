package pollux.training;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import pollux.model.GgufFile;
import pollux.model.GgufWriter;
import pollux.model.Tokenizer;
import pollux.tensor.BadInputException;
import pollux.tensor.ElementType;
import pollux.tensor.Tensor;

/**
 * Weights and the optimiser's state after a step, as one GGUF file that appears whole or not at
 * all, and never with a number that is not finite: one can always go on from it.
 */
final class Checkpoint {
  private static final String STEP = "pollux.checkpoint.step";
  private static final String RECIPE = "pollux.checkpoint.recipe";
  private static final String VOCABULARY = "pollux.checkpoint.vocabulary";
  private static final String WEIGHT = "weight.";

  private Checkpoint() {}

  static void write(
      Path path,
      Recipe recipe,
      Tokenizer tokenizer,
      int step,
      Parameters weights,
      Map<String, Tensor> state) {
    all(weights, state)
        .forEach((name, t) -> {
          if (!isFinite(t)) {
            throw new BadInputException(
                "training stopped after step %d: %s holds numbers that are not finite; the"
                        .formatted(step, name)
                    + " checkpoint before it is kept; lower the rates in the recipe or its clip");
          }
        });
    GgufWriter file =
        new GgufWriter()
            .text("general.architecture", "pollux-checkpoint")
            .integer(STEP, step)
            .text(RECIPE, Long.toHexString(recipe.fingerprint()))
            .text(VOCABULARY, fingerprint(tokenizer));
    all(weights, state).forEach(file::tensor);
    try {
      file.write(path);
    } catch (IOException e) {
      throw new BadInputException(
          "the checkpoint "
              + path
              + " cannot be written ("
              + e.getMessage()
              + "): the one before it is kept; free some room and go on with --resume",
          e);
    }
  }

  /**
   * Fills {@code weights} and {@code state} from {@code path}; returns the step after which it was
   * written.
   */
  static int read(
      Path path,
      Recipe recipe,
      Tokenizer tokenizer,
      Parameters weights,
      Map<String, Tensor> state) {
    try (Arena arena = Arena.ofConfined()) {
      GgufFile file = GgufFile.open(path, arena);
      String wanted = Long.toHexString(recipe.fingerprint());
      if (!file.text(RECIPE, "").equals(wanted)) {
        throw new BadInputException(
            "the checkpoint "
                + path
                + " belongs to another recipe: resume with the recipe that"
                + " began it, or give another --out");
      }
      if (!file.text(VOCABULARY, "").equals(fingerprint(tokenizer))) {
        throw new BadInputException(
            "the checkpoint "
                + path
                + " was trained with another vocabulary than the shards have: resume with the"
                + " shards that began it, or give another --out");
      }
      all(weights, state)
          .forEach((name, t) -> {
            Tensor stored = file.tensor(name, t.shape());
            if (stored.type() != ElementType.F32) {
              throw new BadInputException(
                  "the checkpoint %s holds %s as %s, expected F32: it is damaged, begin again"
                      .formatted(path, name, stored.type()));
            }
            t.data().copyFrom(stored.data());
          });
      return file.integer(STEP);
    }
  }

  /** A checksum of all entries in their order: ids mean nothing without them. */
  private static String fingerprint(Tokenizer tokenizer) {
    CRC32C crc = new CRC32C();
    crc.update(String.join("\n", tokenizer.vocabulary()).getBytes(StandardCharsets.UTF_8));
    return Long.toHexString(crc.getValue());
  }

  private static boolean isFinite(Tensor t) {
    for (long i = 0, n = t.elements(); i < n; i++) {
      if (!Float.isFinite(t.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static Map<String, Tensor> all(Parameters weights, Map<String, Tensor> state) {
    Map<String, Tensor> all = new LinkedHashMap<>();
    weights.tensors().forEach((name, t) -> all.put(WEIGHT + name, t));
    all.putAll(state);
    return all;
  }
}
