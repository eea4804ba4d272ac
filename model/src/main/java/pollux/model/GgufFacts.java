package pollux.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import pollux.model.ModelFacts.Sizes;
import pollux.tensor.BadInputException;

/** What a GGUF file says of its model, in the keys of llama.cpp. */
final class GgufFacts {
  private static final String TOKENIZER = "tokenizer.ggml.";

  /** The architecture of projectors ({@code mmproj} files). */
  private static final String PROJECTOR = "clip";

  /** More layers than any model has; what a file says is used to count with. */
  private static final int MOST_LAYERS = 1 << 16;

  private final GgufFile file;
  private final String family;

  /** Of its keys: the family's name; of a projector's that of its first encoder. */
  private final String prefix;

  private GgufFacts(GgufFile file) {
    this.file = file;
    family = file.text("general.architecture", "");
    prefix = isProjector() ? family + (seesPictures() ? ".vision" : ".audio") : family;
  }

  static ModelFacts of(GgufFile file) {
    return new GgufFacts(file).facts();
  }

  private ModelFacts facts() {
    return new ModelFacts(
        file.path(),
        "GGUF version " + file.version(),
        isProjector() ? family + ", " + projector() : family,
        file.text("general.name", ""),
        file.text("general.license", ""),
        sizes(),
        modalities(),
        tokenizer(),
        List.copyOf(new TreeSet<>(TemplateFile.read(file).sources().keySet())),
        ModelFacts.count(file));
  }

  private Sizes sizes() {
    int layers = Math.min(MOST_LAYERS, number("block_count"));
    int width = number("embedding_length");
    long[] heads = perLayer("attention.head_count", layers);
    long[] kvHeads =
        file.has(key("attention.head_count_kv"))
            ? perLayer("attention.head_count_kv", layers)
            : heads;
    int most = (int) largest(heads);
    int even = most == 0 ? 0 : width / most;
    int keyLength = file.integer(key("attention.key_length"), even);
    int valueLength = file.integer(key("attention.value_length"), even);
    return new Sizes(
        layers,
        width,
        most,
        (int) largest(kvHeads),
        keyLength,
        feedForward(layers),
        number("expert_count"),
        number("expert_used_count"),
        vocabulary(),
        number("context_length"),
        cached(kvHeads, keyLength, valueLength));
  }

  /** Keys and values of one position: of all heads, or the one latent row of each layer. */
  private long cached(long[] kvHeads, int keyLength, int valueLength) {
    if (isProjector()) {
      return 0;
    }
    int rank = number("attention.kv_lora_rank");
    if (rank > 0) {
      return (long) kvHeads.length * (rank + number("rope.dimension_count"));
    }
    return Math.multiplyExact(
        Arrays.stream(kvHeads).reduce(0, Math::addExact), (long) keyLength + valueLength);
  }

  private int feedForward(int layers) {
    if (family.equals(FamilyFile.ARCHITECTURE)) {
      return file.has(key("tier.feed_forward_length"))
          ? (int) Arrays.stream(file.integers(key("tier.feed_forward_length"))).sum()
          : 0;
    }
    return (int) largest(perLayer("feed_forward_length", layers));
  }

  private int vocabulary() {
    return file.has(TOKENIZER + "tokens")
        ? file.texts(TOKENIZER + "tokens").size()
        : number("vocab_size");
  }

  private List<String> modalities() {
    List<String> modalities = new ArrayList<>();
    if (isProjector()) {
      if (seesPictures()) {
        modalities.add("pictures");
      }
      if (file.flag("clip.has_audio_encoder", false)) {
        modalities.add("sound");
      }
      return modalities;
    }
    return family.equals(FamilyFile.ARCHITECTURE)
        ? List.of("text", "pictures", "sound", "film")
        : List.of("text");
  }

  private String tokenizer() {
    String model = file.text(TOKENIZER + "model", "");
    String pre = file.text(TOKENIZER + "pre", "");
    return pre.isEmpty() ? model : model + ", " + pre;
  }

  private boolean isProjector() {
    return family.equals(PROJECTOR);
  }

  private boolean seesPictures() {
    return file.flag("clip.has_vision_encoder", false);
  }

  /** Its type; files with two encoders may name one for each. */
  private String projector() {
    return file.text("clip.projector_type", file.text(key("projector_type"), "not said"));
  }

  private String key(String name) {
    return prefix + "." + name;
  }

  private int number(String name) {
    return file.integer(key(name), 0);
  }

  /**
   * A number that is the same for all layers, or an array of one for each; 0 where it is missing.
   */
  private long[] perLayer(String name, int layers) {
    String key = key(name);
    if (file.metadata().get(key) instanceof GgufValue.Array) {
      long[] values = file.integers(key);
      if (Arrays.stream(values).anyMatch(v -> v < 0 || v > Integer.MAX_VALUE)) {
        throw new BadInputException(
            file.path()
                + ": metadata '"
                + key
                + "': expected numbers from 0 to "
                + Integer.MAX_VALUE);
      }
      return values;
    }
    long[] all = new long[layers];
    Arrays.fill(all, file.integer(key, 0));
    return all;
  }

  private static long largest(long[] values) {
    return Math.clamp(Arrays.stream(values).max().orElse(0), 0, Integer.MAX_VALUE);
  }
}
