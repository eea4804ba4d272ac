package pollux.model.folder;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pollux.model.WeightsFile;

/**
 * The families that are read from folders, a dictionary each: what its classes in transformers are
 * called, and what it says beyond the usual. What it computes stands in {@code
 * pollux.model.families}, as for GGUF files.
 */
final class FolderFamilies {
  private static final String[] GELU_TANH = {"gelu_pytorch_tanh", "gelu_new", "gelu_fast"};

  private static final List<FolderFamily> ALL =
      List.of(
          llama("LlamaForCausalLM").keys(ConfigKeys::noWindows),
          llama("MistralForCausalLM", "MixtralForCausalLM").keys(FolderFamilies::mixtral),
          FolderFamily.of("mistral3", "Ministral3ForCausalLM", "Mistral3ForConditionalGeneration")
              .passing("vision_tower.", "multi_modal_projector.")
              .keys(FolderFamilies::ministral),
          FolderFamily.of("qwen2", "Qwen2ForCausalLM").keys(ConfigKeys::noWindows),
          FolderFamily.of("qwen3", "Qwen3ForCausalLM").keys(ConfigKeys::noWindows),
          experts(FolderFamily.of("qwen3moe", "Qwen3MoeForCausalLM"))
              .keys(FolderFamilies::qwen3Moe),
          FolderFamily.of("gemma", "GemmaForCausalLM")
              // "gelu" is an old slip of these configurations: transformers take the tanh form.
              .activation("gelu", "gelu_pytorch_tanh")
              .tiedUnlessSaid()
              .withGainsThatLackOne(),
          normedBehind(FolderFamily.of("gemma2", "Gemma2ForCausalLM")).keys(FolderFamilies::gemma2),
          normedBehind(
                  FolderFamily.of("gemma3", "Gemma3ForCausalLM", "Gemma3ForConditionalGeneration"))
              .passing("vision_tower.", "multi_modal_projector.")
              .keys(FolderFamilies::gemma3),
          FolderFamily.of("phi3", "Phi3ForCausalLM")
              .tensor("layers.#.self_attn.qkv_proj", "attn_qkv")
              .tensor("layers.#.mlp.gate_up_proj", "ffn_up"),
          gpt2(),
          FolderFamily.of("smollm3", "SmolLM3ForCausalLM")
              .tiedUnlessSaid()
              .keys(FolderFamilies::smolLm3),
          FolderFamily.of("glm4", "Glm4ForCausalLM")
              .tensor("layers.#.mlp.gate_up_proj", "ffn_up")
              .tensor("layers.#.post_self_attn_layernorm", "post_attention_norm")
              .tensor("layers.#.post_mlp_layernorm", "post_ffw_norm")
              .keys(FolderFamilies::halfTurned),
          FolderFamily.of("chatglm", "GlmForCausalLM")
              .tensor("layers.#.mlp.gate_up_proj", "ffn_up")
              .keys(FolderFamilies::halfTurned),
          experts(FolderFamily.of("glm4moe", "Glm4MoeForCausalLM"))
              .tensor("layers.#.post_attention_layernorm", "post_attention_norm")
              .tensor("layers.#.mlp.gate.e_score_correction_bias", "exp_probs_b.bias")
              .tensor("layers.#.mlp.shared_experts.gate_proj", "ffn_gate_shexp")
              .tensor("layers.#.mlp.shared_experts.up_proj", "ffn_up_shexp")
              .tensor("layers.#.mlp.shared_experts.down_proj", "ffn_down_shexp")
              .keys(FolderFamilies::glm4Moe),
          FolderFamily.of("ernie4_5", "Ernie4_5ForCausalLM", "Ernie4_5_ForCausalLM")
              .tiedUnlessSaid()
              .keys(keys -> keys.expect("use_bias", false)),
          experts(FolderFamily.of("ernie4_5-moe", "Ernie4_5_MoeForCausalLM"))
              .tiedUnlessSaid()
              .tensor("layers.#.mlp.moe_statics.e_score_correction_bias", "exp_probs_b.bias")
              .tensor("layers.#.mlp.shared_experts.gate_proj", "ffn_gate_shexp")
              .tensor("layers.#.mlp.shared_experts.up_proj", "ffn_up_shexp")
              .tensor("layers.#.mlp.shared_experts.down_proj", "ffn_down_shexp")
              // What predicts further tokens.
              .passing("mtp_")
              .keys(FolderFamilies::ernieMoe),
          mixtralExperts(FolderFamily.of("minimax-m2", "MiniMaxM2ForCausalLM"))
              .tensor("layers.#.block_sparse_moe.e_score_correction_bias", "exp_probs_b.bias")
              .keys(FolderFamilies::miniMaxM2));

  private static final Map<String, FolderFamily> BY_CLASS = new TreeMap<>();

