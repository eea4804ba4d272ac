package pollux.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.generation.SafetensorsWriter.Entry;
import pollux.model.Prompt;
import pollux.tensor.BadInputException;
import pollux.tensor.Codec;
import pollux.tensor.ElementType;
import pollux.tensor.Tensor;

/**
 * Folders as transformers write them: the reference's models, taken apart into such folders, answer
 * as llama.cpp says of the files that they come from.
 */
class ModelFolderTest {
  private static final int MUTANTS = Integer.getInteger("pollux.fuzz", 200);

  /** Sizes that all of the reference's small models have. */
  private static final String SIZES =
      """
      "num_hidden_layers": 2, "hidden_size": 128, "intermediate_size": 192, "vocab_size": 128,
      "num_attention_heads": 2, "num_key_value_heads": 2, "head_dim": 64, "max_position_embeddings": 256,
      "rms_norm_eps": 1e-05, "rope_theta": 10000.0, "torch_dtype": "float32", "transformers_version": "4.57.1"\
      """;

  private static final String SILU = ", \"hidden_act\": \"silu\", \"tie_word_embeddings\": false";
  private static final String LONG_ROPE =
      ", \"rope_scaling\": {\"rope_type\": \"longrope\", \"short_factor\": SHORT, \"long_factor\": LONG,"
          + " \"original_max_position_embeddings\": 256}";

  /**
   * A model of the reference, and what its maker's {@code config.json} would say.
   *
   * @param file without its ending
   */
  record Model(String file, String name, String config) {
    @Override
    public String toString() {
      return name;
    }

    Path gguf() {
      return PeerFamiliesTest.folder().resolve("families").resolve(file + ".gguf");
    }

    /** All of {@code config.json}, with the numbers that the GGUF file has as tensors. */
    String json() {
      String sizes = name.startsWith("GPT2") ? "" : SIZES;
      String json = "{\"architectures\": [\"" + name + "\"], " + sizes + config + "}";
      if (json.contains("SHORT")) {
        boolean phi = file.startsWith("phi3");
        String factors = phi ? "rope_factors_short.weight" : "rope_freqs.weight";
        String shorter = Arrays.toString(FolderOfPeer.values(gguf(), factors));
        json = json.replace("SHORT", shorter).replace("LONG", shorter.replace("0.", "1."));
      }
      return json;
    }
  }

