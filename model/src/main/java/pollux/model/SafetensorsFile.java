package pollux.model;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import pollux.tensor.BadInputException;
import pollux.tensor.ElementType;
import pollux.tensor.Tensor;

/**
 * Weights in the safetensors format, mapped into memory: one file, or the shards of a folder as
 * {@code model.safetensors.index.json} lists them. Tensors are slices of the files and live as long
 * as the arena that they were opened with.
 *
 * <p>All errors are {@link BadInputException}s that name the file and the tensor.
 */
public final class SafetensorsFile implements WeightsFile {
  /** The whole model in one file. */
  private static final String WHOLE = "model.safetensors";

  private static final String SUFFIX = ".safetensors";

  private final Path path;
  private final List<MappedFile> files = new ArrayList<>();
  private final Map<String, Place> places = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private record Place(Path file, SafetensorsHeader.Info info, MemorySegment data) {}

  private SafetensorsFile(Path path) {
    this.path = path;
  }

  /** Maps {@code path}, a file or a folder, into {@code arena} and reads the headers. */
  public static SafetensorsFile open(Path path, Arena arena) {
    SafetensorsFile weights = new SafetensorsFile(path);
    if (!Files.isDirectory(path)) {
      weights.add(path, arena);
      return weights;
    }
    Path index = path.resolve(SafetensorsIndex.NAME);
    if (Files.isRegularFile(index)) {
      Map<String, String> shards = SafetensorsIndex.read(index);
      for (String shard : new TreeSet<>(shards.values())) {
        weights.add(path.resolve(shard), arena);
      }
      weights.check(index, shards);
      return weights;
    }
    Path whole = path.resolve(WHOLE);
    for (Path file : Files.isRegularFile(whole) ? List.of(whole) : weightFiles(path)) {
      weights.add(file, arena);
    }
    return weights;
  }

  /** Whether {@code path} is a safetensors file or a folder that holds one. */
  public static boolean isAt(Path path) {
    if (Files.isDirectory(path)) {
      return Files.isRegularFile(path.resolve(SafetensorsIndex.NAME)) || !list(path).isEmpty();
    }
    return path.toString().endsWith(SUFFIX);
  }

  private static List<Path> weightFiles(Path folder) {
    List<Path> files = list(folder);
    if (files.isEmpty()) {
      throw new BadInputException(
          folder + ": expected " + WHOLE + " or " + SafetensorsIndex.NAME + " in the folder");
    }
    return files;
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(SUFFIX)).sorted().toList();
    } catch (IOException e) {
      throw new BadInputException(folder + ": the folder cannot be read: " + e.getMessage(), e);
    }
  }

  private void add(Path file, Arena arena) {
    MappedFile mapped = MappedFile.open(file, arena);
    MemorySegment bytes = mapped.bytes();
    SafetensorsHeader header = mapped.reading(() -> SafetensorsHeader.read(file, bytes));
    files.add(mapped);
    metadata.putAll(header.metadata());
    MemorySegment data = bytes.asSlice(header.dataStart());
    header
        .tensors()
        .forEach((name, info) -> {
          Place other = places.putIfAbsent(name, new Place(file, info, data));
          if (other != null) {
            throw new BadInputException(
                file
                    + ": tensor '"
                    + WeightsFile.readable(name)
                    + "' is in "
                    + other.file.getFileName()
                    + " too");
          }
        });
  }

  /** The index must say what the shards hold: a tensor that only one of them knows is an error. */
  private void check(Path index, Map<String, String> shards) {
    shards.forEach((name, shard) -> {
      Place place = places.get(name);
      if (place == null || !place.file.getFileName().toString().equals(shard)) {
        throw new BadInputException(
            index
                + ": weight_map: the tensor '"
                + WeightsFile.readable(name)
                + "' is not in "
                + shard);
      }
    });
  }

  @Override
  public Path path() {
    return path;
  }

  /** The files that hold the tensors. */
  public List<Path> files() {
    return files.stream().map(MappedFile::path).toList();
  }

  /** Runs {@code work}, which reads tensors: files that become shorter are an error of theirs. */
  public <T> T reading(Supplier<T> work) {
    return MappedFile.reading(files, work);
  }

  /** The SHA-256 of all files, one after the other, in lower-case hex; reads all of them. */
  public String sha256() {
    return MappedFile.sha256(files);
  }

  /** The free texts of the headers ({@code __metadata__}). */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(places.keySet());
  }

  @Override
  public Entry entry(String name) {
    SafetensorsHeader.Info info = place(name).info;
    return new Entry(info.type(), info.shape().clone(), info.end() - info.begin());
  }

  @Override
  public Tensor tensor(String name) {
    Place place = place(name);
    SafetensorsHeader.Info info = place.info;
    ElementType type = elementType(info.type());
    if (type == null) {
      throw new BadInputException(
          place.file
              + ": tensor '"
              + WeightsFile.readable(name)
              + "' has the element type "
              + info.type()
              + ", expected one of "
              + known());
    }
    // The header has been checked: the bytes are those of the elements and lie within the file.
    return new Tensor(
        type, info.shape(), place.data.asSlice(info.begin(), info.end() - info.begin()));
  }

  private Place place(String name) {
    Place place = places.get(name);
    if (place == null) {
      throw new BadInputException(
          path + ": there is no tensor '" + WeightsFile.readable(name) + "'");
    }
    return place;
  }

  /**
   * The element type of the format's {@code dtype}: the names are ours, of those that have no
   * blocks. Null where this system has none.
   */
  static @Nullable ElementType elementType(String dtype) {
    for (ElementType type : ElementType.values()) {
      if (type.blockLength() == 1 && type.name().equals(dtype)) {
        return type;
      }
    }
    return null;
  }

  private static List<String> known() {
    return Arrays.stream(ElementType.values())
        .filter(type -> type.blockLength() == 1)
        .map(ElementType::name)
        .toList();
  }
}
