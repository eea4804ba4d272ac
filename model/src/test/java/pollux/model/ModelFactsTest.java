package pollux.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pollux.tensor.BadInputException;
import pollux.tensor.ElementType;
import pollux.tensor.Tensor;

class ModelFactsTest {
  @TempDir Path temp;

  @Test
  void aGgufFileSaysWhatItHolds() throws IOException {
    Path path = temp.resolve("m.gguf");
    try (Arena arena = Arena.ofConfined()) {
      new GgufWriter()
          .text("general.architecture", "llama")
          .text("general.name", "Small")
          .text("general.license", "mit")
          .integer("llama.block_count", 3)
          .integer("llama.embedding_length", 64)
          .integer("llama.attention.head_count", 8)
          .integers("llama.attention.head_count_kv", new int[] {2, 0, 4})
          .integer("llama.feed_forward_length", 128)
          .integer("llama.context_length", 8192)
          .integer("llama.expert_count", 4)
          .integer("llama.expert_used_count", 2)
          .text("tokenizer.ggml.model", "gpt2")
          .text("tokenizer.ggml.pre", "llama-bpe")
          .texts("tokenizer.ggml.tokens", List.of("a", "b", "c"))
          .text("tokenizer.chat_template", "x")
          .tensor("a", Tensor.f32(arena, 2, 32))
          .tensor("b", Tensor.allocate(arena, ElementType.Q8_0, 3, 64))
          .tensor("c", Tensor.f32(arena, 5))
          .write(path);
      ModelFacts facts = ModelFacts.of(path, arena);
      assertThat(facts.family()).isEqualTo("llama");
      assertThat(facts.name()).isEqualTo("Small");
      assertThat(facts.licence()).isEqualTo("mit");
      assertThat(facts.tokenizer()).isEqualTo("gpt2, llama-bpe");
      assertThat(facts.templates()).containsExactly("default");
      assertThat(facts.modalities()).containsExactly("text");
      // The middle layer keeps nothing; heads are 64 / 8 long, keys and values.
      assertThat(facts.sizes())
          .isEqualTo(new ModelFacts.Sizes(3, 64, 8, 4, 8, 128, 4, 2, 3, 8192, 6 * 16));
      assertThat(facts.weights())
          .containsEntry("F32", new ModelFacts.TypeUse(2, 69, 276))
          .containsEntry("Q8_0", new ModelFacts.TypeUse(1, 192, 204));
      assertThat(facts.parameters()).isEqualTo(261);
      assertThat(facts.weightBytes()).isEqualTo(480);
      assertThat(facts.cacheBytes(4096)).isEqualTo(4096 * 6 * 16 * 2);
    }
  }

  @Test
  void aProjectorSaysWhatItTakes() throws IOException {
    Path path = temp.resolve("mmproj.gguf");
    new GgufWriter()
        .text("general.architecture", "clip")
        .flag("clip.has_vision_encoder", true)
        .flag("clip.has_audio_encoder", true)
        .write(path);
    try (Arena arena = Arena.ofConfined()) {
      assertThat(ModelFacts.of(path, arena).modalities()).containsExactly("pictures", "sound");
    }
  }

  @Test
  void aFolderSaysWhatItHolds() throws IOException {
    write(
        "config.json",
        """
        {"model_type": "gemma3", "vision_config": {},
         "text_config": {"num_hidden_layers": 2, "hidden_size": 32, "num_attention_heads": 4,
           "num_key_value_heads": 1, "head_dim": 16, "intermediate_size": 64, "vocab_size": 9,
           "max_position_embeddings": 1024}}
        """);
    write(
        "README.md", "---\nlanguage: en\nlicense: other\nlicense_name: gemma\n---\nlicense: no\n");
    write(
        "tokenizer.json", "{\"version\": \"1.0\", \"model\": {\"type\": \"BPE\", \"vocab\": {}}}");
    write("chat_template.jinja", "x");
    weights("{\"a\": {\"dtype\": \"BF16\", \"shape\": [2, 3], \"data_offsets\": [0, 12]}}", 12);
    try (Arena arena = Arena.ofConfined()) {
      ModelFacts facts = ModelFacts.of(temp, arena);
      assertThat(facts.family()).isEqualTo("gemma3");
      assertThat(facts.licence()).isEqualTo("gemma");
      assertThat(facts.tokenizer()).isEqualTo("BPE");
      assertThat(facts.templates()).containsExactly("default");
      assertThat(facts.modalities()).containsExactly("text", "pictures");
      assertThat(facts.sizes())
          .isEqualTo(new ModelFacts.Sizes(2, 32, 4, 1, 16, 64, 0, 0, 9, 1024, 2 * 2 * 16));
      assertThat(facts.weights()).containsEntry("BF16", new ModelFacts.TypeUse(1, 6, 12));
      assertThat(ModelFacts.weightsOf(temp, arena).tensor("a").type()).isEqualTo(ElementType.BF16);
    }
  }

  @Test
  void aDamagedConfigurationIsNamed() throws IOException {
    weights("{}", 0);
    refused("config.json: there is no such file");
    write("config.json", "{\"num_hidden_layers\": ");
    refused("config.json: expected JSON: ");
    write("config.json", "[]");
    refused("config.json: expected a JSON object");
    write("config.json", "{\"text_config\": {\"num_hidden_layers\": -1}}");
    refused("config.json: text_config.num_hidden_layers: expected a whole number from 0");
  }

  private void refused(String problem) {
    try (Arena arena = Arena.ofConfined()) {
      assertThatThrownBy(() -> ModelFacts.of(temp, arena))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining(problem);
    }
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(temp.resolve(name), text);
  }

  private void weights(String header, int bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length()).array());
    out.write(header.getBytes(StandardCharsets.UTF_8));
    out.write(new byte[bytes]);
    Files.write(temp.resolve("model.safetensors"), out.toByteArray());
  }
}
