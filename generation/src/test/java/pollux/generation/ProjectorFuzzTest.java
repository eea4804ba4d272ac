package pollux.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import pollux.media.Picture;
import pollux.media.Sound;
import pollux.model.Media;
import pollux.model.Part;
import pollux.model.Prompt;
import pollux.tensor.BadInputException;

/**
 * Projectors come from strangers: with a key or a tensor of another value or size, or bytes of the
 * header changed or cut off, a file works, or is refused in one sentence that names it; in little
 * time and memory. So it is with pictures and sounds of any size.
 */
class ProjectorFuzzTest {
  private static final int MUTANTS = Integer.getInteger("pollux.fuzz", 120);

  /** What the small files say of themselves lies in these first bytes. */
  private static final int HEADER = 6_000;

  private static final List<Object> VALUES =
      List.of(
          0,
          1,
          2,
          3,
          7,
          13,
          64,
          127,
          128,
          1 << 13,
          1 << 16,
          Integer.MAX_VALUE,
          -1,
          0.0,
          -1.0,
          1e-30,
          1e30,
          Double.NaN,
          "",
          "gemma3",
          "clip\nclip",
          true,
          false,
          new int[0],
          new int[] {1, 2, 3},
          new double[] {0, 0, 0},
          new double[] {1e-38, -1e38, Double.POSITIVE_INFINITY});

  private static final List<Supplier<MediaModels>> KINDS =
      List.of(
          MediaModels::squarePictures,
          () -> MediaModels.pictures("qwen2vl_merger"),
          () -> MediaModels.pictures("qwen2.5vl_merger"),
          () -> MediaModels.pictures("qwen3vl_merger"),
          MediaModels::sounds,
          MediaModels::stackedSounds);

  @TempDir Path folder;

  private final long seed = Long.getLong("pollux.seed", System.nanoTime());
  private final SplittableRandom random = new SplittableRandom(seed);

  @Test
  @Timeout(3600)
  void mutantsWorkOrAreRefused() throws IOException {
    System.out.println("ProjectorFuzzTest seed " + seed + ", " + MUTANTS + " mutants");
    for (int kind = 0; kind < KINDS.size(); kind++) {
      assertThat(read(KINDS.get(kind).get().write(folder, "mutant.gguf"), "kind " + kind)).isTrue();
    }
    int read = 0;
    for (int m = 0; m < MUTANTS; m++) {
      MediaModels model = KINDS.get(m % KINDS.size()).get();
      boolean bytes = random.nextInt(3) == 0;
      if (!bytes) {
        change(model);
      }
      Path file = model.write(folder, "mutant.gguf");
      if (bytes) {
        Files.write(file, mutate(Files.readAllBytes(file)));
      }
      read += read(file, "seed " + seed + ", mutant " + m) ? 1 : 0;
    }
    assertThat(read).as("mutants that work, seed %d", seed).isBetween(MUTANTS / 50, MUTANTS - 5);
  }

  @Test
  void picturesOfAnyShapeAreSeen() throws IOException {
    for (Supplier<MediaModels> kind : KINDS.subList(0, 4)) {
      Path file = kind.get().write(folder, "mmproj.gguf");
      try (MediaEncoder encoder = MediaEncoder.open(file, 1)) {
        for (int[] size : new int[][] {{1, 1}, {1, 20_000}, {20_000, 1}, {2, 300}, {28, 28}}) {
          Media media = encoder.encode(picture(size[0], size[1]));
          Prompt.Embeddings rows = media.pieces().getFirst();
          assertThat(rows.positions()).as(Arrays.toString(size)).isBetween(1, 4096);
          assertThat(rows.values()).hasSize(rows.positions() * rows.parts() * MediaModels.WIDTH);
          for (float value : rows.values()) {
            assertThat(value).isFinite();
          }
        }
      }
    }
  }

  /** Whether {@code file} works; it is refused in one sentence where not. */
  private boolean read(Path file, String what) {
    ThreadUse use = ThreadUse.start();
    try (MediaEncoder encoder = MediaEncoder.open(file, 1)) {
      Part part =
          encoder.projector().readsPictures()
              ? new Part.Image(picture(random.nextInt(1, 60), random.nextInt(1, 60)))
              : new Part.Audio(new Sound(new float[random.nextInt(1, 2_000)]));
      Media media = encoder.read(part);
      assertThat(media.pieces()).as(what).isNotEmpty();
      return true;
    } catch (BadInputException e) {
      assertThat(e.getMessage())
          .as(what)
          .contains("mutant.gguf")
          .hasLineCount(1)
          .hasSizeLessThan(4000);
      return false;
    } catch (RuntimeException | Error e) {
      return fail(what, e);
    } finally {
      use.requireLittle(what);
    }
  }

  private void change(MediaModels model) {
    for (int c = random.nextInt(1, 3); c > 0; c--) {
      List<String> names = model.names();
      String name = names.get(random.nextInt(names.size()));
      switch (random.nextInt(6)) {
        case 0 -> model.without(name);
        case 1 -> model.shaped(name, sizes(random.nextInt(1, 5)));
        default -> {
          List<String> keys = List.copyOf(model.metadata.keySet());
          model.with(
              keys.get(random.nextInt(keys.size())), VALUES.get(random.nextInt(VALUES.size())));
        }
      }
    }
  }

  private long[] sizes(int rank) {
    return random.longs(rank, 1, 50).toArray();
  }

  private byte[] mutate(byte[] bytes) {
    int[] edges = {0, 1, -1, 255, 1 << 16, Integer.MAX_VALUE, Integer.MIN_VALUE, 48, 64};
    ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int n = random.nextInt(1, 4); n > 0; n--) {
      int at = random.nextInt(HEADER - 8);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] = (byte) random.nextInt();
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> view.putInt(at, edges[random.nextInt(edges.length)]);
        case 3 -> view.putLong(at, edges[random.nextInt(edges.length)]);
        default -> {
          if (random.nextInt(8) == 0) {
            return Arrays.copyOf(bytes, random.nextInt(bytes.length));
          }
        }
      }
    }
    return bytes;
  }

  private static Picture picture(int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i * 31);
    }
    return new Picture(width, height, rgb);
  }
}
