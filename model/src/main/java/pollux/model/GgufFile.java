package pollux.model;

import static java.util.Objects.requireNonNull;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
public final class GgufFile implements ModelFile {
  private final Path path;
  private final List<Part> parts;
  private final List<MappedFile> files;
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
    this.files = parts.stream().map(Part::file).toList();
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

  @Override
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
  @Override
  public Map<String, GgufValue> metadata() {
    return Collections.unmodifiableMap(header().metadata());
  }

  /** What the file says of its tensors, by name, in the order of the file. */
  public Map<String, Info> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  @Override
  public boolean isConverted() {
    return true;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  @Override
  public Entry entry(String name) {
    Info info = info(name);
    ElementType type = ElementType.ofId(info.typeId());
    return type == null
        ? new Entry(GgmlTypes.describe(info.typeId()), info.shape(), -1)
        : new Entry(type.name(), info.shape(), type.bytes(info.elements()));
  }

  private Info info(String name) {
    Info info = tensors.get(name);
    if (info == null) {
      throw new BadInputException(
          path + ": the file has no tensor '" + GgufReader.readable(name) + "'");
    }
    return info;
  }

  @Override
  public Tensor tensor(String name) {
    Info info = info(name);
    Part part = requireNonNull(holders.get(name));
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

  @Override
  public <T> T reading(Supplier<T> work) {
    return MappedFile.reading(files, work);
  }

  @Override
  public String sha256() {
    return MappedFile.sha256(files);
  }

  @Override
  public BadInputException bad(String key, String problem) {
    return new BadInputException(
        path + ": metadata '" + GgufReader.readable(key) + "': " + problem);
  }
}