  private static final List<Model> MODELS =
      List.of(
          new Model("llama-dense", "LlamaForCausalLM", SILU + LONG_ROPE),
          new Model("mistral3-dense", "Ministral3ForCausalLM", SILU + LONG_ROPE),
          new Model(
              "llama-dense", "MistralForCausalLM", SILU + LONG_ROPE + ", \"sliding_window\": null"),
          new Model(
              "llama-moe",
              "MixtralForCausalLM",
              SILU
                  + LONG_ROPE
                  + ", \"num_local_experts\": 4, \"num_experts_per_tok\": 2, \"sliding_window\": null"),
          new Model(
              "qwen2-dense",
              "Qwen2ForCausalLM",
              SILU + ", \"use_sliding_window\": false, \"sliding_window\": 32"),
          new Model(
              "qwen3-dense",
              "Qwen3ForCausalLM",
              SILU
                  + ", \"num_attention_heads\": 4, \"num_key_value_heads\": 1, \"head_dim\": 32,"
                  + " \"layer_types\": [\"full_attention\", \"full_attention\"]"),
          new Model(
              "qwen3moe-moe",
              "Qwen3MoeForCausalLM",
              SILU
                  + ", \"num_experts\": 4, \"num_experts_per_tok\": 2, \"moe_intermediate_size\": 192,"
                  + " \"norm_topk_prob\": true, \"mlp_only_layers\": [], \"decoder_sparse_step\": 1"),
          new Model("gemma-dense", "GemmaForCausalLM", ", \"hidden_act\": \"gelu\""),
          new Model(
              "gemma2-dense",
              "Gemma2ForCausalLM",
              ", \"hidden_activation\": \"gelu_pytorch_tanh\", \"sliding_window\": 32,"
                  + " \"attn_logit_softcapping\": 50.0, \"final_logit_softcapping\": 30.0,"
                  + " \"query_pre_attn_scalar\": 64"),
          new Model(
              "gemma3-dense",
              "Gemma3ForCausalLM",
              ", \"hidden_activation\": \"gelu_pytorch_tanh\", \"sliding_window\": 32,"
                  + " \"attn_logit_softcapping\": null, \"final_logit_softcapping\": null,"
                  + " \"query_pre_attn_scalar\": 64, \"rope_local_base_freq\": 10000,"
                  + " \"layer_types\": [\"sliding_attention\", \"full_attention\"],"
                  + " \"tie_word_embeddings\": false"),
          new Model("phi3-dense", "Phi3ForCausalLM", SILU + LONG_ROPE),
          new Model(
              "gpt2-dense",
              "GPT2LMHeadModel",
              "\"n_layer\": 2, \"n_embd\": 128, \"n_inner\": 192, \"n_head\": 2, \"n_positions\": 256,"
                  + " \"layer_norm_epsilon\": 1e-05, \"activation_function\": \"gelu_new\","
                  + " \"tie_word_embeddings\": false"),
          new Model(
              "smollm3-dense",
              "SmolLM3ForCausalLM",
              SILU + ", \"no_rope_layers\": [1, 1], \"no_rope_layer_interval\": 4"),
          new Model("glm4-dense", "Glm4ForCausalLM", SILU + ", \"partial_rotary_factor\": 1.0"),
          new Model("chatglm-dense", "GlmForCausalLM", SILU + ", \"partial_rotary_factor\": 1.0"),
          new Model(
              "glm4moe-moe",
              "Glm4MoeForCausalLM",
              SILU
                  + ", \"partial_rotary_factor\": 1.0, \"n_routed_experts\": 4, \"num_experts_per_tok\": 2,"
                  + " \"moe_intermediate_size\": 192, \"n_shared_experts\": 1, \"first_k_dense_replace\": 1,"
                  + " \"norm_topk_prob\": false, \"routed_scaling_factor\": 1.0, \"n_group\": 1, \"topk_group\": 1"),
          new Model("ernie4_5-moe", "Ernie4_5ForCausalLM", SILU + ", \"use_bias\": false"),
          new Model(
              "ernie4_5-moe-moe",
              "Ernie4_5_MoeForCausalLM",
              SILU
                  + ", \"use_bias\": false, \"moe_num_experts\": 4, \"moe_k\": 2, \"moe_layer_interval\": 2,"
                  + " \"moe_layer_start_index\": 1, \"moe_intermediate_size\": 192,"
                  + " \"moe_num_shared_experts\": 1"),
          new Model(
              "minimax-m2-moe",
              "MiniMaxM2ForCausalLM",
              SILU
                  + ", \"num_local_experts\": 4, \"num_experts_per_tok\": 2, \"rotary_dim\": 64,"
                  + " \"scoring_func\": \"sigmoid\""));

  @TempDir private Path folder;

  static Stream<Model> models() {
    return MODELS.stream();
  }

  static Model model(String name) {
    Model model = MODELS.stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow();
    assumeTrue(Files.isRegularFile(model.gguf()), model.gguf() + " is missing");
    return model;
  }

  @ParameterizedTest
  @MethodSource("models")
  void oneFileAgreesWithTheReference(Model model) throws IOException {
    assumeTrue(Files.isRegularFile(model.gguf()), model.gguf() + " is missing");
    Files.writeString(folder.resolve("config.json"), model.json());
    SafetensorsWriter.whole(folder, FolderOfPeer.tensors(model.gguf(), false));
    agree(model);
  }

  @ParameterizedTest
  @MethodSource("models")
  void soDoShardsWithScalesBesideTheWeights(Model model) throws IOException {
    assumeTrue(Files.isRegularFile(model.gguf()), model.gguf() + " is missing");
    Files.writeString(folder.resolve("config.json"), model.json());
    SafetensorsWriter.shards(folder, FolderOfPeer.tensors(model.gguf(), true));
    agree(model);
  }

