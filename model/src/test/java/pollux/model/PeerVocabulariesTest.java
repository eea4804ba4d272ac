package pollux.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real vocabularies against the ids that llama.cpp's {@code test-tokenizer-0} expects: in the
 * folder that {@code -Dpollux.peer=FOLDER} names, or beside the repository.
 */
class PeerVocabulariesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"deepseek-llm", "gemma-4", "gpt-2", "llama-bpe", "llama-spm", "phi-3", "qwen2"})
  void everyIdIsThatOfLlamaCpp(String name) throws IOException {
    String peer = System.getProperty("pollux.peer", "../../shared/peer");
    Path file = Path.of(peer, "vocabularies", "ggml-vocab-" + name + ".gguf");
    assumeTrue(Files.exists(file), file + " is missing");
    String[] texts = Files.readString(Path.of(file + ".inp")).split("\n__ggml_vocab_test__\n", -1);
    List<String> expected = Files.readAllLines(Path.of(file + ".out"));
    // A separator at the very end is followed by no text.
    int count = texts[texts.length - 1].isEmpty() ? texts.length - 1 : texts.length;
    assertThat(expected).hasSize(count);
    Tokenizer tokenizer = Tokenizer.open(file);
    for (int i = 0; i < count; i++) {
      int[] ids =
          Arrays.stream(expected.get(i).split(" "))
              .filter(s -> !s.isEmpty())
              .mapToInt(Integer::parseInt)
              .toArray();
      assertThat(tokenizer.encode(texts[i])).as("'%s'", texts[i]).isEqualTo(ids);
      assertThat(tokenizer.decode(ids)).isEqualTo(texts[i]);
      TokenStream stream = tokenizer.stream();
      StringBuilder pieces = new StringBuilder();
      for (int id : ids) {
        pieces.append(stream.next(id));
      }
      assertThat(pieces.append(stream.end()).toString()).isEqualTo(texts[i]);
    }
  }
}
