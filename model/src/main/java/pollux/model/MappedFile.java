package pollux.model;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pollux.tensor.BadInputException;

/**
 * A file that is mapped read-only, and what can happen to it afterwards: someone may cut it short.
 * The pages behind its new end are then gone; the JVM turns a read of them into an {@link
 * InternalError}, which {@link #reading} turns into a sentence.
 */
final class MappedFile {
  private static final long DIGEST_STEP = 1 << 22;

  private final Path path;
  private final MemorySegment bytes;

  /** What identifies the file under its name: another one may be moved there. */
  private final @Nullable Object key;

  /** A file that lies in memory. */
  MappedFile(Path path, MemorySegment bytes) {
    this(path, bytes, null);
  }

  private MappedFile(Path path, MemorySegment bytes, @Nullable Object key) {
    this.path = path;
    this.bytes = bytes;
    this.key = key;
  }

  static MappedFile open(Path path, Arena arena) {
    if (Files.isDirectory(path)) {
      throw new BadInputException(path + ": expected a weights file, found a folder");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return new MappedFile(path, bytes, attributes(path).fileKey());
    } catch (NoSuchFileException e) {
      throw new BadInputException(path + ": there is no such weights file", e);
    } catch (IOException e) {
      throw new BadInputException(path + ": the weights file cannot be read: " + e.getMessage(), e);
    }
  }

  private static BasicFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class);
  }

  Path path() {
    return path;
  }

  MemorySegment bytes() {
    return bytes;
  }

  /**
   * Refuses a file that is shorter than when it was mapped. Machine code that reads tensors outside
   * of the JVM's sight relies on it: there nothing turns the fault into an error. It takes some
   * microseconds, so that it can be asked before each step of a decoder.
   */
  void checkLength() {
    if (key == null) {
      return;
    }
    try {
      BasicFileAttributes now = attributes(path);
      if (key.equals(now.fileKey()) && now.size() < bytes.byteSize()) {
        throw cutShort(null);
      }
    } catch (IOException e) {
      // Its name is gone, which does no harm to what is mapped.
    }
  }

  /** Runs {@code work}, which reads these bytes: their loss is an error of the file. */
  <T> T reading(Supplier<T> work) {
    checkLength();
    try {
      return work.get();
    } catch (InternalError e) {
      String message = e.getMessage();
      if (message != null && message.contains("unsafe memory access")) {
        throw cutShort(e);
      }
      throw e;
    }
  }

  /** Runs {@code work}, which reads the bytes of {@code files}. */
  static <T> T reading(List<MappedFile> files, Supplier<T> work) {
    Supplier<T> guarded = work;
    for (MappedFile file : files) {
      Supplier<T> inner = guarded;
      guarded = () -> file.reading(inner);
    }
    return guarded.get();
  }

  /** The SHA-256 of {@code files}, one after the other, in lower-case hex; reads all of them. */
  static String sha256(List<MappedFile> files) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (MappedFile file : files) {
        file.reading(() -> add(digest, file.bytes));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static long add(MessageDigest digest, MemorySegment bytes) {
    for (long at = 0; at < bytes.byteSize(); at += DIGEST_STEP) {
      long step = Math.min(DIGEST_STEP, bytes.byteSize() - at);
      digest.update(bytes.asSlice(at, step).toArray(ValueLayout.JAVA_BYTE));
    }
    return bytes.byteSize();
  }

  private BadInputException cutShort(@Nullable Throwable cause) {
    return new BadInputException(
        path
            + ": the file has become shorter than the "
            + bytes.byteSize()
            + " bytes that it had when it was opened: put it back whole and start again",
        cause);
  }
}