  static {
    ALL.forEach(family -> family.classes().forEach(name -> BY_CLASS.put(name, family)));
  }

  private FolderFamilies() {}

  /** The family of the class {@code name}; null where it is not known. */
  static @Nullable FolderFamily of(String name) {
    return BY_CLASS.get(name);
  }

  /** All classes that are known, in alphabetical order. */
  static List<String> classes() {
    return List.copyOf(BY_CLASS.keySet());
  }

  private static FolderFamily llama(String... classes) {
    return mixtralExperts(FolderFamily.of("llama", classes));
  }

  private static FolderFamily mixtralExperts(FolderFamily family) {
    return family
        .tensor("layers.#.block_sparse_moe.gate", "ffn_gate_inp")
        .tensor("layers.#.block_sparse_moe.experts.*.w1", "ffn_gate_exps")
        .tensor("layers.#.block_sparse_moe.experts.*.w2", "ffn_down_exps")
        .tensor("layers.#.block_sparse_moe.experts.*.w3", "ffn_up_exps");
  }

  /** Experts one by one, as before transformers 5, or stacked, as since then. */
  private static FolderFamily experts(FolderFamily family) {
    return family
        .tensor("layers.#.mlp.gate", "ffn_gate_inp")
        .tensor("layers.#.mlp.experts.*.gate_proj", "ffn_gate_exps")
        .tensor("layers.#.mlp.experts.*.up_proj", "ffn_up_exps")
        .tensor("layers.#.mlp.experts.*.down_proj", "ffn_down_exps")
        .tensor("layers.#.mlp.experts.gate_up_proj", FolderTensors.GATE_UP)
        .tensor("layers.#.mlp.experts.down_proj", "ffn_down_exps.weight");
  }

  /** Gemma 2 and 3: norms before and behind both blocks. */
  private static FolderFamily normedBehind(FolderFamily family) {
    return family
        .activation("gelu_pytorch_tanh")
        .tiedUnlessSaid()
        .withGainsThatLackOne()
        .tensor("layers.#.post_attention_layernorm", "post_attention_norm")
        .tensor("layers.#.pre_feedforward_layernorm", "ffn_norm")
        .tensor("layers.#.post_feedforward_layernorm", "post_ffw_norm")
        .keys(keys -> {
          keys.expect("use_bidirectional_attention", false);
          keys.layerTypes();
          if (keys.has("query_pre_attn_scalar")) {
            double scalar = keys.config.real("query_pre_attn_scalar");
            keys.real("attention.scale", 1 / Math.sqrt(scalar), "query_pre_attn_scalar");
          }
        });
  }

  private static FolderFamily gpt2() {
    return FolderFamily.of("gpt2", "GPT2LMHeadModel")
        .activation(GELU_TANH)
        .tiedUnlessSaid()
        .tensor("wte", "token_embd")
        .tensor("wpe", "position_embd")
        .tensor("ln_f", "output_norm")
        .tensor("h.#.ln_1", "attn_norm")
        .tensor("h.#.attn.c_attn", "attn_qkv")
        .tensor("h.#.attn.c_proj", "attn_output")
        .tensor("h.#.ln_2", "ffn_norm")
        .tensor("h.#.mlp.c_fc", "ffn_up")
        .tensor("h.#.mlp.c_proj", "ffn_down")
        // The causal mask.
        .tensor("h.#.attn.bias", FolderTensors.PASSED)
        .tensor("h.#.attn.masked_bias", FolderTensors.PASSED)
        .turned("attn_qkv", "attn_output", "ffn_up", "ffn_down")
        .keys(keys -> {
          keys.wholeUnlessSaid(
              "feed_forward_length", Math.multiplyFull(4, keys.config.integer("n_embd")));
          keys.expect("scale_attn_weights", true);
          keys.expect("scale_attn_by_inverse_layer_idx", false);
          keys.expect("add_cross_attention", false);
        });
  }

  /** The first Mistral sees the last 4096 positions alone. */
  private static void mixtral(ConfigKeys keys) {
    keys.whole("attention.sliding_window", "sliding_window");
    keys.whole("expert_count", "num_local_experts");
    keys.whole("expert_used_count", "num_experts_per_tok");
  }

  private static void ministral(ConfigKeys keys) {
    mixtral(keys);
    if (keys.config.hasSection("rope_parameters")) {
      String field = "llama_4_scaling_beta";
      double beta = keys.config.section("rope_parameters").real(field, 0);
      keys.real("attention.temperature_scale", beta, "rope_parameters." + field);
    }
  }

