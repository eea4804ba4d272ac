package pollux.generation;

import static java.util.Map.entry;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import pollux.generation.SafetensorsWriter.Entry;
import pollux.model.GgufFile;
import pollux.tensor.ElementType;

/**
 * The tensors of a small F32 GGUF file of the reference as transformers would have saved them:
 * other names, queries and keys in their own order, experts one by one, gains of Gemma's without
 * their one. It is what llama.cpp's converter does, the other way round.
 */
final class FolderOfPeer {
  private static final Map<String, String> USUAL =
      Map.ofEntries(
          entry("token_embd", "model.embed_tokens"),
          entry("output_norm", "model.norm"),
          entry("output", "lm_head"),
          entry("attn_norm", "input_layernorm"),
          entry("attn_q", "self_attn.q_proj"),
          entry("attn_k", "self_attn.k_proj"),
          entry("attn_v", "self_attn.v_proj"),
          entry("attn_output", "self_attn.o_proj"),
          entry("attn_q_norm", "self_attn.q_norm"),
          entry("attn_k_norm", "self_attn.k_norm"),
          entry("ffn_norm", "post_attention_layernorm"),
          entry("ffn_gate", "mlp.gate_proj"),
          entry("ffn_up", "mlp.up_proj"),
          entry("ffn_down", "mlp.down_proj"));

  private static final Map<String, String> NORMED_BEHIND =
      Map.of(
          "post_attention_norm", "post_attention_layernorm",
          "ffn_norm", "pre_feedforward_layernorm",
          "post_ffw_norm", "post_feedforward_layernorm");

  private static final Map<String, String> MIXTRAL =
      Map.of(
          "ffn_gate_inp", "block_sparse_moe.gate",
          "ffn_gate_exps", "block_sparse_moe.experts.*.w1",
          "ffn_down_exps", "block_sparse_moe.experts.*.w2",
          "ffn_up_exps", "block_sparse_moe.experts.*.w3",
          "exp_probs_b.bias", "block_sparse_moe.e_score_correction_bias");

  private static final Map<String, String> MIXTURE =
      Map.ofEntries(
          entry("post_attention_norm", "post_attention_layernorm"),
          entry("ffn_gate_inp", "mlp.gate"),
          entry("ffn_gate_exps", "mlp.experts.*.gate_proj"),
          entry("ffn_up_exps", "mlp.experts.*.up_proj"),
          entry("ffn_down_exps", "mlp.experts.*.down_proj"),
          entry("exp_probs_b.bias", "mlp.gate.e_score_correction_bias"),
          entry("ffn_gate_shexp", "mlp.shared_experts.gate_proj"),
          entry("ffn_up_shexp", "mlp.shared_experts.up_proj"),
          entry("ffn_down_shexp", "mlp.shared_experts.down_proj"));

  private static final String ERNIE_BIAS = "mlp.moe_statics.e_score_correction_bias";

  private static final Map<String, Map<String, String>> OTHER =
      Map.ofEntries(
          entry("llama", MIXTRAL),
          entry("minimax-m2", MIXTRAL),
          entry("ernie4_5-moe", with(MIXTURE, "exp_probs_b.bias", ERNIE_BIAS)),
          entry("qwen3moe", MIXTURE),
          entry("glm4moe", MIXTURE),
          entry("gemma2", NORMED_BEHIND),
          entry("gemma3", NORMED_BEHIND),
          entry("phi3", Map.of("ffn_up", "mlp.gate_up_proj")),
          entry("chatglm", Map.of("ffn_up", "mlp.gate_up_proj")),
          entry(
              "glm4",
              Map.of(
                  "ffn_up", "mlp.gate_up_proj",
                  "post_attention_norm", "post_self_attn_layernorm",
                  "post_ffw_norm", "post_mlp_layernorm")),
          entry(
              "gpt2",
              Map.ofEntries(
                  entry("token_embd", "transformer.wte"),
                  entry("position_embd", "transformer.wpe"),
                  entry("output_norm", "transformer.ln_f"),
                  entry("attn_norm", "ln_1"),
                  entry("attn_qkv", "attn.c_attn"),
                  entry("attn_output", "attn.c_proj"),
                  entry("ffn_norm", "ln_2"),
                  entry("ffn_up", "mlp.c_fc"),
                  entry("ffn_down", "mlp.c_proj"))));

  /** Families whose feed-forward scales count; llama.cpp passes over the others'. */
  private static final Set<String> SCALED_BLOCKS = Set.of("llama", "mistral3", "qwen3");

  private static final Set<String> SCALED_EXPERTS = Set.of("llama", "qwen3moe");
  private static final Set<String> REORDERED = Set.of("llama", "mistral3", "smollm3");

  private final GgufFile file;
  private final String family;
  private final boolean keepScales;
  private final Map<String, Entry> tensors = new LinkedHashMap<>();

