package pollux.model.folder;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pollux.model.WeightsFile;
import pollux.tensor.BadInputException;

/** Which tensors of a folder are meant by the names that GGUF has for them. */
final class FolderTensors {
  /** In a dictionary: a stack of gates, each with its ups below it. */
  static final String GATE_UP = "gate and up";

  /** In a dictionary: nothing that a decoder has a use for. */
  static final String PASSED = "passed";

  static final String WEIGHT = ".weight";
  static final String SCALE = ".scale";

  /** What stands before the names, depending on what was saved: a decoder, or one in a whole. */
  private static final List<String> PREFIXES =
      List.of(
          "model.language_model.",
          "language_model.model.",
          "language_model.",
          "model.",
          "transformer.");

  /** GGUF's ends of names by those of transformers. */
  private static final Map<String, String> SUFFIXES =
      Map.of(
          ".weight",
          WEIGHT,
          ".bias",
          ".bias",
          // Multiplied with the weight, whatever the name.
          ".weight_scale_inv",
          SCALE,
          ".weight_scale",
          SCALE,
          ".input_scale",
          ".input_scale",
          ".activation_scale",
          ".input_scale");

  private static final Pattern LAYER = Pattern.compile("(layers|h)\\.(\\d{1,4})\\.(.+)");
  private static final Pattern EXPERT = Pattern.compile("(.*\\.experts)\\.(\\d{1,4})\\.(.+)");

  /** Where a tensor of GGUF's lies. */
  sealed interface Source {
    /** One of its tensors, for errors. */
    String name();

    /** As it lies. */
    record Plain(String name) implements Source {}

    /** A matrix that lies as {@code [in, out]}. */
    record Turned(String name) implements Source {}

    /** A gain that is to be one more. */
    record LessOne(String name) implements Source {}

    /** Experts, a tensor each. */
    record Parts(List<String> names) implements Source {
      public Parts {
        names = List.copyOf(names);
      }

      @Override
      public String name() {
        return names.getFirst();
      }
    }

    /** The upper or lower half of each matrix of a stack. */
    record Half(String name, boolean lower) implements Source {}
  }

  private final WeightsFile file;
  private final FolderFamily family;
  private final long layers;
  private final long spare;

  /** What stands before the names of layers. */
  private String prefix = "";

  private final Map<String, Source> sources = new LinkedHashMap<>();
  private final Map<String, TreeMap<Integer, String>> experts = new LinkedHashMap<>();

  /**
   * @param layers of the decoder
   * @param spare layers behind these, which predict further tokens and are left out
   * @param tied whether an output that the file has is the embedding once more
   */
  FolderTensors(WeightsFile file, FolderFamily family, long layers, long spare, boolean tied) {
    this.file = file;
    this.family = family;
    this.layers = layers;
    this.spare = spare;
    for (String name : file.names()) {
      place(name);
    }
    experts.forEach(this::joinExperts);
    if (tied) {
      sources.remove("output" + WEIGHT);
    }
  }

  Map<String, Source> sources() {
    return sources;
  }

  /** What the folder would call the tensor {@code name}, which it does not have. */
  String missing(String name) {
    String[] words = name.split("\\.", 3);
    boolean inLayer = words.length == 3 && words[0].equals("blk");
    String part = inLayer ? words[2] : name;
    int dot = part.lastIndexOf('.');
    for (Map.Entry<String, String> entry : new TreeMap<>(family.tensors()).entrySet()) {
      boolean whole = entry.getValue().equals(part);
      if (whole || dot >= 0 && entry.getValue().equals(part.substring(0, dot))) {
        String key = entry.getKey() + (whole ? "" : part.substring(dot));
        return prefix + (inLayer ? key.replace("#", words[1]) : key);
      }
    }
    return name;
  }