  private void agree(Model model) throws IOException {
    Path families = model.gguf().getParent();
    PeerFamiliesTest.agree(
        folder, families.resolve("tokens.txt"), families.resolve(model.file() + ".logits"));
  }

  @Test
  void theDecoderOfAWholeOfSeveralModalitiesIsRead() throws IOException {
    Model model = model("Gemma3ForCausalLM");
    String text = model.json().replaceFirst("\\{\"architectures\": \\[.*?], ", "{");
    Files.writeString(
        folder.resolve("config.json"),
        "{\"architectures\": [\"Gemma3ForConditionalGeneration\"], \"text_config\": "
            + text
            + ", \"vision_config\": {}}");
    Map<String, Entry> tensors = new LinkedHashMap<>();
    FolderOfPeer.tensors(model.gguf(), false)
        .forEach((name, entry) -> tensors.put("language_model." + name, entry));
    tensors.put("vision_tower.vision_model.head.weight", Entry.f32(new float[4], 2, 2));
    SafetensorsWriter.whole(folder, tensors);
    agree(model);
  }

  @Test
  void stackedExpertsAreReadAsViews() throws IOException {
    Model model = model("Qwen3MoeForCausalLM");
    Files.writeString(folder.resolve("config.json"), model.json());
    Map<String, Entry> tensors = FolderOfPeer.tensors(model.gguf(), false);
    for (int l = 0; l < 2; l++) {
      String prefix = "model.layers." + l + ".mlp.experts.";
      byte[] gateUp = new byte[4 * 4 * 384 * 128];
      byte[] down = new byte[4 * 4 * 128 * 192];
      for (int e = 0; e < 4; e++) {
        int n = 4 * 192 * 128;
        copy(tensors.remove(prefix + e + ".gate_proj.weight"), gateUp, 2 * e * n);
        copy(tensors.remove(prefix + e + ".up_proj.weight"), gateUp, (2 * e + 1) * n);
        copy(tensors.remove(prefix + e + ".down_proj.weight"), down, e * n);
      }
      tensors.put(
          prefix + "gate_up_proj", new Entry(ElementType.F32, new long[] {4, 384, 128}, gateUp));
      tensors.put(prefix + "down_proj", new Entry(ElementType.F32, new long[] {4, 128, 192}, down));
    }
    SafetensorsWriter.whole(folder, tensors);
    agree(model);
  }

  private static void copy(Entry from, byte[] to, int at) {
    System.arraycopy(from.bytes(), 0, to, at, from.bytes().length);
  }

  /** FP8 with a scale for each matrix says what the same numbers say in F32. */
  @Test
  void fp8IsItsNumbersTimesTheScale() throws IOException {
    Model model = model("Qwen3ForCausalLM");
    Map<String, Entry> eight = new LinkedHashMap<>();
    Map<String, Entry> plain = new LinkedHashMap<>();
    try (Arena arena = Arena.ofConfined()) {
      for (Map.Entry<String, Entry> tensor : FolderOfPeer.tensors(model.gguf(), false).entrySet()) {
        Entry entry = tensor.getValue();
        String name = tensor.getKey();
        if (entry.shape().length != 2 || !name.contains("layers")) {
          eight.put(name, entry);
          plain.put(name, entry);
          continue;
        }
        ElementType type = name.contains("mlp") ? ElementType.F8_E5M2 : ElementType.F8_E4M3;
        float scale = 1 / 512f;
        float[] divided = entry.floats();
        for (int i = 0; i < divided.length; i++) {
          divided[i] /= scale;
        }
        Tensor values = Tensor.of(arena, divided, entry.shape());
        Tensor few = Codec.convert(arena, values, type);
        eight.put(name, Entry.of(few));
        eight.put(name + "_scale", Entry.f32(new float[] {scale}));
        float[] back = Codec.convert(arena, few, ElementType.F32).toArray();
        for (int i = 0; i < back.length; i++) {
          back[i] *= scale;
        }
        plain.put(name, Entry.f32(back, entry.shape()));
      }
    }
    Path other = Files.createDirectory(folder.resolve("plain"));
    Files.writeString(folder.resolve("config.json"), model.json());
    Files.writeString(other.resolve("config.json"), model.json());
    SafetensorsWriter.whole(folder, eight);
    SafetensorsWriter.whole(other, plain);
    assertThat(error(logits(folder), logits(other))).isLessThan(1e-6);
  }

