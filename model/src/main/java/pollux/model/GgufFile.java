package pollux.model;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pollux.tensor.BadInputException;
import pollux.tensor.ElementType;
import pollux.tensor.Tensor;

/**
 * A weights file in the GGUF format (versions 2 and 3, little-endian), mapped into memory: its
 * tensors are slices of the file and live as long as the arena that it was opened with.
 *
 * <p>All errors are {@link BadInputException}s that name the file and the field.
 */
public final class GgufFile implements WeightsFile {
  private static final long DIGEST_STEP = 1 << 22;

  private final Path path;
  private final MemorySegment file;
  private final GgufReader.Header header;

  GgufFile(Path path, MemorySegment file) {
    this.path = path;
    this.file = file;
    this.header = new GgufReader(path, file).read();
  }

  /**
   * What the file says of a tensor.
   *
   * @param shape outermost dimension first
   * @param typeId the number of its ggml type, which this system may not know
   * @param offset bytes from the start of the data
   */
  public record Info(long[] shape, int typeId, long offset) {
    long elements() {
      return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }
  }

  /** Maps {@code path} into {@code arena} and reads its header. */
  public static GgufFile open(Path path, Arena arena) {
    if (Files.isDirectory(path)) {
      throw new BadInputException(path + ": expected a GGUF file, found a folder");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return new GgufFile(
          path, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
    } catch (NoSuchFileException e) {
      throw new BadInputException(path + ": there is no such weights file", e);
    } catch (IOException e) {
      throw new BadInputException(path + ": the weights file cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors().keySet());
  }

  @Override
  public Entry entry(String name) {
    Info info = tensors().get(name);
    if (info == null) {
      throw new BadInputException(path + ": the file has no tensor '" + name + "'");
    }
    ElementType type = elementType(info.typeId());
    return type == null
        ? new Entry("ggml type " + info.typeId(), info.shape(), -1)
        : new Entry(type.name(), info.shape(), type.bytes(info.elements()));
  }

  /** Version of the format. */
  public int version() {
    return header.version();
  }

  /** All metadata, in the order of the file. */
  public Map<String, GgufValue> metadata() {
    return Collections.unmodifiableMap(header.metadata());
  }

  /** What the file says of its tensors, by name, in the order of the file. */
  public Map<String, Info> tensors() {
    return Collections.unmodifiableMap(header.tensors());
  }

  public boolean has(String key) {
    return header.metadata().containsKey(key);
  }

  public String text(String key) {
    return value(key, GgufValue.Text.class, "a text").value();
  }

  public String text(String key, String otherwise) {
    return has(key) ? text(key) : otherwise;
  }

  public boolean flag(String key, boolean otherwise) {
    return has(key) ? value(key, GgufValue.Flag.class, "a truth value").value() : otherwise;
  }

  /** A number from 0 to 2^31 - 1. */
  public int integer(String key) {
    long value = value(key, GgufValue.Whole.class, "an integer").value();
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw bad(key, "expected a number from 0 to " + Integer.MAX_VALUE + ", found " + value);
    }
    return (int) value;
  }

  public int integer(String key, int otherwise) {
    return has(key) ? integer(key) : otherwise;
  }

  public double real(String key) {
    return value(key, GgufValue.Real.class, "a floating-point number").value();
  }

  public double real(String key, double otherwise) {
    return has(key) ? real(key) : otherwise;
  }

  public List<String> texts(String key) {
    return value(key, GgufValue.Texts.class, "an array of texts").values();
  }

  public long[] integers(String key) {
    return value(key, GgufValue.Wholes.class, "an array of integers").values().clone();
  }

  @Override
  public Tensor tensor(String name) {
    Info info = header.tensors().get(name);
    if (info == null) {
      throw new BadInputException(path + ": the file has no tensor '" + name + "'");
    }
    ElementType type = elementType(info.typeId());
    if (type == null) {
      throw new BadInputException(
          path
              + ": tensor '"
              + name
              + "' has the ggml type "
              + info.typeId()
              + ", expected one of "
              + Arrays.toString(ElementType.values()));
    }
    // The reader has checked that it lies within the file.
    return new Tensor(
        type,
        info.shape(),
        file.asSlice(header.dataStart() + info.offset(), type.bytes(info.elements())));
  }

  /** The SHA-256 of the whole file in lower-case hex; reads all of it. */
  public String sha256() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (long at = 0; at < file.byteSize(); at += DIGEST_STEP) {
        digest.update(file.asSlice(at, Math.min(DIGEST_STEP, file.byteSize() - at)).asByteBuffer());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** The element type with the ggml number {@code id}, or null when this system has none. */
  static @Nullable ElementType elementType(int id) {
    for (ElementType type : ElementType.values()) {
      if (type.id() == id) {
        return type;
      }
    }
    return null;
  }

  private <T extends GgufValue> T value(String key, Class<T> kind, String expected) {
    GgufValue value = header.metadata().get(key);
    if (value == null) {
      throw bad(key, "it is missing, expected " + expected);
    }
    if (!kind.isInstance(value)) {
      throw bad(key, "expected " + expected + ", found " + value.type());
    }
    return kind.cast(value);
  }

  private BadInputException bad(String key, String problem) {
    return new BadInputException(path + ": metadata '" + key + "': " + problem);
  }
}
