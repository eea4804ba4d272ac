package pollux.model.folder;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import pollux.model.GgufValue;
import pollux.model.ModelConfig;
import pollux.model.WeightsFile;
import pollux.tensor.BadInputException;

/**
 * Translates {@code config.json} into the keys of GGUF, one after another, and remembers where each
 * came from. Nothing is checked here: the families hold every number within bounds.
 */
final class ConfigKeys {
  /** Where the decoder's keys are: models of several modalities have them in a section. */
  final ModelConfig config;

  private final String architecture;
  private final String section;
  private final Map<String, GgufValue> values = new LinkedHashMap<>();
  private final Map<String, String> fields = new HashMap<>();
  private final Map<String, float[]> tensors = new LinkedHashMap<>();

  ConfigKeys(ModelConfig whole, FolderFamily family) {
    boolean within = whole.hasSection("text_config");
    this.config = within ? whole.section("text_config") : whole;
    this.section = within ? "text_config." : "";
    this.architecture = family.architecture();
    values.put("general.architecture", new GgufValue.Text(architecture));
    usual();
    new RotaryKeys(this).read();
    family.keys().accept(this);
    activation(family.activations());
  }

  /** What the files of most families say, in the words that their configurations have for it. */
  private void usual() {
    whole("block_count", "num_hidden_layers", "n_layer", "num_layers");
    whole("context_length", "max_position_embeddings", "n_positions", "n_ctx", "seq_length");
    whole("embedding_length", "hidden_size", "n_embd");
    whole("feed_forward_length", "intermediate_size", "n_inner", "ffn_hidden_size");
    whole("attention.head_count", "num_attention_heads", "n_head");
    whole("attention.head_count_kv", "num_key_value_heads");
    whole("attention.key_length", "head_dim");
    whole("attention.value_length", "head_dim");
    real("attention.layer_norm_rms_epsilon", "rms_norm_eps");
    real("attention.layer_norm_epsilon", "layer_norm_epsilon", "layer_norm_eps");
  }

  Map<String, GgufValue> values() {
    return values;
  }

  /** Small tensors of GGUF files that a configuration gives as numbers, by name. */
  Map<String, float[]> tensors() {
    return tensors;
  }

  /** What {@code config.json} calls the key {@code key} of GGUF. */
  String field(String key) {
    return fields.getOrDefault(key, key);
  }

  boolean has(String field) {
    return config.has(field);
  }

  /** The integer of the first of {@code fields} that is there; no key where none is. */
  void whole(String key, String... fields) {
    named(key, fields[0]);
    for (String field : fields) {
      if (config.has(field)) {
        whole(key, config.integer(field), field);
        return;
      }
    }
  }

  /** An integer that follows from {@code field}. */
  void whole(String key, long value, String field) {
    put(key, new GgufValue.Whole(GgufValue.Type.INT64, value), field);
  }

  /** An integer that configurations leave out where it is {@code value}. */
  void wholeUnlessSaid(String key, long value) {
    if (!values.containsKey(name(key))) {
      whole(key, value, field(name(key)));
    }
  }

  void real(String key, String... fields) {
    named(key, fields[0]);
    for (String field : fields) {
      if (config.has(field)) {
        real(key, config.real(field), field);
        return;
      }
    }
  }

  void real(String key, double value, String field) {
    put(key, new GgufValue.Real(GgufValue.Type.FLOAT64, value), field);
  }

  void realUnlessSaid(String key, double value) {
    if (!values.containsKey(name(key))) {
      real(key, value, field(name(key)));
    }
  }

  void text(String key, String value, String field) {
    put(key, new GgufValue.Text(value), field);
  }

  void flag(String key, boolean value, String field) {
    put(key, new GgufValue.Flag(value), field);
  }

  void flags(String key, boolean[] values, String field) {
    put(key, new GgufValue.Flags(values), field);
  }

  /** A tensor {@code [values.length]} that GGUF files have under {@code name}. */
  void tensor(String name, float[] values, String field) {
    tensors.put(name, values);
    fields.put(name, section + field);
  }

  /** A number that has been translated already; {@code otherwise} where there is none. */
  long translated(String key, long otherwise) {
    return values.get(name(key)) instanceof GgufValue.Whole(var _, long value) ? value : otherwise;
  }

  /** Elements of a head, 0 where the configuration does not say. */
  int headLength() {
    long heads = translated("attention.head_count", 0);
    long even = heads == 0 ? 0 : translated("embedding_length", 0) / heads;
    return (int) translated("attention.key_length", even);
  }

  /** Which layers have a sliding window: {@code layer_types}, where the configuration has it. */
  void layerTypes() {
    List<String> types = config.texts("layer_types");
    if (types.isEmpty()) {
      return;
    }
    boolean[] windows = new boolean[types.size()];
    for (int l = 0; l < windows.length; l++) {
      windows[l] = isWindow(types.get(l));
    }
    flags("attention.sliding_window_pattern", windows, "layer_types");
  }

  private boolean isWindow(String type) {
    if (!type.equals("sliding_attention") && !type.equals("full_attention")) {
      throw bad(
          "layer_types",
          "expected full_attention or sliding_attention, found " + WeightsFile.readable(type));
    }
    return type.equals("sliding_attention");
  }

  /** Refuses windows, which this family is computed without. */
  void noWindows() {
    expect("use_sliding_window", false);
    for (String type : config.texts("layer_types")) {
      if (isWindow(type)) {
        throw bad("layer_types", "expected full_attention throughout, found " + type);
      }
    }
  }

  /** Refuses another value than the one that is computed; not saying it is fine. */
  void expect(String field, boolean value) {
    if (config.flag(field, value) != value) {
      throw bad(field, "expected " + value + ", found " + !value + ", which is not computed here");
    }
  }

  /** As {@link #expect(String, boolean)}. */
  void expect(String field, int value) {
    int found = config.integer(field, value);
    if (found != value) {
      throw bad(field, "expected " + value + ", found " + found + ", which is not computed here");
    }
  }

  private void activation(Set<String> known) {
    for (String field : List.of("hidden_activation", "hidden_act", "activation_function")) {
      if (config.has(field)) {
        String found = config.text(field);
        if (!known.contains(found)) {
          throw bad(
              field,
              "expected "
                  + String.join(" or ", known.stream().sorted().toList())
                  + ", found "
                  + WeightsFile.readable(found)
                  + ", which is not computed here");
        }
        return;
      }
    }
  }

  /** The error of {@code field} in {@code config.json}. */
  BadInputException bad(String field, String problem) {
    return new BadInputException(config.path() + ": " + section + field + ": " + problem);
  }

  private void put(String key, GgufValue value, String field) {
    values.put(name(key), value);
    named(key, field);
  }

  private void named(String key, String field) {
    fields.put(name(key), section + field);
  }

  private String name(String key) {
    return architecture + "." + key;
  }
}