  /** Normalised mean squared error. */
  static double error(float[] found, float[] expected) {
    double error = 0;
    double power = 0;
    for (int i = 0; i < found.length; i++) {
      error += (found[i] - expected[i]) * (found[i] - expected[i]);
      power += expected[i] * expected[i];
    }
    return error / power;
  }

  static float[] logits(Path model) {
    try (Engine engine = Engine.open(model, EngineOptions.threads(1).withCache(ElementType.F32))) {
      return engine.logits(new Prompt(new int[] {1, 2, 3, 4, 5}, List.of()), 4)[0];
    }
  }

  @Test
  void whatIsNotReadIsRefusedByName() throws IOException {
    Model model = model("Qwen3ForCausalLM");
    String json = model.json();
    refused(json.replace("Qwen3ForCausalLM", "NobodyForCausalLM"), "architectures", "Qwen3Moe");
    refused(json.replace("\"hidden_size\"", "\"size\""), "config.json: hidden_size: it is missing");
    refused(
        json.replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3"),
        "model.layers.2.self_attn.o_proj.weight",
        "is missing");
    refused(json.replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1"), "layers.1");
    refused(json.replace("\"silu\"", "\"relu\""), "hidden_act: expected silu or swish, found relu");
    refused(
        json.replace("{\"arch", "{\"rope_scaling\": {\"type\": \"ntk\"}, \"arch"),
        "rope_scaling.rope_type: expected",
        "found ntk");
    refused(
        json.replace("{\"arch", "{\"quantization_config\": {\"quant_method\": \"gptq\"}, \"arch"),
        "quantization_config.quant_method",
        "found gptq");
    Map<String, Entry> tensors = FolderOfPeer.tensors(model.gguf(), false);
    String q = "model.layers.1.self_attn.q_proj.weight";
    Entry taken = tensors.remove(q);
    refused(json, tensors, q, "is missing");
    tensors.put(q, Entry.f32(new float[64 * 128], 64, 128));
    refused(json, tensors, q, "[64, 128]", "[128, 128]");
    tensors.put(q, taken);
    tensors.put(q + "_scale_inv", Entry.f32(new float[2], 2, 1));
    refused(json, tensors, q + "_scale_inv", "one scale for the whole matrix");
    tensors.remove(q + "_scale_inv");
    tensors.put("model.layers.1.self_attn.gate.weight", Entry.f32(new float[1], 1));
    refused(json, tensors, "model.layers.1.self_attn.gate.weight", "not known");
    tensors.remove("model.layers.1.self_attn.gate.weight");
    tensors.remove("lm_head.weight");
    refused(json, tensors, "lm_head.weight", "tie_word_embeddings");
  }

  private void refused(String json, String... words) throws IOException {
    refused(json, FolderOfPeer.tensors(model("Qwen3ForCausalLM").gguf(), false), words);
  }

  private void refused(String json, Map<String, Entry> tensors, String... words)
      throws IOException {
    Files.writeString(folder.resolve("config.json"), json);
    SafetensorsWriter.whole(folder, tensors);
    assertThatThrownBy(() -> Engine.open(folder, EngineOptions.threads(1)))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith(folder.toString())
        .hasMessageContainingAll(words);
  }

  /** Llama 3.2's factors as llama.cpp's converter computes them, by what they do to a prompt. */
  @Test
  void llama3sFactorsSlowLongWaves() throws IOException {
    Model model = model("LlamaForCausalLM");
    SafetensorsWriter.whole(folder, FolderOfPeer.tensors(model.gguf(), false));
    String json = model.json().replaceFirst(", \"rope_scaling\".*", "}");
    json = json.replace("\"rope_theta\": 10000.0", "\"rope_theta\": 500000.0");
    float[] factors = new float[32];
    Arrays.fill(factors, 0, 15, 1);
    factors[15] = 1.6513292789459229f;
    factors[16] = 3.2922627925872803f;
    factors[17] = 9.666730880737305f;
    Arrays.fill(factors, 18, 32, 32);
    String list = Arrays.toString(factors);
    Files.writeString(
        folder.resolve("config.json"),
        json.replace("}", LONG_ROPE.replace("SHORT", list).replace("LONG", list) + "}"));
    float[] expected = logits(folder);
    Files.writeString(
        folder.resolve("config.json"),
        json.replace(
            "}",
            ", \"rope_scaling\": {\"rope_type\": \"llama3\", \"factor\": 32.0, \"low_freq_factor\": 1.0,"
                + " \"high_freq_factor\": 4.0, \"original_max_position_embeddings\": 8192}}"));
    float[] found = logits(folder);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(1e-4f));
    }
  }

  @Test
  void theFirstMistralSeesAWindow() throws IOException {
    Model model = model("MistralForCausalLM");
    SafetensorsWriter.whole(folder, FolderOfPeer.tensors(model.gguf(), false));
    Map<String, float[]> byWindow = new LinkedHashMap<>();
    for (String window : List.of("null", "5", "2")) {
      Files.writeString(
          folder.resolve("config.json"),
          model.json().replace("\"sliding_window\": null", "\"sliding_window\": " + window));
      byWindow.put(window, logits(folder));
    }
    assertThat(byWindow.get("5")).isEqualTo(byWindow.get("null"));
    assertThat(byWindow.get("2")).isNotEqualTo(byWindow.get("null"));
  }

  @Test
  void aChangedConfigurationIsReadOrRefused() throws IOException {
    long seed = Long.getLong("pollux.seed", System.nanoTime());
    Random random = new Random(seed);
    List<String> odd =
        List.of(
            "0",
            "-1",
            "1",
            "2",
            "3",
            "7",
            "2147483647",
            "1e300",
            "-1e300",
            "1e-320",
            "0.5",
            "99999999999999999999",
            "null",
            "true",
            "false",
            "\"\"",
            "\"x\"",
            "[]",
            "{}",
            "[1, 0]",
            "[\"full_attention\"]",
            "\"yarn\"",
            "\"llama3\"",
            "{\"full_attention\": {}}",
            "NaN");
    List<Model> models =
        Stream.of("LlamaForCausalLM", "MixtralForCausalLM", "Gemma3ForCausalLM", "GPT2LMHeadModel")
            .map(ModelFolderTest::model)
            .toList();
    int refused = 0;
    for (Model model : models) {
      SafetensorsWriter.whole(folder, FolderOfPeer.tensors(model.gguf(), false));
      String json = model.json();
      String[] parts = json.split("(?<=: )|(?=, \")|(?=}$)");
      for (int i = 0; i < MUTANTS / models.size(); i++) {
        String[] mutant = parts.clone();
        StringBuilder text = new StringBuilder();
        for (int c = 0; c <= random.nextInt(3); c++) {
          mutant[random.nextInt(parts.length)] = odd.get(random.nextInt(odd.size()));
        }
        for (String part : mutant) {
          text.append(part);
        }
        if (random.nextInt(4) == 0) {
          text.setLength(random.nextInt(text.length()));
        }
        Files.writeString(folder.resolve("config.json"), text);
        try (Engine engine = Engine.open(folder, EngineOptions.threads(1))) {
          engine.logits(new Prompt(new int[] {1, 2, 3}, List.of()), 2);
        } catch (BadInputException e) {
          refused++;
          boolean tooLong = e.getMessage().startsWith("the conversation takes");
          assertThat(tooLong || e.getMessage().startsWith(folder.toString()))
              .as("seed %d: %s: %s", seed, text, e.getMessage())
              .isTrue();
        } catch (RuntimeException | Error e) {
          fail("seed %d: %s".formatted(seed, text), e);
        }
      }
    }
    assertThat(refused).as("mutants refused, seed %d", seed).isGreaterThan(MUTANTS / 4);
  }
}
