package pollux.model;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import pollux.tensor.BadInputException;

/**
 * What can be said of a model from the headers of its files, without reading its weights. Numbers
 * are 0 and texts empty where the files do not say.
 *
 * @param path the file or the folder
 * @param format GGUF or safetensors, with its version
 * @param family the architecture's name in the file
 * @param name of the model
 * @param licence as the files name it
 * @param sizes of its decoder
 * @param modalities what it takes: text, pictures, sound, film
 * @param tokenizer its kind, with the pre-tokenizer where there is one
 * @param templates the names of its chat templates
 * @param weights how many tensors, elements and bytes there are of each element type
 */
public record ModelFacts(
    Path path,
    String format,
    String family,
    String name,
    String licence,
    Sizes sizes,
    List<String> modalities,
    String tokenizer,
    List<String> templates,
    Map<String, TypeUse> weights) {
  /** Bytes of a key or a value in the cache: F16. */
  private static final int CACHED_BYTES = 2;

  /**
   * Sizes of a decoder.
   *
   * @param cached keys and values that one position leaves in the cache, of all layers
   */
  public record Sizes(
      int layers,
      int width,
      int heads,
      int kvHeads,
      int headLength,
      int feedForward,
      int experts,
      int expertsUsed,
      int vocabulary,
      int context,
      long cached) {}

  /**
   * Tensors of one element type.
   *
   * @param bytes what they take, -1 where this system does not know the type
   */
  public record TypeUse(int tensors, long elements, long bytes) {
    TypeUse plus(WeightsFile.Entry entry) {
      return new TypeUse(
          tensors + 1,
          Math.addExact(elements, entry.elements()),
          bytes < 0 || entry.bytes() < 0 ? -1 : bytes + entry.bytes());
    }
  }

  /** Of a GGUF file, or of a folder with config.json and safetensors. */
  public static ModelFacts of(Path path, Arena arena) {
    try {
      ModelFacts facts =
          Files.isDirectory(path)
              ? FolderFacts.of(path, arena)
              : GgufFacts.of(GgufFile.open(path, arena));
      facts.cacheBytes(Integer.MAX_VALUE);
      return facts;
    } catch (ArithmeticException e) {
      throw new BadInputException(path + ": the sizes that it names are beyond any model", e);
    }
  }

  /** The weights of what {@link #of} describes. */
  public static WeightsFile weightsOf(Path path, Arena arena) {
    return Files.isDirectory(path) ? SafetensorsFile.open(path, arena) : GgufFile.open(path, arena);
  }

  /** How many tensors of each type {@code file} holds, by the name of the type. */
  static Map<String, TypeUse> count(WeightsFile file) {
    Map<String, TypeUse> uses = new TreeMap<>();
    for (String name : file.names()) {
      WeightsFile.Entry entry = file.entry(name);
      uses.put(entry.type(), uses.getOrDefault(entry.type(), new TypeUse(0, 0, 0)).plus(entry));
    }
    return uses;
  }

  /** All elements of all tensors. */
  public long parameters() {
    return weights.values().stream().mapToLong(TypeUse::elements).sum();
  }

  /** Bytes of all tensors whose type is known. */
  public long weightBytes() {
    return weights.values().stream().mapToLong(use -> Math.max(0, use.bytes())).sum();
  }

  /**
   * Bytes of keys and values for {@code positions} in F16, all layers in full: layers with a
   * sliding window need less.
   */
  public long cacheBytes(long positions) {
    return Math.multiplyExact(positions, Math.multiplyExact(sizes.cached, CACHED_BYTES));
  }
}
