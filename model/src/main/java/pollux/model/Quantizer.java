package pollux.model;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import pollux.tensor.BadInputException;
import pollux.tensor.Codec;
import pollux.tensor.ElementType;
import pollux.tensor.Tensor;
import pollux.tensor.WorkTeam;

/**
 * Writes a weights file again with fewer bits for each weight. The result holds the bytes that
 * llama.cpp's {@code llama-quantize} writes without an importance matrix: the same types, numbers,
 * metadata and order.
 */
public final class Quantizer {
  private static final String FILE_TYPE = "general.file_type";
  private static final String VERSION = "general.quantization_version";

  /** GGML_QNT_VERSION: how the block layouts are numbered. */
  private static final int LAYOUTS = 2;

  /** What the new file says for itself. */
  private static final Set<String> RENEWED =
      Set.of(
          GgufReader.ALIGNMENT_KEY,
          FILE_TYPE,
          VERSION,
          GgufSplit.NUMBER,
          GgufSplit.COUNT,
          GgufSplit.TENSORS);

  /** Elements that one thread converts at a time. */
  private static final int PART = 1 << 16;

  private final GgufFile file;
  private final WorkTeam team;
  private final Consumer<String> progress;

  private Quantizer(GgufFile file, WorkTeam team, Consumer<String> progress) {
    this.file = file;
    this.team = team;
    this.progress = progress;
  }

  /**
   * Quantises {@code from} to {@code to}; at every moment {@code to} is the old file, or none, or
   * the whole new one.
   *
   * @param pure whether every matrix gets the type of {@code type}, without the mixture
   * @param progress hears the name of each tensor that is converted
   * @return how many tensors have which type
   * @throws BadInputException when {@code from} is quantised already, or holds what is no number
   */
  public static Map<ElementType, Integer> write(
      Path from, Path to, FileType type, boolean pure, WorkTeam team, Consumer<String> progress) {
    try (Arena arena = Arena.ofShared()) {
      GgufFile file = GgufFile.open(from, arena);
      refuseOverwriting(file, to);
      return file.reading(() -> new Quantizer(file, team, progress).write(to, type, pure));
    }
  }

  private static void refuseOverwriting(GgufFile file, Path to) {
    for (Path from : file.paths()) {
      try {
        if (Files.exists(to) && Files.isSameFile(from, to)) {
          throw new BadInputException(
              "the file to write is the weights file " + from + " itself: name another");
        }
      } catch (IOException e) {
        throw new BadInputException("cannot write " + to + ": " + e.getMessage(), e);
      }
    }
  }

  private Map<ElementType, Integer> write(Path to, FileType type, boolean pure) {
    GgufWriter out = new GgufWriter();
    file.metadata()
        .forEach((key, value) -> {
          if (!RENEWED.contains(key)) {
            out.put(key, value);
          }
        });
    out.integer(VERSION, LAYOUTS).integer(FILE_TYPE, type.id());
    Map<String, ElementType> changed =
        TypeChoice.of(file.tensors(), TypeChoice.Facts.of(file), type, pure);
    List<String> names = new ArrayList<>(file.tensors().keySet());
    names.sort(TypeChoice.ORDER);
    Map<ElementType, Integer> count = new EnumMap<>(ElementType.class);
    for (String name : names) {
      Tensor tensor = file.tensor(name);
      ElementType wanted = changed.getOrDefault(name, tensor.type());
      if (wanted == tensor.type()) {
        out.tensor(name, tensor);
      } else if (tensor.type().quantised()) {
        throw new BadInputException(
            file.path()
                + ": tensor '"
                + name
                + "' is "
                + tensor.type()
                + " already: quantise a file with F32, F16 or BF16 weights");
      } else {
        out.tensor(
            name,
            wanted,
            tensor.shape(),
            (first, end, target) -> convert(name, tensor, wanted, first, end, target));
      }
      count.merge(wanted, 1, Integer::sum);
    }
    try {
      out.write(to);
    } catch (IOException e) {
      throw new BadInputException("cannot write " + to + ": " + e.getMessage(), e);
    }
    return count;
  }

  private void convert(
      String name, Tensor tensor, ElementType type, long first, long end, MemorySegment target) {
    progress.accept(name + " to " + type);
    int columns = tensor.columns();
    long rows = Math.max(1, PART / columns);
    int parts = Math.toIntExact((end - first + rows - 1) / rows);
    Codec reader = Codec.of(tensor.type());
    Codec writer = Codec.of(type);
    team.run(
        parts,
        part -> {
          float[] row = new float[columns];
          for (long r = part * rows; r < Math.min(end - first, (part + 1) * rows); r++) {
            long at = (first + r) * tensor.type().bytes(columns);
            reader.decode(tensor.data(), at, columns, row, 0);
            checkFinite(name, row);
            writer.encode(row, 0, columns, target, r * type.bytes(columns));
          }
        });
  }

  private void checkFinite(String name, float[] row) {
    for (float value : row) {
      if (!Float.isFinite(value)) {
        throw new BadInputException(
            file.path() + ": tensor '" + name + "': expected numbers, found " + value);
      }
    }
  }
}
