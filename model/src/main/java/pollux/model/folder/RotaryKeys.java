package pollux.model.folder;

import java.util.List;
import org.jspecify.annotations.Nullable;
import pollux.model.ModelConfig;
import pollux.model.WeightsFile;

/**
 * Rotary positions in a configuration: {@code rope_theta} and {@code rope_scaling}, or, since
 * transformers 5, {@code rope_parameters} alone, for all layers or for each kind of layer.
 */
final class RotaryKeys {
  private static final String FULL = "full_attention";
  private static final String SLIDING = "sliding_attention";

  /** The longest head that something is computed for here; families refuse longer ones. */
  private static final int LONGEST_HEAD = 1024;

  private final ConfigKeys keys;
  private final ModelConfig config;
  private final String field;
  private final @Nullable ModelConfig rope;
  private final @Nullable ModelConfig ofWindows;

  RotaryKeys(ConfigKeys keys) {
    this.keys = keys;
    this.config = keys.config;
    String name = config.hasSection("rope_parameters") ? "rope_parameters" : "rope_scaling";
    ModelConfig both = config.hasSection(name) ? config.section(name) : null;
    boolean apart = both != null && both.hasSection(FULL);
    this.field = apart ? name + "." + FULL : name;
    this.rope = apart && both != null ? both.section(FULL) : both;
    this.ofWindows = both != null && both.hasSection(SLIDING) ? both.section(SLIDING) : null;
  }

  void read() {
    keys.real("rope.freq_base", "rope_theta");
    keys.real("rope.freq_base_swa", "rope_local_base_freq");
    if (ofWindows != null && ofWindows.has("rope_theta")) {
      keys.real("rope.freq_base_swa", ofWindows.real("rope_theta"), "rope_parameters." + SLIDING);
    }
    if (rope != null && rope.has("rope_theta")) {
      keys.real("rope.freq_base", rope.real("rope_theta"), field + ".rope_theta");
    }
    if (config.has("partial_rotary_factor")) {
      partial(config.real("partial_rotary_factor"), "partial_rotary_factor");
    } else if (rope != null && rope.has("partial_rotary_factor")) {
      partial(rope.real("partial_rotary_factor"), field + ".partial_rotary_factor");
    }
    if (rope != null) {
      scaling(rope);
    }
  }

  private void partial(double factor, String name) {
    keys.whole("rope.dimension_count", (int) (keys.headLength() * factor), name);
  }

  private void scaling(ModelConfig rope) {
    String type = rope.text("rope_type", rope.text("type", "default"));
    switch (type) {
      // A dynamic base grows behind the context that the model learned, which is not left here.
      case "default", "dynamic", "mrope" -> {}
      case "linear" -> {
        keys.text("rope.scaling.type", "linear", field + ".rope_type");
        keys.real("rope.scaling.factor", rope.real("factor"), field + ".factor");
      }
      case "yarn" -> yarn(rope);
      case "llama3" -> llama3(rope);
      case "longrope", "su" -> longRope(rope);
      default ->
          throw keys.bad(
              field + ".rope_type",
              "expected default, linear, dynamic, yarn, llama3 or longrope, found "
                  + WeightsFile.readable(type));
    }
  }

  /** YaRN (arXiv 2309.00071). */
  private void yarn(ModelConfig rope) {
    double factor = rope.real("factor");
    keys.text("rope.scaling.type", "yarn", field + ".rope_type");
    keys.real("rope.scaling.factor", factor, field + ".factor");
    if (!rope.flag("truncate", true)) {
      throw keys.bad(field + ".truncate", "expected true, found false, which is not computed here");
    }
    for (String beta : List.of("beta_fast", "beta_slow")) {
      if (rope.has(beta)) {
        keys.real("rope.scaling.yarn_" + beta, rope.real(beta), field + "." + beta);
      }
    }
    originalContext(rope);
    double natural = magnitude(factor, 1);
    double wanted = natural;
    if (rope.has("attention_factor")) {
      wanted = rope.real("attention_factor");
    } else if (rope.real("mscale", 0) != 0 && rope.real("mscale_all_dim", 0) != 0) {
      wanted =
          magnitude(factor, rope.real("mscale")) / magnitude(factor, rope.real("mscale_all_dim"));
    }
    // The reader multiplies by the magnitude of the paper.
    keys.real("rope.scaling.attn_factor", wanted / natural, field + ".attention_factor");
  }

  private static double magnitude(double factor, double scale) {
    return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
  }

  /** Llama 3.1's factors: long waves are slowed, short ones kept, those between mixed. */
  private void llama3(ModelConfig rope) {
    double factor = rope.real("factor");
    double low = rope.real("low_freq_factor");
    double high = rope.real("high_freq_factor");
    double context = rope.integer("original_max_position_embeddings");
    int length = length();
    double base = rope.real("rope_theta", config.real("rope_theta", 10_000));
    float[] factors = new float[length / 2];
    for (int i = 0; i < factors.length; i++) {
      double wave = 2 * Math.PI * Math.pow(base, 2.0 * i / length);
      double smooth = (context / wave - low) / (high - low);
      factors[i] =
          (float)
              (wave < context / high
                  ? 1
                  : wave > context / low ? factor : 1 / ((1 - smooth) / factor + smooth));
    }
    keys.tensor("rope_freqs.weight", factors, field);
  }

  /** LongRoPE (arXiv 2402.13753). */
  private void longRope(ModelConfig rope) {
    keys.text("rope.scaling.type", "longrope", field + ".rope_type");
    double context = keys.translated("context_length", 1);
    double first = originalContext(rope);
    double scale = context / first;
    double magnitude = scale <= 1 ? 1 : Math.sqrt(1 + Math.log(scale) / Math.log(first));
    keys.real(
        "rope.scaling.attn_factor",
        rope.real("attention_factor", magnitude),
        field + ".attention_factor");
    keys.tensor("rope_factors_long.weight", rope.reals("long_factor"), field + ".long_factor");
    keys.tensor("rope_factors_short.weight", rope.reals("short_factor"), field + ".short_factor");
  }

  /** Positions that the model first learned, before its context was extended. */
  private long originalContext(ModelConfig rope) {
    String name = "original_max_position_embeddings";
    if (rope.has(name)) {
      keys.whole("rope.scaling.original_context_length", rope.integer(name), field + "." + name);
    } else {
      keys.whole("rope.scaling.original_context_length", name, "max_position_embeddings");
    }
    return keys.translated("rope.scaling.original_context_length", 1);
  }

  /** Elements of a head that turn, where they are few enough to be believed. */
  private int length() {
    long length = keys.translated("rope.dimension_count", keys.headLength());
    return length < 2 || length > LONGEST_HEAD ? 0 : (int) length;
  }
}