  private static void qwen3Moe(ConfigKeys keys) {
    keys.noWindows();
    keys.whole("expert_count", "num_experts", "num_local_experts");
    keys.whole("expert_used_count", "num_experts_per_tok");
    keys.whole("expert_feed_forward_length", "moe_intermediate_size");
    keys.expect("decoder_sparse_step", 1);
    keys.expect("norm_topk_prob", true);
    if (!keys.config.integers("mlp_only_layers").isEmpty()) {
      throw keys.bad("mlp_only_layers", "expected none, since all layers have experts here");
    }
  }

  private static void gemma2(ConfigKeys keys) {
    keys.whole("attention.sliding_window", "sliding_window");
    // Null says that there is none, as 0 does in GGUF.
    for (String cap : List.of("attn_logit_softcapping", "final_logit_softcapping")) {
      keys.real(cap, keys.config.real(cap, 0), cap);
    }
  }

  /** Sections of configurations leave out what the class has by itself. */
  private static void gemma3(ConfigKeys keys) {
    keys.wholeUnlessSaid("context_length", 131_072);
    keys.wholeUnlessSaid("attention.head_count", 8);
    keys.wholeUnlessSaid("attention.head_count_kv", 4);
    keys.wholeUnlessSaid("attention.key_length", 256);
    keys.wholeUnlessSaid("attention.value_length", 256);
    keys.realUnlessSaid("attention.layer_norm_rms_epsilon", 1e-6);
    keys.realUnlessSaid("rope.freq_base", 1_000_000);
    keys.realUnlessSaid("rope.freq_base_swa", 10_000);
    keys.realUnlessSaid("attention.scale", 1 / Math.sqrt(256));
    keys.whole("attention.sliding_window", "sliding_window");
    if (keys.config.texts("layer_types").isEmpty()) {
      keys.whole(
          "attention.sliding_window_pattern", "sliding_window_pattern", "_sliding_window_pattern");
    }
    if (keys.has("attn_logit_softcapping")) {
      throw keys.bad("attn_logit_softcapping", "expected null, which alone is computed here");
    }
    keys.real("final_logit_softcapping", "final_logit_softcapping");
  }

  /** Each fourth layer does not turn: {@code no_rope_layers} has 1 for those that do. */
  private static void smolLm3(ConfigKeys keys) {
    keys.noWindows();
    keys.expect("no_rope_layer_interval", 4);
    List<Integer> turned = keys.config.integers("no_rope_layers");
    for (int l = 0; l < turned.size(); l++) {
      if ((turned.get(l) == 0) != ((l + 1) % 4 == 0)) {
        throw keys.bad("no_rope_layers", "expected 0 for each fourth layer and 1 for the others");
      }
    }
  }

  private static void halfTurned(ConfigKeys keys) {
    keys.wholeUnlessSaid("rope.dimension_count", keys.headLength() / 2);
  }

  private static void glm4Moe(ConfigKeys keys) {
    halfTurned(keys);
    keys.whole("expert_count", "n_routed_experts");
    keys.whole("expert_used_count", "num_experts_per_tok");
    keys.whole("expert_feed_forward_length", "moe_intermediate_size");
    keys.whole("expert_shared_count", "n_shared_experts");
    keys.whole("leading_dense_block_count", "first_k_dense_replace");
    keys.whole("expert_group_count", "n_group");
    keys.whole("expert_group_used_count", "topk_group");
    keys.whole("expert_gating_func", 2, "scoring_func");
    keys.real("expert_weights_scale", "routed_scaling_factor");
    keys.flag("expert_weights_norm", keys.config.flag("norm_topk_prob", true), "norm_topk_prob");
  }

  private static void ernieMoe(ConfigKeys keys) {
    keys.expect("use_bias", false);
    keys.whole("expert_count", "moe_num_experts");
    keys.whole("expert_used_count", "moe_k");
    keys.whole("expert_feed_forward_length", "moe_intermediate_size");
    keys.whole("leading_dense_block_count", "moe_layer_start_index");
    keys.wholeUnlessSaid("leading_dense_block_count", 1);
    keys.whole("interleave_moe_layer_step", "moe_layer_interval");
    keys.wholeUnlessSaid("interleave_moe_layer_step", 1);
    long rows = keys.translated("expert_feed_forward_length", 0);
    int shared = keys.config.integer("moe_num_shared_experts", 2);
    keys.whole("expert_shared_feed_forward_length", rows * shared, "moe_num_shared_experts");
  }

  private static void miniMaxM2(ConfigKeys keys) {
    keys.whole("expert_count", "num_local_experts");
    keys.whole("expert_used_count", "num_experts_per_tok");
    keys.whole("rope.dimension_count", "rotary_dim");
    String scoring = keys.config.text("scoring_func", "sigmoid");
    if (!scoring.equals("sigmoid")) {
      throw keys.bad("scoring_func", "expected sigmoid, found " + WeightsFile.readable(scoring));
    }
    keys.whole("expert_gating_func", 2, "scoring_func");
  }
}