  private FolderOfPeer(GgufFile file, boolean keepScales) {
    this.file = file;
    this.family = file.text("general.architecture");
    this.keepScales = keepScales && !family.equals("phi3");
    for (String name : file.names()) {
      if (name.endsWith(".weight") || name.endsWith(".bias")) {
        add(name);
      }
    }
    if (family.equals("phi3")) {
      for (int l = 0; l < file.integer("phi3.block_count"); l++) {
        fuse("model.layers." + l + ".self_attn.", "weight");
        fuse("model.layers." + l + ".self_attn.", "bias");
      }
    }
  }

  /**
   * The tensors of {@code gguf} under the names of transformers.
   *
   * @param keepScales whether scales of matrices become {@code weight_scale} beside them, not part
   *     of their values
   */
  static Map<String, Entry> tensors(Path gguf, boolean keepScales) {
    try (Arena arena = Arena.ofConfined()) {
      return new FolderOfPeer(GgufFile.open(gguf, arena), keepScales).tensors;
    }
  }

  /** The numbers of the tensor {@code name} of {@code gguf}. */
  static float[] values(Path gguf, String name) {
    try (Arena arena = Arena.ofConfined()) {
      return GgufFile.open(gguf, arena).tensor(name).toArray();
    }
  }

  /**
   * The SentencePiece vocabulary of {@code gguf} as transformers write it: pieces that are longer
   * come from merges, the likelier ones first.
   */
  static String tokenizer(Path gguf) {
    try (Arena arena = Arena.ofConfined()) {
      GgufFile file = GgufFile.open(gguf, arena);
      List<String> tokens = file.texts("tokenizer.ggml.tokens");
      double[] scores = file.reals("tokenizer.ggml.scores");
      Map<String, Integer> ids = new LinkedHashMap<>();
      for (int id = 0; id < tokens.size(); id++) {
        ids.putIfAbsent(tokens.get(id), id);
      }
      record Merge(String pair, double score) {}
      List<Merge> merges = new ArrayList<>();
      for (int id = 0; id < tokens.size(); id++) {
        String token = tokens.get(id);
        for (int i = 1; i < token.length(); i++) {
          String left = token.substring(0, i);
          String right = token.substring(i);
          if (ids.containsKey(left) && ids.containsKey(right)) {
            merges.add(new Merge("[" + quoted(left) + ", " + quoted(right) + "]", scores[id]));
          }
        }
      }
      merges.sort(Comparator.comparingDouble(Merge::score).reversed());
      return """
      {"added_tokens": [{"id": 0, "content": "<unk>", "special": true}, {"id": 1, "content": "<s>", "special": true},
         {"id": 2, "content": "</s>", "special": true}],
       "normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"},
         {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
       "pre_tokenizer": null,
       "post_processor": {"type": "TemplateProcessing",
         "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
         "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}},
       "decoder": {"type": "Sequence", "decoders": [
         {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
         {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
       "model": {"type": "BPE", "unk_token": "<unk>", "fuse_unk": true, "byte_fallback": true,
         "vocab": {%s}, "merges": [%s]}}
      """
          .formatted(
              ids.entrySet().stream()
                  .map(e -> quoted(e.getKey()) + ": " + e.getValue())
                  .collect(Collectors.joining(", ")),
              merges.stream().map(Merge::pair).collect(Collectors.joining(", ")));
    }
  }

  private static String quoted(String text) {
    return text.chars()
        .mapToObj(c -> Character.isLetterOrDigit(c) ? "" + (char) c : "\\u%04x".formatted(c))
        .collect(Collectors.joining("", "\"", "\""));
  }

