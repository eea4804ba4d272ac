package pollux.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pollux.generation.ModelFolderTest.Model;
import pollux.generation.SafetensorsWriter.Entry;
import pollux.model.Message;
import pollux.model.Part;
import pollux.tensor.BadInputException;
import pollux.tensor.Codec;
import pollux.tensor.ElementType;
import pollux.tensor.Tensor;

/** Folders that are asked: with their tokenizer, template and ends, in the types that they have. */
class FolderAnswersTest {
  @TempDir private Path folder;

  /** A real model, taken apart into a folder with the tokenizer that its maker would have added. */
  @Test
  void aRealModelTellsTheSameStory() throws IOException {
    Path gguf = PeerFamiliesTest.folder().resolve("stories260K/stories260K.gguf");
    assumeTrue(Files.isRegularFile(gguf), gguf + " is missing");
    SafetensorsWriter.shards(folder, FolderOfPeer.tensors(gguf, false));
    Files.writeString(folder.resolve("tokenizer.json"), FolderOfPeer.tokenizer(gguf));
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"bos_token\": \"<s>\", \"eos_token\": {\"content\": \"</s>\"}}");
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"architectures": ["LlamaForCausalLM"], "num_hidden_layers": 5, "hidden_size": 64,
         "intermediate_size": 172, "num_attention_heads": 8, "num_key_value_heads": 4, "vocab_size": 512,
         "max_position_embeddings": 512, "rms_norm_eps": 1e-05, "rope_theta": 10000.0, "hidden_act": "silu",
         "rope_scaling": null, "tie_word_embeddings": true}
        """);
    PeerFamiliesTest.agree(
        folder,
        gguf.resolveSibling("stories260K.tokens.txt"),
        gguf.resolveSibling("stories260K.logits"));
    String expected = Files.readString(gguf.resolveSibling("stories260K.greedy.txt")).strip();
    EngineOptions options = EngineOptions.threads(2).withCache(ElementType.F32);
    try (Engine engine = Engine.open(folder, options);
        Engine file = Engine.open(gguf, options)) {
      assertThat(engine.raw(expected).tokens()).isEqualTo(file.raw(expected).tokens());
      assertThat(engine.sha256()).hasSize(64).isNotEqualTo(file.sha256());
      int tokens = engine.raw(expected).tokens().length;
      Answer told =
          engine.answer(
              engine.raw("Once upon a time"), new Sampling(0, 1, tokens, 0), AnswerListener.SILENT);
      assertThat(("Once upon a time" + told.text()).strip()).startsWith(expected);
    }
  }

  /** Rounded numbers say the same in few bits as in F32, wherever their bytes begin. */
  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void halvesAreReadAsTheyLie(ElementType type) throws IOException {
    Model model = ModelFolderTest.model("MistralForCausalLM");
    Path whole = Files.createDirectory(folder.resolve("whole"));
    Map<String, Entry> halves = new LinkedHashMap<>();
    Map<String, Entry> rounded = new LinkedHashMap<>();
    try (Arena arena = Arena.ofConfined()) {
      FolderOfPeer.tensors(model.gguf(), false)
          .forEach((name, entry) -> {
            Tensor few =
                Codec.convert(arena, Tensor.of(arena, entry.floats(), entry.shape()), type);
            halves.put(name, Entry.of(few));
            rounded.put(name, Entry.of(Codec.convert(arena, few, ElementType.F32)));
          });
    }
    for (Path path : List.of(folder, whole)) {
      Files.writeString(path.resolve("config.json"), model.json());
    }
    SafetensorsWriter.shards(folder, halves);
    SafetensorsWriter.whole(whole, rounded);
    // A kernel may round what it multiplies with to the same type.
    assertThat(ModelFolderTest.error(ModelFolderTest.logits(folder), ModelFolderTest.logits(whole)))
        .isLessThan(1e-4);
  }

  @Test
  void aFolderIsAskedInItsOwnWords() throws IOException {
    Model model = ModelFolderTest.model("Qwen3ForCausalLM");
    Files.writeString(folder.resolve("config.json"), model.json());
    SafetensorsWriter.whole(folder, FolderOfPeer.tensors(model.gguf(), false));
    try (Engine engine = Engine.open(folder, EngineOptions.threads(1))) {
      assertThatThrownBy(() -> engine.raw("ab"))
          .isInstanceOf(BadInputException.class)
          .hasMessageContainingAll(folder.toString(), "tokenizer.json is not there");
    }
    Files.writeString(
        folder.resolve("tokenizer.json"),
        """
        {"added_tokens": [{"id": 5, "content": "<|ask|>", "special": true},
           {"id": 6, "content": "<|reply|>", "special": true}, {"id": 7, "content": "<|stop|>", "special": true}],
         "pre_tokenizer": null, "post_processor": null, "decoder": {"type": "ByteLevel"},
         "normalizer": null,
         "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "c": 2, "ab": 3, "x": 4}, "merges": ["a b"]}}
        """);
    Files.writeString(
        folder.resolve("chat_template.jinja"),
        "{% for m in messages %}<|ask|>{{ m.content }}{% endfor %}<|reply|>");
    Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [7, 4]}");
    try (Engine engine = Engine.open(folder, EngineOptions.threads(1))) {
      assertThat(engine.prompt(List.of(Message.user(new Part.Text("cab")))).tokens())
          .containsExactly(5, 2, 3, 6);
      assertThat(engine.tokenizer().isEndOfGeneration(4)).isTrue();
      assertThat(engine.tokenizer().isEndOfGeneration(7)).isTrue();
      assertThat(engine.tokenizer().isEndOfGeneration(6)).isFalse();
      Answer answer =
          engine.answer(
              List.of(Message.user(new Part.Text("cab"))),
              new Sampling(0, 1, 8, 0),
              AnswerListener.SILENT);
      assertThat(answer.text()).matches("[abcx]*");
    }
  }
}
