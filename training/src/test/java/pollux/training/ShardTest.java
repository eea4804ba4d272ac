package pollux.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pollux.model.Lesson;
import pollux.model.MediaFrontEnd;
import pollux.model.Prompt;
import pollux.tensor.BadInputException;

class ShardTest {
  private static final long FINGERPRINT = 0x1234_5678_9ABCL;

  @TempDir Path folder;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final Arena arena = Arena.ofAuto();

  @Test
  void lessonsComeBackWithTheirMedia() throws IOException {
    List<Lesson> lessons = lessons();
    Path path = folder.resolve("a.shard");
    Shard.write(path, FINGERPRINT, lessons);
    assertThat(TinyRun.names(folder)).containsExactly("a.shard");
    assertThat(Shard.countIfCurrent(path, FINGERPRINT)).isEqualTo(lessons.size());
    Shard shard = Shard.open(path, FINGERPRINT, arena);
    for (int i = lessons.size() - 1; i >= 0; i--) {
      assertSame(shard.lesson(i), lessons.get(i));
    }
  }

  private void assertSame(Lesson found, Lesson expected) {
    assertThat(found.prompt().tokens()).as("seed %d", seed).isEqualTo(expected.prompt().tokens());
    assertThat(found.learned()).isEqualTo(expected.learned());
    assertThat(found.prompt().spans()).hasSameSizeAs(expected.prompt().spans());
    for (int s = 0; s < found.prompt().spans().size(); s++) {
      Prompt.Span span = found.prompt().spans().get(s);
      Prompt.Span other = expected.prompt().spans().get(s);
      assertThat(List.of(span.kind(), span.start(), span.rows(), span.columns()))
          .isEqualTo(List.of(other.kind(), other.start(), other.rows(), other.columns()));
      assertThat(Arrays.equals(span.features(), other.features())).as("seed %d", seed).isTrue();
    }
  }

  @Test
  void noLessonsAreAShardToo() throws IOException {
    Path path = folder.resolve("none.shard");
    Shard.write(path, FINGERPRINT, List.of());
    assertThat(Shard.open(path, FINGERPRINT, arena).count()).isZero();
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    Path path = folder.resolve("cut.shard");
    Shard.write(path, FINGERPRINT, lessons());
    byte[] whole = Files.readAllBytes(path);
    for (int length : random.ints(40, 0, whole.length).toArray()) {
      Files.write(path, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> Shard.open(path, FINGERPRINT, arena))
          .as("cut to %d of %d bytes, seed %d", length, whole.length, seed)
          .isInstanceOf(BadInputException.class)
          .hasMessageContainingAll(path.toString(), "pollux prepare");
      assertThat(Shard.countIfCurrent(path, FINGERPRINT)).isEqualTo(-1);
    }
  }

  @Test
  void anotherFileOrFingerprintIsRefused() throws IOException {
    Path path = folder.resolve("other.shard");
    Shard.write(path, FINGERPRINT, lessons());
    assertThatThrownBy(() -> Shard.open(path, FINGERPRINT + 1, arena))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll(path.toString(), "another recipe");
    assertThat(Shard.countIfCurrent(path, FINGERPRINT + 1)).isEqualTo(-1);
    byte[] bytes = Files.readAllBytes(path);
    bytes[0] ^= 1;
    Files.write(path, bytes);
    assertThatThrownBy(() -> Shard.open(path, FINGERPRINT, arena))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll(path.toString(), "not a shard");
    assertThat(Shard.countIfCurrent(folder.resolve("missing"), FINGERPRINT)).isEqualTo(-1);
  }

  @Test
  void damageInsideIsRefusedAndTakesNoMemory() throws IOException {
    Path path = folder.resolve("damaged.shard");
    List<Lesson> lessons = lessons();
    Shard.write(path, FINGERPRINT, lessons);
    byte[] whole = Files.readAllBytes(path);
    int refused = 0;
    for (int round = 0; round < 100; round++) {
      byte[] bytes = whole.clone();
      // The count, an offset, or something in the first lesson's header and tokens.
      int at = 16 + random.nextInt(8 * lessons.size() + 200);
      ByteBuffer.wrap(bytes).putInt(at, random.nextBoolean() ? random.nextInt() : 0x7FFFFFFF);
      Path copy = Files.write(folder.resolve("round" + round), bytes);
      try {
        Shard shard = Shard.open(copy, FINGERPRINT, arena);
        for (int i = 0; i < Math.min(shard.count(), lessons.size()); i++) {
          shard.lesson(i);
        }
      } catch (BadInputException e) {
        assertThat(e).hasMessageContaining(copy.toString());
        refused++;
      } catch (RuntimeException e) {
        throw new AssertionError("word at " + at + ", seed " + seed, e);
      }
      Files.delete(copy);
    }
    assertThat(refused).as("seed %d", seed).isPositive();
  }

  @Test
  void anUnwritableFolderIsAnIOException() {
    assertThatThrownBy(() -> Shard.write(folder.resolve("missing/a.shard"), FINGERPRINT, List.of()))
        .isInstanceOf(IOException.class);
  }

  private List<Lesson> lessons() {
    List<Lesson> lessons = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      lessons.add(lesson(random.nextInt(3), random.nextInt(3)));
    }
    lessons.add(new Lesson(new Prompt(new int[0], List.of()), new boolean[0]));
    return lessons;
  }

  private Lesson lesson(int pictures, int sounds) {
    int length = 40;
    int[] tokens = new int[length];
    boolean[] learned = new boolean[length];
    for (int i = 0; i < length; i++) {
      tokens[i] = random.nextInt(8192);
      learned[i] = random.nextBoolean();
    }
    List<Prompt.Span> spans = new ArrayList<>();
    int at = 1;
    for (int i = 0; i < pictures + sounds; i++) {
      boolean picture = i < pictures;
      int columns = picture ? 3 : 1;
      byte[] features =
          new byte[3 * columns * (picture ? MediaFrontEnd.PATCH_BYTES : MediaFrontEnd.SOUND_BYTES)];
      random.nextBytes(features);
      Prompt.Kind kind = picture ? Prompt.Kind.PATCHES : Prompt.Kind.SOUND;
      spans.add(new Prompt.Span(kind, at, 3, columns, features));
      Arrays.fill(tokens, at, at + 3 * columns, Prompt.MEDIA);
      at += 3 * columns;
    }
    return new Lesson(new Prompt(tokens, spans), learned);
  }
}
