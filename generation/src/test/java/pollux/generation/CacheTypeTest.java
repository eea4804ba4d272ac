package pollux.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pollux.model.Prompt;
import pollux.tensor.BadInputException;
import pollux.tensor.ElementType;

/** What the types of keys and values take in memory, and cost in precision. */
class CacheTypeTest {
  private static final int POSITIONS = 140;

  @TempDir Path folder;

  private final long seed = System.nanoTime();
  private final int[] tokens =
      new Random(seed).ints(POSITIONS, 0, SmallFamily.BYTES.size()).toArray();

  /** Logits after each position, and the bytes of the cache. */
  private record Run(float[][] logits, long bytes) {}

  @Test
  void smallerTypesTakeLessMemoryAndLittlePrecision() throws IOException {
    Path file = SmallFamily.random(folder.resolve("full.gguf"), SmallFamily.FULL, seed);
    Run whole = run(file, ElementType.F32);
    Run half = run(file, ElementType.F16);
    Run bytes = run(file, ElementType.Q8_0);
    assertThat(half.bytes()).isEqualTo(whole.bytes() / 2);
    // Of 32 keys 34 bytes, of 32 values 34 and a scale of 2.
    assertThat(bytes.bytes()).isEqualTo(whole.bytes() / 4 / 64 * (34 + 36));
    double ofHalf = error(half, whole);
    double ofBytes = error(bytes, whole);
    System.out.printf("NMSE of logits: F16 %.1e, Q8_0 %.1e, seed %d%n", ofHalf, ofBytes, seed);
    // Most of it is the 8 bits of what meets these weights: other last bits are rounded elsewhere.
    assertThat(ofHalf).as("seed %d", seed).isBetween(1e-12, 1e-2);
    assertThat(ofBytes).as("seed %d", seed).isBetween(1e-12, 2e-2);
  }

  @Test
  void headsThatFillNoBlocksAreRefusedByName() throws IOException {
    Path file = SmallFamily.random(folder.resolve("small.gguf"), SmallFamily.SPEC, 1);
    assertThatThrownBy(() -> run(file, ElementType.Q8_0))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("small.gguf")
        .hasMessageContaining("heads of 16")
        .hasMessageContaining("f16 instead of q8_0");
    assertThatThrownBy(() -> EngineOptions.threads(1).withCache(ElementType.Q4_0))
        .hasMessageContaining("F32, F16 or Q8_0, not Q4_0");
  }

  private Run run(Path file, ElementType type) {
    try (Engine engine = Engine.open(file, EngineOptions.threads(2).withCache(type))) {
      int[] after = IntStream.range(0, POSITIONS).toArray();
      float[][] logits = engine.logits(new Prompt(tokens, List.of()), after);
      return new Run(logits, engine.cacheBytes());
    }
  }

  private static double error(Run run, Run whole) {
    double error = 0;
    double power = 0;
    for (int p = 0; p < POSITIONS; p++) {
      for (int i = 0; i < whole.logits[p].length; i++) {
        double expected = whole.logits[p][i];
        error += (run.logits[p][i] - expected) * (run.logits[p][i] - expected);
        power += expected * expected;
      }
    }
    return error / power;
  }
}