  private void add(String name) {
    boolean inLayer = name.startsWith("blk.");
    String layer = inLayer ? name.split("\\.")[1] : "";
    String part = inLayer ? name.split("\\.", 3)[2] : name;
    String suffix = part.substring(part.lastIndexOf('.'));
    String base = part.substring(0, part.lastIndexOf('.'));
    if (base.startsWith("rope_") || base.equals("cls.output")) {
      return; // in config.json; of no use to a decoder
    }
    if (family.startsWith("ernie4_5") && part.equals("attn_output.bias")) {
      return; // left out by llama.cpp
    }
    float[] values = file.tensor(name).toArray();
    long[] shape = file.entry(name).shape();
    float[] scales = scales(inLayer ? "blk." + layer + "." + base : base, base);
    boolean biased = file.names().contains(name.replace(".weight", ".bias"));
    boolean scalesBias = SCALED_BLOCKS.contains(family) && base.matches("ffn_(gate|up|down)");
    boolean apart = keepScales && !(scalesBias && (biased || suffix.equals(".bias")));
    if (scales.length > 0 && !apart && (suffix.equals(".weight") || scalesBias)) {
      int each = values.length / scales.length;
      for (int i = 0; i < values.length; i++) {
        values[i] *= scales[i / each];
      }
    }
    if (family.startsWith("gemma") && base.endsWith("norm")) {
      for (int i = 0; i < values.length; i++) {
        values[i] -= 1;
      }
    }
    if (base.equals("attn_q") || base.equals("attn_k")) {
      values = inItsOwnOrder(values, (int) shape[0]);
    }
    if (family.equals("gpt2") && shape.length == 2 && inLayer) {
      values = turned(values, (int) shape[0], (int) shape[1]);
      shape = new long[] {shape[1], shape[0]};
    }
    if (family.equals("ernie4_5-moe") && base.endsWith("_shexp")) {
      // There they are as long as an expert: rows and columns of zeros more say nothing.
      int rows = base.startsWith("ffn_down") ? (int) shape[0] : 192;
      values = padded(values, (int) shape[1], rows, base.startsWith("ffn_down") ? 192 : 128);
      shape = new long[] {rows, values.length / rows};
    }
    if (family.equals("ernie4_5-moe") && part.equals("exp_probs_b.bias")) {
      shape = new long[] {1, shape[0]};
    }
    String theirs = named(part, base, suffix);
    String prefix = !inLayer ? "" : family.equals("gpt2") ? "transformer.h." : "model.layers.";
    String whole = inLayer ? prefix + layer + "." + theirs : theirs;
    boolean scaled = apart && suffix.equals(".weight") && scales.length > 0;
    if (whole.contains("*")) {
      int each = values.length / (int) shape[0];
      for (int e = 0; e < shape[0]; e++) {
        String expert = whole.replace("*", Integer.toString(e));
        float[] some = Arrays.copyOfRange(values, e * each, (e + 1) * each);
        tensors.put(expert, Entry.f32(some, shape[1], shape[2]));
        if (scaled) {
          tensors.put(expert + "_scale", Entry.f32(new float[] {scales[e]}));
        }
      }
    } else {
      tensors.put(whole, Entry.f32(values, shape));
      if (scaled) {
        tensors.put(whole + "_scale", Entry.f32(scales));
      }
    }
  }

  private String named(String part, String base, String suffix) {
    Map<String, String> other = OTHER.getOrDefault(family, Map.of());
    String whole = other.get(part);
    if (whole != null) {
      return whole;
    }
    String name = other.getOrDefault(base, USUAL.get(base));
    if (name == null) {
      throw new AssertionError(file.path() + " has " + part);
    }
    return name + suffix;
  }

  /** The scales that count, by expert; none where there are none. */
  private float[] scales(String name, String base) {
    boolean counts =
        base.startsWith("attn_") && !base.endsWith("norm")
            || base.endsWith("_exps") && SCALED_EXPERTS.contains(family)
            || base.matches("ffn_(gate|up|down)") && SCALED_BLOCKS.contains(family);
    return counts && file.names().contains(name + ".scale")
        ? file.tensor(name + ".scale").toArray()
        : new float[0];
  }

  /**
   * The converter has put elements i and i + half of a head beside each other for Llama's kin; for
   * GLM-4 with multimodal positions it has taken neighbours apart.
   */
  private float[] inItsOwnOrder(float[] values, int rows) {
    boolean neighbours = REORDERED.contains(family);
    if (!neighbours && !family.equals("glm4")) {
      return values;
    }
    int even =
        file.integer(family + ".embedding_length") / file.integer(family + ".attention.head_count");
    int head = file.integer(family + ".attention.key_length", even);
    int columns = values.length / rows;
    float[] ordered = new float[values.length];
    for (int row = 0; row < rows; row++) {
      int start = row / head * head;
      int i = row - start;
      int half = head / 2;
      int from = neighbours ? i % half * 2 + i / half : i % 2 * half + i / 2;
      System.arraycopy(values, (start + from) * columns, ordered, row * columns, columns);
    }
    return ordered;
  }

  private static float[] padded(float[] values, int columns, int newRows, int newColumns) {
    float[] padded = new float[newRows * newColumns];
    for (int i = 0; i < values.length; i++) {
      padded[i / columns * newColumns + i % columns] = values[i];
    }
    return padded;
  }

  private static Map<String, String> with(Map<String, String> map, String key, String value) {
    Map<String, String> other = new HashMap<>(map);
    other.put(key, value);
    return Map.copyOf(other);
  }

  private static float[] turned(float[] values, int rows, int columns) {
    float[] turned = new float[values.length];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        turned[c * rows + r] = values[r * columns + c];
      }
    }
    return turned;
  }

  private void fuse(String prefix, String suffix) {
    Map<String, Integer> rows = new HashMap<>();
    byte[] all = new byte[0];
    long[] shape = {};
    for (String part : List.of("q_proj.", "k_proj.", "v_proj.")) {
      Entry entry = tensors.remove(prefix + part + suffix);
      rows.put(part, (int) entry.shape()[0]);
      byte[] more = Arrays.copyOf(all, all.length + entry.bytes().length);
      System.arraycopy(entry.bytes(), 0, more, all.length, entry.bytes().length);
      all = more;
      shape = entry.shape();
    }
    shape[0] = rows.values().stream().mapToInt(Integer::intValue).sum();
    tensors.put(prefix + "qkv_proj." + suffix, new Entry(ElementType.F32, shape, all));
  }
}