  private void place(String name) {
    String plain = withoutPrefix(name);
    if (family.passed().stream().anyMatch(plain::startsWith)
        || plain.endsWith("rotary_emb.inv_freq")) {
      return;
    }
    if (plain.endsWith("_blocks") || plain.endsWith(".qweight")) {
      throw new BadInputException(
          file.path()
              + ": tensor '"
              + WeightsFile.readable(name)
              + "' holds quantised weights in an order of their own, which is not read from folders:"
              + " take the model as a GGUF file");
    }
    Matcher layer = LAYER.matcher(plain);
    String key = layer.matches() ? layer.group(1) + ".#." + layer.group(3) : plain;
    if (layer.matches() && isSpare(Integer.parseInt(layer.group(2)))) {
      return;
    }
    String block = layer.matches() ? "blk." + Integer.parseInt(layer.group(2)) + "." : "";
    Matcher expert = EXPERT.matcher(key);
    int index = -1;
    if (expert.matches()) {
      index = Integer.parseInt(expert.group(2));
      key = expert.group(1) + ".*." + expert.group(3);
    }
    String translated = translated(key);
    if (translated == null) {
      // Stays under its own name: nobody takes it, so that it is refused by it.
      put(name, new Source.Plain(name));
      return;
    }
    if (!block.isEmpty()) {
      prefix = name.substring(0, name.length() - plain.length());
    }
    if (translated.equals(GATE_UP)) {
      put(block + "ffn_gate_exps" + WEIGHT, new Source.Half(name, false));
      put(block + "ffn_up_exps" + WEIGHT, new Source.Half(name, true));
    } else if (index >= 0) {
      String other =
          experts.computeIfAbsent(block + translated, _ -> new TreeMap<>()).put(index, name);
      if (other != null) {
        throw twice(name, other);
      }
    } else if (!translated.equals(PASSED)) {
      put(block + translated, source(name, translated));
    }
  }

  private boolean isSpare(int layer) {
    return layer >= layers && layer - layers < spare;
  }

  private static String withoutPrefix(String name) {
    for (String prefix : PREFIXES) {
      if (name.startsWith(prefix)) {
        return name.substring(prefix.length());
      }
    }
    return name;
  }

  /** GGUF's name for {@code key}, a name without prefix or numbers; null where it is not known. */
  private @Nullable String translated(String key) {
    String whole = family.tensors().get(key);
    if (whole != null) {
      return whole.contains(".") || whole.equals(GATE_UP) || whole.equals(PASSED)
          ? whole
          : whole + WEIGHT;
    }
    int dot = key.lastIndexOf('.');
    String suffix = dot < 0 ? null : SUFFIXES.get(key.substring(dot));
    String name = suffix == null ? null : family.tensors().get(key.substring(0, dot));
    return name == null || name.contains(".") || name.equals(GATE_UP) ? null : name + suffix;
  }

  private Source source(String name, String translated) {
    if (translated.endsWith(WEIGHT)) {
      String base = translated.substring(0, translated.length() - WEIGHT.length());
      if (family.turned().contains(base)) {
        return new Source.Turned(name);
      }
      if (family.gainsLackOne() && base.endsWith("norm")) {
        return new Source.LessOne(name);
      }
    }
    return new Source.Plain(name);
  }

  private void put(String name, Source source) {
    Source other = sources.put(name, source);
    if (other != null) {
      throw twice(source.name(), other.name());
    }
  }

  private void joinExperts(String name, TreeMap<Integer, String> parts) {
    for (int e = 0; e < parts.size(); e++) {
      if (!parts.containsKey(e)) {
        throw new BadInputException(
            file.path()
                + ": tensor '"
                + WeightsFile.readable(parts.firstEntry().getValue())
                + "' has kin up to expert "
                + parts.lastKey()
                + ", but that of expert "
                + e
                + " is missing");
      }
    }
    put(name, new Source.Parts(new ArrayList<>(parts.values())));
  }

  private BadInputException twice(String name, String other) {
    return new BadInputException(
        file.path()
            + ": tensor '"
            + WeightsFile.readable(name)
            + "' is there as '"
            + WeightsFile.readable(other)
            + "', too");
  }
}
