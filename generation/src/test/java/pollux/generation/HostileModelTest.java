package pollux.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pollux.model.Prompt;
import pollux.tensor.BadInputException;

/**
 * Weights files come from strangers: a file with some bytes of its header changed opens and
 * computes something, or is refused in one sentence that names it.
 */
class HostileModelTest {
  private static final int MUTANTS = Integer.getInteger("pollux.fuzz", 150);
  private static final Duration MOST = Duration.ofSeconds(5);

  @TempDir Path folder;

  private final long seed = Long.getLong("pollux.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @Test
  void aChangedFileIsReadOrRefused() throws IOException {
    List<Path> files = files();
    int refused = 0;
    for (int i = 0; i < MUTANTS; i++) {
      Path file = files.get(i % files.size());
      byte[] bytes = Files.readAllBytes(file);
      mutate(bytes);
      Path mutant = Files.write(folder.resolve("mutant.gguf"), bytes);
      long start = System.nanoTime();
      try (Engine engine = Engine.open(mutant, EngineOptions.threads(1))) {
        engine.logits(new Prompt(new int[] {1, 2, 3}, List.of()), 2);
      } catch (BadInputException e) {
        refused++;
        boolean tooLong = e.getMessage().startsWith("the conversation takes");
        assertThat(tooLong || e.getMessage().contains("mutant.gguf"))
            .as("seed %d, mutant %d of %s: %s", seed, i, file, e.getMessage())
            .isTrue();
      } catch (RuntimeException | Error e) {
        fail("seed %d, mutant %d of %s".formatted(seed, i, file), e);
      }
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .as("seed %d, mutant %d of %s", seed, i, file)
          .isLessThan(MOST);
    }
    assertThat(refused).as("mutants refused, seed %d", seed).isGreaterThan(MUTANTS / 10);
  }

  /** Changes bytes of the header: most of all numbers behind a key, which sizes are taken from. */
  private void mutate(byte[] bytes) {
    int end = header(bytes);
    int changes = 1 + random.nextInt(3);
    for (int c = 0; c < changes; c++) {
      int at = 24 + random.nextInt(end - 24);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = (byte) random.nextInt();
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes[at] = (byte) (random.nextBoolean() ? 0xFF : 0x7F);
        default -> {
          // A whole number.
          for (int i = 0; i < 4 && at + i < end; i++) {
            bytes[at + i] = (byte) (i < 2 ? random.nextInt() : 0);
          }
        }
      }
    }
  }

  /** Where the last tensor of the header is named, about. */
  private static int header(byte[] bytes) {
    String start =
        new String(bytes, 0, Math.min(bytes.length, 1 << 16), StandardCharsets.ISO_8859_1);
    return Math.max(start.lastIndexOf("blk."), start.lastIndexOf("norm")) + 40;
  }

  private List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    files.add(SmallFamily.random(folder.resolve("small.gguf"), SmallFamily.SPEC, seed));
    Path peer = Path.of(System.getProperty("pollux.peer", "../../shared/peer"), "families");
    if (Files.isDirectory(peer)) {
      try (Stream<Path> all = Files.list(peer)) {
        all.filter(f -> f.toString().endsWith(".gguf")).sorted().forEach(files::add);
      }
    }
    return files;
  }
}
