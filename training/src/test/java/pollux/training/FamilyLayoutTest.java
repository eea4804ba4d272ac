package pollux.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pollux.model.FamilyFile;
import pollux.model.FamilySpec;
import pollux.model.GgufFile;
import pollux.model.Tokenizer;
import pollux.model.TokenizerFile;
import pollux.tensor.Codec;
import pollux.tensor.ElementType;
import pollux.tensor.KernelChoice;
import pollux.tensor.Tensor;

/** What training sees of the weights, what the file holds, and what answers from it. */
class FamilyLayoutTest {
  private static final long SEED = System.nanoTime();
  private static final Arena ARENA = Arena.ofAuto();

  @TempDir static Path folder;
  private static Path family;
  private static GgufFile file;
  private static FamilySpec spec;
  private static Parameters weights;

  /** A run whose second half sees 4 bits, and the weights at its end. */
  @BeforeAll
  static void train() throws IOException {
    Recipe recipe = TinyRun.recipe(SEED, 8);
    Path shards = TinyRun.prepare(recipe, folder.resolve("shards"));
    Path out = TinyRun.train(recipe, shards, folder.resolve("run"), 1);
    family = out.resolve("pollux.gguf");
    file = GgufFile.open(family, ARENA);
    Tokenizer vocabulary = Preparation.tokenizer(shards);
    spec = recipe.spec(vocabulary.size());
    weights = Parameters.zeros(spec, ARENA);
    Parameters copy = Parameters.zeros(spec, ARENA);
    Optimizer optimizer = new Optimizer(KernelChoice.best(), weights, copy, ARENA);
    assertThat(
            Checkpoint.read(
                out.resolve("checkpoint.gguf"), recipe, vocabulary, weights, optimizer.state()))
        .isEqualTo(8);
  }

  @Test
  void theFileSaysWhatItHolds() {
    assertThat(FamilyFile.read(file)).isEqualTo(spec);
    assertThat(file.text("general.name")).isEqualTo("tiny");
    assertThat(TokenizerFile.read(file).size()).isEqualTo(spec.vocabulary());
    assertThat(file.tensors().keySet()).containsExactlyElementsOf(weights.tensors().keySet());
  }

  @Test
  void whatTrainingSeesInFourBitsIsWhatTheFileHoldsBitByBit() {
    weights
        .tensors()
        .forEach((name, t) -> {
          Tensor stored = file.tensor(name, t.shape());
          assertThat(stored.type()).as(name).isEqualTo(FamilyLayout.type(spec, name));
          Tensor seen = Tensor.f32(ARENA, t.shape());
          FamilyLayout.coarsen(spec, name, t, seen);
          float[] decoded = Codec.convert(ARENA, stored, ElementType.F32).toArray();
          if (stored.type() == ElementType.Q8_0) {
            // Training sees these whole: 8 bits are within half a step of them.
            float most = 0;
            for (float v : t.toArray()) {
              most = Math.max(most, Math.abs(v));
            }
            assertThat(farthest(decoded, seen.toArray())).as(name).isLessThan(most / 127);
          } else {
            assertThat(Arrays.equals(decoded, seen.toArray()))
                .as("%s, seed %d", name, SEED)
                .isTrue();
          }
        });
  }

  @Test
  void nanosBlocksAreFourBitsAndNothingElseIs() {
    assertThat(weights.tensors().keySet())
        .allSatisfy(name -> {
          boolean nano =
              name.startsWith("blk.0.")
                  && !name.contains("norm")
                  && !name.contains(".pro.")
                  && !name.contains(".ultra.");
          assertThat(FamilyLayout.type(spec, name) == ElementType.Q4_0).as(name).isEqualTo(nano);
        });
  }

  private static double farthest(float[] a, float[] b) {
    double most = 0;
    for (int i = 0; i < a.length; i++) {
      most = Math.max(most, Math.abs(a[i] - b[i])); // NaN if one is
    }
    return most;
  }
}
