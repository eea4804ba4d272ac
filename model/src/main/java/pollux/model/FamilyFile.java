package pollux.model;

import java.util.Arrays;
import java.util.List;
import pollux.tensor.BadInputException;

/**
 * The family's decoder within a GGUF file: architecture {@code pollux}, keys after those of
 * llama.cpp.
 */
public final class FamilyFile {
  /** The value of {@code general.architecture}. */
  public static final String ARCHITECTURE = "pollux";

  private static final String KEY = ARCHITECTURE + ".";

  private FamilyFile() {}

  /** Puts {@code spec} into {@code file}. */
  public static void write(FamilySpec spec, String name, GgufWriter file) {
    file.text("general.architecture", ARCHITECTURE)
        .text("general.name", name)
        .text("general.license", "apache-2.0")
        .integer(KEY + "context_length", spec.context())
        .integer(KEY + "embedding_length", spec.width())
        .integer(KEY + "block_count", spec.layers())
        .integer(KEY + "attention.head_count", spec.heads())
        .integer(KEY + "attention.head_count_kv", spec.kvHeads())
        .integer(KEY + "attention.key_length", spec.headLength())
        .real(KEY + "attention.layer_norm_rms_epsilon", spec.normEps())
        .real(KEY + "rope.freq_base", spec.ropeBase())
        .integer(KEY + "vocab_size", spec.vocabulary())
        .integers(KEY + "tier.feed_forward_length", ints(spec.slabs()))
        .integers(KEY + "tier.block", spec.layerTiers().stream().mapToInt(Tier::ordinal).toArray());
  }

  /** The decoder of {@code file}; sizes are checked before anything is built from them. */
  public static FamilySpec read(ModelFile file) {
    String architecture = file.text("general.architecture", "");
    if (!architecture.equals(ARCHITECTURE)) {
      throw new BadInputException(
          file.path()
              + " holds the architecture '"
              + architecture
              + "': expected '"
              + ARCHITECTURE
              + "'");
    }
    int layers = within(file, "block_count", 1, 1024);
    List<Integer> slabs =
        Arrays.stream(list(file, "tier.feed_forward_length", Tier.values().length))
            .mapToObj(Math::toIntExact)
            .toList();
    for (int rows : slabs) {
      require(file, "tier.feed_forward_length", rows > 0 && rows <= 1 << 20, slabs);
    }
    List<Tier> tiers =
        Arrays.stream(list(file, "tier.block", layers))
            .mapToObj(t -> {
              require(file, "tier.block", t >= 0 && t < Tier.values().length, t);
              return Tier.values()[(int) t];
            })
            .toList();
    int heads = within(file, "attention.head_count", 1, 1024);
    int kvHeads = within(file, "attention.head_count_kv", 1, heads);
    require(file, "attention.head_count_kv", heads % kvHeads == 0, kvHeads);
    int headLength = within(file, "attention.key_length", 2, 1024);
    require(file, "attention.key_length", headLength % 2 == 0, headLength);
    return new FamilySpec(
        within(file, "vocab_size", 1, 1 << 24),
        within(file, "embedding_length", 1, 1 << 16),
        heads,
        kvHeads,
        headLength,
        slabs,
        tiers,
        (float) file.real(KEY + "rope.freq_base"),
        (float) file.real(KEY + "attention.layer_norm_rms_epsilon"),
        within(file, "context_length", 1, 1 << 24));
  }

  private static int within(ModelFile file, String key, int low, int high) {
    int value = file.integer(KEY + key);
    require(file, key, value >= low && value <= high, value);
    return value;
  }

  private static long[] list(ModelFile file, String key, int length) {
    long[] values = file.integers(KEY + key);
    require(file, key, values.length == length, Arrays.toString(values));
    return values;
  }

  private static void require(ModelFile file, String key, boolean condition, Object found) {
    if (!condition) {
      throw new BadInputException(file.path() + ": " + KEY + key + " cannot be " + found);
    }
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }
}
