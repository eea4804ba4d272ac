package pollux.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import pollux.tensor.BadInputException;
import pollux.tensor.ElementType;
import pollux.tensor.Tensor;

/**
 * A weights file in the GGUF format (versions 2 and 3, little-endian), mapped into memory: its
 * tensors are slices of the file and live as long as the arena that it was opened with.
 *
 * <p>All errors are {@link BadInputException}s that name the file and the field.
 */
public final class GgufFile {
  private static final long DIGEST_STEP = 1 << 22;

  private final Path path;
  private final List<Part> parts;
  private final Map<String, Info> tensors = new LinkedHashMap<>();
  private final Map<String, Part> holders = new HashMap<>();

  /** One file of the model, of which there are several when it was split. */
  private record Part(MappedFile file, GgufReader.Header header) {
    static Part read(MappedFile file) {
      return new Part(file, file.reading(() -> new GgufReader(file.path(), file.bytes()).read()));
    }
  }

  GgufFile(Path path, MemorySegment file) {
    this(path, List.of(Part.read(new MappedFile(path, file))));
  }

  private GgufFile(Path path, List<Part> parts) {
    this.path = path;
    this.parts = parts;
    for (Part part : parts) {
      part.header
          .tensors()
          .forEach((name, info) -> {
            tensors.put(name, info);
            if (holders.put(name, part) != null) {
              throw new BadInputException(
                  part.file.path()
                      + ": tensor '"
                      + GgufReader.readable(name)
                      + "': another part holds it too");
            }
          });
    }
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

  /**
   * Maps {@code path} into {@code arena} and reads its header; of a model that was split into
   * {@code NAME-00001-of-00003.gguf} and so on, all of its files, whichever is given.
   */
  public static GgufFile open(Path path, Arena arena) {
    Part given = Part.read(MappedFile.open(path, arena));
    GgufSplit split = GgufSplit.of(path, given.header.metadata());
    if (split.count() == 1) {
      return new GgufFile(path, List.of(given));
    }
    List<Part> parts = new ArrayList<>();
    long tensors = 0;
    for (Path file : split.files(path)) {
      boolean here = parts.size() == split.number();
      Part part = here ? given : Part.read(MappedFile.open(file, arena));
      split.check(file, part.header.metadata(), parts.size());
      tensors += part.header.tensors().size();
      parts.add(part);
    }
    if (split.tensors() >= 0 && split.tensors() != tensors) {
      throw new BadInputException(
          path
              + ": metadata '"
              + GgufSplit.TENSORS
              + "': expected the "
              + tensors
              + " tensors that the parts hold, found "
              + split.tensors());
    }
    return new GgufFile(path, parts);
  }

  public Path path() {
    return path;
  }

  /** The files that hold the model: one, or the parts of one that was split. */
  public List<Path> paths() {
    return parts.stream().map(part -> part.file.path()).toList();
  }

  /** Version of the format. */
  public int version() {
    return header().version();
  }

  private GgufReader.Header header() {
    return parts.getFirst().header;
  }

  /** All metadata, in the order of the file; of a model that was split, that of the first part. */
  public Map<String, GgufValue> metadata() {
    return Collections.unmodifiableMap(header().metadata());
  }

  /** What the file says of its tensors, by name, in the order of the file. */
  public Map<String, Info> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  public boolean has(String key) {
    return header().metadata().containsKey(key);
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

  public double[] reals(String key) {
    return value(key, GgufValue.Reals.class, "an array of floating-point numbers").values().clone();
  }

  /** The tensor {@code name} as it lies in the file, read-only. */
  public Tensor tensor(String name) {
    Info info = tensors.get(name);
    Part part = holders.get(name);
    if (info == null || part == null) {
      throw new BadInputException(
          path + ": the file has no tensor '" + GgufReader.readable(name) + "'");
    }
    ElementType type = ElementType.ofId(info.typeId());
    if (type == null) {
      throw new BadInputException(
          part.file.path()
              + ": tensor '"
              + GgufReader.readable(name)
              + "' has the ggml type "
              + GgmlTypes.describe(info.typeId())
              + ", expected one of "
              + GgmlTypes.known());
    }
    // The reader has checked that it lies within the file.
    return new Tensor(
        type,
        info.shape(),
        part.file
            .bytes()
            .asSlice(part.header.dataStart() + info.offset(), type.bytes(info.elements())));
  }

  /** As {@link #tensor(String)}, and the shape must be {@code shape}. */
  public Tensor tensor(String name, long... shape) {
    Tensor tensor = tensor(name);
    if (!Arrays.equals(tensor.shape(), shape)) {
      throw new BadInputException(
          path
              + ": tensor '"
              + GgufReader.readable(name)
              + "' has the shape "
              + Arrays.toString(tensor.shape())
              + ", expected "
              + Arrays.toString(shape));
    }
    return tensor;
  }

  /**
   * Runs {@code work}, which reads tensors of this file. Files can become shorter while they are in
   * use; that is an error of the file here, instead of one of the JVM.
   */
  public <T> T reading(Supplier<T> work) {
    Supplier<T> guarded = work;
    for (Part part : parts) {
      Supplier<T> inner = guarded;
      guarded = () -> part.file.reading(inner);
    }
    return guarded.get();
  }

  /** The SHA-256 of the whole file, or of all parts one after the other, in lower-case hex. */
  public String sha256() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Part part : parts) {
        part.file.reading(() -> add(digest, part.file.bytes()));
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

  private <T extends GgufValue> T value(String key, Class<T> kind, String expected) {
    GgufValue value = header().metadata().get(key);
    if (value == null) {
      throw bad(key, "it is missing, expected " + expected);
    }
    if (!kind.isInstance(value)) {
      throw bad(key, "expected " + expected + ", found " + value.type());
    }
    return kind.cast(value);
  }

  private BadInputException bad(String key, String problem) {
    return new BadInputException(
        path + ": metadata '" + GgufReader.readable(key) + "': " + problem);
  }
}
