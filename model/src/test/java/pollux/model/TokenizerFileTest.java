package pollux.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pollux.tensor.BadInputException;

class TokenizerFileTest {
  @TempDir private Path folder;

  @Test
  void comesBackAsItWasWritten() throws IOException {
    Tokenizer tokenizer = SmallVocabulary.with("a b", "Ġ c");
    GgufWriter writer = new GgufWriter();
    TokenizerFile.write(tokenizer, writer);
    Path path = folder.resolve("tokens.gguf");
    writer.write(path);
    try (Arena arena = Arena.ofConfined()) {
      GgufFile file = GgufFile.open(path, arena);
      Tokenizer read = TokenizerFile.read(file);
      assertThat(read.vocabulary()).isEqualTo(tokenizer.vocabulary());
      assertThat(read.merges()).isEqualTo(tokenizer.merges());
      for (int id = 0; id < tokenizer.size(); id++) {
        assertThat(read.isControl(id)).isEqualTo(tokenizer.isControl(id));
      }
      assertThat(file.integer("tokenizer.ggml.eos_token_id"))
          .isEqualTo(tokenizer.control(ControlTokens.END));
      assertThat(file.text("tokenizer.ggml.pre")).isEqualTo("qwen2");
    }
  }

  @Test
  void anUnknownKindOfTokenizerIsRefused() throws IOException {
    assertThatThrownBy(() -> read(new GgufWriter().text("tokenizer.ggml.model", "nonesuch")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll("other.gguf", "tokenizer.ggml.tokens", "missing");
    List<String> tokens = List.of("a", "b");
    assertThatThrownBy(() ->
            read(
                new GgufWriter()
                    .text("tokenizer.ggml.model", "nonesuch")
                    .texts("tokenizer.ggml.tokens", tokens)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll("other.gguf", "tokenizer.ggml.model", "gpt2", "nonesuch");
    assertThatThrownBy(() ->
            read(
                new GgufWriter()
                    .text("tokenizer.ggml.model", "gpt2")
                    .text("tokenizer.ggml.pre", "nonesuch")
                    .texts("tokenizer.ggml.tokens", tokens)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll("other.gguf", "nonesuch", "llama-bpe", "qwen2");
  }

  private Tokenizer read(GgufWriter writer) throws IOException {
    Path path = folder.resolve("other.gguf");
    writer.write(path);
    return Tokenizer.open(path);
  }
}
