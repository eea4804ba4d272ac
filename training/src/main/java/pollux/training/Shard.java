package pollux.training;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import pollux.model.Lesson;
import pollux.model.MediaFrontEnd;
import pollux.model.Prompt;
import pollux.tensor.BadInputException;

/**
 * A file of encoded lessons, mapped when it is read.
 *
 * <p>Layout, big-endian: magic, fingerprint of what it was made from, count, then {@code count + 1}
 * offsets of lessons from the start of the file, then the lessons: tokens (short each, -1 for
 * media), one byte each that says whether the token is learned, and the spans with their features.
 */
final class Shard {
  private static final long MAGIC = 0x504F4C4C55583031L; // POLLUX01
  private static final int HEADER = 8 + 8 + 4;
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final Path path;
  private final MemorySegment file;
  private final int count;

  private Shard(Path path, MemorySegment file, int count) {
    this.path = path;
    this.file = file;
    this.count = count;
  }

  int count() {
    return count;
  }

  /** Writes all {@code lessons} beside {@code path} and moves the whole file there. */
  static void write(Path path, long fingerprint, List<Lesson> lessons) throws IOException {
    List<byte[]> payloads = new ArrayList<>(lessons.size());
    for (Lesson lesson : lessons) {
      payloads.add(bytes(lesson));
    }
    Path partial = path.resolveSibling(path.getFileName() + ".partial");
    try {
      try (DataOutputStream out =
          new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(partial), 1 << 16))) {
        out.writeLong(MAGIC);
        out.writeLong(fingerprint);
        out.writeInt(lessons.size());
        long offset = HEADER + 8L * (lessons.size() + 1);
        out.writeLong(offset);
        for (byte[] payload : payloads) {
          offset += payload.length;
          out.writeLong(offset);
        }
        for (byte[] payload : payloads) {
          out.write(payload);
        }
      }
      Files.move(
          partial, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  /**
   * Lessons in {@code path}; -1 unless it is a whole shard made from what {@code fingerprint}
   * stands for.
   */
  static int countIfCurrent(Path path, long fingerprint) throws IOException {
    if (!Files.exists(path)) {
      return -1;
    }
    try (Arena arena = Arena.ofConfined()) {
      return open(path, fingerprint, arena).count();
    } catch (BadInputException e) {
      return -1;
    }
  }

  static Shard open(Path path, long fingerprint, Arena arena) throws IOException {
    MemorySegment file;
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    }
    if (file.byteSize() < HEADER || file.get(LONG, 0) != MAGIC) {
      throw new BadInputException(path + " is not a shard of lessons: run 'pollux prepare' again");
    }
    if (file.get(LONG, 8) != fingerprint) {
      throw new BadInputException(
          path + " was made from another recipe, tokenizer or version: run 'pollux prepare' again");
    }
    int count = file.get(INT, 16);
    long end = HEADER + 8L * (count + 1L);
    if (count < 0 || end > file.byteSize() || file.get(LONG, end - 8) != file.byteSize()) {
      throw new BadInputException(path + " is cut short: run 'pollux prepare' again");
    }
    return new Shard(path, file, count);
  }

  /** Lesson {@code index}; what lies in the file is checked before anything is built from it. */
  Lesson lesson(int index) {
    long begin = file.get(LONG, HEADER + 8L * index);
    long end = file.get(LONG, HEADER + 8L * (index + 1L));
    require(index, begin >= HEADER && begin <= end - 8 && end <= file.byteSize());
    MemorySegment own = file.asSlice(begin, end - begin);
    int n = own.get(INT, 0);
    int spans = own.get(INT, 4);
    require(index, n >= 0 && spans >= 0 && 8 + 3L * n + 20L * spans <= own.byteSize());
    int[] tokens = new int[n];
    boolean[] learned = new boolean[n];
    for (int i = 0; i < n; i++) {
      tokens[i] = own.get(SHORT, 8 + 2L * i);
      learned[i] = own.get(ValueLayout.JAVA_BYTE, 8 + 2L * n + i) != 0;
    }
    long at = 8 + 3L * n;
    List<Prompt.Span> list = new ArrayList<>(spans);
    for (int s = 0; s < spans; s++) {
      require(index, at + 20 <= own.byteSize());
      Prompt.Span span = span(own, at, index, n);
      list.add(span);
      at += 20 + span.features().length;
    }
    return new Lesson(new Prompt(tokens, list), learned);
  }

  private Prompt.Span span(MemorySegment own, long at, int index, int positions) {
    Prompt.Kind[] kinds = Prompt.Kind.values();
    int kind = own.get(INT, at);
    int start = own.get(INT, at + 4);
    int rows = own.get(INT, at + 8);
    int columns = own.get(INT, at + 12);
    int length = own.get(INT, at + 16);
    require(index, kind >= 0 && kind < kinds.length && start >= 0 && rows >= 0 && columns >= 0);
    long each =
        switch (kinds[kind]) {
          case PATCHES -> MediaFrontEnd.PATCH_BYTES;
          case SOUND -> MediaFrontEnd.SOUND_BYTES;
        };
    long inside = (long) rows * columns;
    require(index, start + inside <= positions && length == inside * each);
    require(index, at + 20 + length <= own.byteSize());
    byte[] features = own.asSlice(at + 20, length).toArray(ValueLayout.JAVA_BYTE);
    return new Prompt.Span(kinds[kind], start, rows, columns, features);
  }

  private void require(int index, boolean condition) {
    if (!condition) {
      throw new BadInputException(
          path + " is damaged at lesson " + index + ": delete it and run 'pollux prepare' again");
    }
  }

  private static byte[] bytes(Lesson lesson) throws IOException {
    Prompt prompt = lesson.prompt();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(prompt.tokens().length);
    out.writeInt(prompt.spans().size());
    for (int token : prompt.tokens()) {
      out.writeShort(token);
    }
    for (boolean learned : lesson.learned()) {
      out.writeBoolean(learned);
    }
    for (Prompt.Span span : prompt.spans()) {
      out.writeInt(span.kind().ordinal());
      out.writeInt(span.start());
      out.writeInt(span.rows());
      out.writeInt(span.columns());
      out.writeInt(span.features().length);
      out.write(span.features());
    }
    return bytes.toByteArray();
  }
}
