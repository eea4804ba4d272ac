package pollux.model.folder;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import pollux.model.GgufValue;
import pollux.model.ModelConfig;
import pollux.model.ModelFile;
import pollux.model.SafetensorsFile;
import pollux.model.WeightsFile;
import pollux.model.folder.FolderTensors.Source;
import pollux.tensor.BadInputException;
import pollux.tensor.Codec;
import pollux.tensor.ElementType;
import pollux.tensor.Tensor;

/**
 * A folder with {@code config.json} and safetensors, as if it were a GGUF file. Weights are views
 * of the mapped files; only what is small is converted, and GPT-2's matrices, which lie with rows
 * and columns the other way round, are turned into memory when they are asked for.
 */
public final class ModelFolder implements ModelFile {
  private static final String CONFIG = "config.json";

  /** Methods with tensors that can be read; whether one file's can, the tensors say. */
  private static final List<String> QUANTISATIONS =
      List.of("fp8", "fbgemm_fp8", "compressed-tensors");

  /** Rows and columns that are turned at once, so that both lie in the cache. */
  private static final int TILE = 64;

  private final SafetensorsFile file;
  private final Arena arena;
  private final ConfigKeys keys;
  private final FolderTensors tensors;
  private final Map<String, Source> sources;
  private final Map<String, Tensor> made = new HashMap<>();
  private final Set<String> names;

  private ModelFolder(SafetensorsFile file, Arena arena) {
    this.file = file;
    this.arena = arena;
    ModelConfig config = ModelConfig.read(file.path().resolve(CONFIG));
    FolderFamily family = family(config);
    checkQuantisation(config);
    keys = new ConfigKeys(config, family);
    boolean tied = isTied(config, family);
    long layers = keys.translated("block_count", 0);
    int spare = keys.config.integer("num_nextn_predict_layers", 0);
    tensors = new FolderTensors(file, family, layers, spare, tied);
    sources = tensors.sources();
    if (!tied && !sources.containsKey("output.weight")) {
      throw new BadInputException(
          file.path()
              + ": tensor 'lm_head.weight' is missing, and "
              + CONFIG
              + " does not say with 'tie_word_embeddings' that the embedding serves");
    }
    keys.tensors()
        .forEach((name, values) -> made.put(name, Tensor.of(arena, values, values.length)));
    sources.forEach((name, source) -> {
      if (name.endsWith(FolderTensors.SCALE)) {
        made.put(name, scales(source));
      }
    });
    names = new TreeSet<>(sources.keySet());
    names.addAll(made.keySet());
  }

  /**
   * Maps the weights of {@code folder} into {@code arena}, where what must be converted lies, too.
   *
   * @throws BadInputException that names the file, and the field or tensor that is wrong
   */
  public static ModelFolder open(Path folder, Arena arena) {
    SafetensorsFile file = SafetensorsFile.open(folder, arena);
    return file.reading(() -> new ModelFolder(file, arena));
  }

  private static FolderFamily family(ModelConfig config) {
    List<String> classes = config.texts("architectures");
    for (String name : classes) {
      FolderFamily family = FolderFamilies.of(name);
      if (family != null) {
        return family;
      }
    }
    throw new BadInputException(
        config.path()
            + ": architectures: expected one of "
            + String.join(", ", FolderFamilies.classes())
            + ", found "
            + (classes.isEmpty() ? "none" : WeightsFile.readable(String.join(", ", classes))));
  }

  /** Most methods have tensors of their own, which have no names here. */
  private static void checkQuantisation(ModelConfig config) {
    String field = "quantization_config";
    if (config.hasSection(field)) {
      String method = config.section(field).text("quant_method", "");
      if (!QUANTISATIONS.contains(method)) {
        throw new BadInputException(
            config.path()
                + ": "
                + field
                + ".quant_method: expected one of "
                + String.join(", ", QUANTISATIONS)
                + ", found "
                + WeightsFile.readable(method)
                + ": take the model unquantised, or as a GGUF file");
      }
    }
  }

  private boolean isTied(ModelConfig config, FolderFamily family) {
    String field = "tie_word_embeddings";
    return config.flag(field, keys.config.flag(field, family.tied()));
  }

  @Override
  public Path path() {
    return file.path();
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(names);
  }

  @Override
  public Map<String, GgufValue> metadata() {
    return Collections.unmodifiableMap(keys.values());
  }

  @Override
  public boolean isConverted() {
    return false;
  }

  @Override
  public BadInputException bad(String key, String problem) {
    return new BadInputException(path().resolve(CONFIG) + ": " + keys.field(key) + ": " + problem);
  }

  @Override
  public String called(String name) {
    if (made.containsKey(name) && !name.endsWith(FolderTensors.SCALE)) {
      return keys.field(name);
    }
    Source source = sources.get(name);
    return WeightsFile.readable(source == null ? tensors.missing(name) : source.name());
  }

  @Override
  public <T> T reading(Supplier<T> work) {
    return file.reading(work);
  }

  @Override
  public String sha256() {
    return file.sha256();
  }

  @Override
  public Entry entry(String name) {
    Tensor tensor = made.get(name);
    if (tensor != null) {
      return new Entry(tensor.type().name(), tensor.shape(), tensor.data().byteSize());
    }
    return switch (source(name)) {
      case Source.Plain(String theirs) -> {
        Entry entry = file.entry(theirs);
        yield new Entry(entry.type(), flat(name, entry.shape()), entry.bytes());
      }
      case Source.LessOne(String theirs) -> file.entry(theirs);
      case Source.Turned(String theirs) -> {
        Entry entry = file.entry(theirs);
        yield new Entry(entry.type(), reversed(entry.shape()), entry.bytes());
      }
      case Source.Half(String theirs, _) -> {
        Entry entry = file.entry(theirs);
        long[] shape = entry.shape();
        if (shape.length == 3) {
          shape[1] /= 2;
        }
        yield new Entry(entry.type(), shape, entry.bytes() / 2);
      }
      case Source.Parts(List<String> all) -> {
        Entry first = file.entry(all.getFirst());
        long[] shape = new long[first.shape().length + 1];
        shape[0] = all.size();
        System.arraycopy(first.shape(), 0, shape, 1, first.shape().length);
        yield new Entry(first.type(), shape, first.bytes() * all.size());
      }
    };
  }

  @Override
  public Tensor tensor(String name) {
    Tensor tensor = made.get(name);
    if (tensor != null) {
      return tensor;
    }
    return switch (source(name)) {
      case Source.Plain(String theirs) -> {
        Tensor plain = file.tensor(theirs);
        yield plain.reshape(flat(name, plain.shape()));
      }
      case Source.LessOne(String theirs) -> oneMore(theirs);
      case Source.Turned(String theirs) -> turned(theirs);
      case Source.Half(String theirs, _) -> throw inParts(theirs);
      case Source.Parts(List<String> all) -> throw inParts(all.getFirst());
    };
  }

  /** As {@link #tensor(String)}; the shape is checked before anything is converted. */
  @Override
  public Tensor tensor(String name, long... shape) {
    long[] found = entry(name).shape();
    if (!Arrays.equals(found, shape)) {
      throw wrongShape(name, found, shape);
    }
    return tensor(name);
  }

  @Override
  public Tensor part(String name, int index, long... shape) {
    long[] found = entry(name).shape();
    if (!Arrays.equals(found, shape)) {
      throw wrongShape(name, found, shape);
    }
    return switch (source(name)) {
      case Source.Parts(List<String> all) -> file.tensor(all.get(index), shape[1], shape[2]);
      case Source.Half(String theirs, boolean lower) -> {
        long rows = shape[1];
        Tensor both =
            file.tensor(theirs, shape[0], 2 * rows, shape[2])
                .rows(index, index + 1)
                .reshape(2 * rows, shape[2]);
        yield lower ? both.rows(rows, 2 * rows) : both.rows(0, rows);
      }
      default -> tensor(name).rows(index, index + 1).reshape(shape[1], shape[2]);
    };
  }

  private Source source(String name) {
    Source source = sources.get(name);
    if (source == null) {
      throw new BadInputException(path() + ": tensor '" + called(name) + "' is missing");
    }
    return source;
  }

  private BadInputException wrongShape(String name, long[] found, long[] expected) {
    return new BadInputException(
        path()
            + ": tensor '"
            + called(name)
            + "' has the shape "
            + Arrays.toString(found)
            + ", expected "
            + Arrays.toString(expected));
  }

  private BadInputException inParts(String name) {
    return new BadInputException(
        path()
            + ": tensor '"
            + WeightsFile.readable(name)
            + "' belongs to an expert, expected one tensor for all");
  }

  /** One scale for a matrix, or one for each expert: {@code [n]} in F32. */
  private Tensor scales(Source source) {
    List<String> all = source instanceof Source.Parts(var parts) ? parts : List.of(source.name());
    float[] values = new float[all.size()];
    for (int i = 0; i < values.length; i++) {
      Entry entry = file.entry(all.get(i));
      if (entry.elements() != 1) {
        throw new BadInputException(
            path()
                + ": tensor '"
                + WeightsFile.readable(all.get(i))
                + "' has the shape "
                + Arrays.toString(entry.shape())
                + ", expected one scale for the whole matrix: scales of blocks or rows are not read"
                + " here, take the model unquantised, or as a GGUF file");
      }
      values[i] = Codec.convert(arena, file.tensor(all.get(i)), ElementType.F32).get(0);
    }
    return Tensor.of(arena, values, values.length);
  }

  private Tensor oneMore(String name) {
    Tensor gain = Codec.convert(arena, file.tensor(name), ElementType.F32);
    for (long i = 0; i < gain.elements(); i++) {
      gain.set(i, gain.get(i) + 1);
    }
    return gain;
  }

  /** {@code [in, out]} as {@code [out, in]}, a copy of the same element type. */
  private Tensor turned(String name) {
    Tensor from = file.tensor(name);
    if (from.rank() != 2) {
      throw new BadInputException(
          path() + ": tensor '" + WeightsFile.readable(name) + "': expected a matrix");
    }
    Tensor to = Tensor.allocate(arena, from.type(), reversed(from.shape()));
    int size = from.type().blockBytes();
    long rows = from.dim(0);
    long columns = from.dim(1);
    MemorySegment source = from.data();
    MemorySegment target = to.data();
    for (long r0 = 0; r0 < rows; r0 += TILE) {
      for (long c0 = 0; c0 < columns; c0 += TILE) {
        for (long r = r0; r < Math.min(rows, r0 + TILE); r++) {
          for (long c = c0; c < Math.min(columns, c0 + TILE); c++) {
            MemorySegment.copy(
                source, (r * columns + c) * size, target, (c * rows + r) * size, size);
          }
        }
      }
    }
    return to;
  }

  /** A bias that is a matrix of one row, without that. */
  private static long[] flat(String name, long[] shape) {
    boolean oneRow = name.endsWith(".bias") && shape.length == 2 && shape[0] == 1;
    return oneRow ? new long[] {shape[1]} : shape;
  }

  private static long[] reversed(long[] shape) {
    long[] reversed = new long[shape.length];
    for (int i = 0; i < shape.length; i++) {
      reversed[i] = shape[shape.length - 1 - i];
    }
    return reversed;
  }
}
