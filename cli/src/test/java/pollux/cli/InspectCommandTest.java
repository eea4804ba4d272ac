package pollux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pollux.model.GgufWriter;
import pollux.tensor.ElementType;
import pollux.tensor.Tensor;
import tools.jackson.databind.json.JsonMapper;

class InspectCommandTest {
  @TempDir Path temp;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void theFileIsDescribedInLines() throws IOException {
    assertThat(pollux(model().toString(), "--tensors")).isZero();
    assertThat(out())
        .contains("family      llama\n")
        .contains("licence     not said\n")
        .contains(
            "sizes       2 layers, width 64, feed-forward 96, 4 heads of 16, 2 for keys and values\n")
        .contains("context     1024\n")
        .contains("tokenizer   gpt2, 2 tokens\n")
        .contains("weights     F16          1 tensors, 192 elements, 0.4 KiB\n")
        .contains(
            "memory      0.4 KiB of weights; keys and values in F16: 1.0 MiB at 4096 positions, 256.0 KiB at 1024\n")
        .contains("  blk.0.x ")
        .contains("3 x 64");
    assertThat(err()).isEmpty();
  }

  @Test
  @SuppressWarnings("unchecked")
  void jsonIsOneObject() throws IOException {
    assertThat(pollux(model().toString(), "--json", "--tensors")).isZero();
    Map<String, Object> object = JsonMapper.shared().readValue(out(), Map.class);
    assertThat(object)
        .containsEntry("family", "llama")
        .containsEntry("parameters", 192)
        .containsEntry("templates", List.of())
        .containsEntry(
            "weights", Map.of("F16", Map.of("tensors", 1, "elements", 192, "bytes", 384)))
        .containsEntry(
            "tensors",
            List.of(
                Map.of("name", "blk.0.x", "type", "F16", "shape", List.of(3, 64), "bytes", 384)));
    assertThat((Map<String, Object>) object.get("memory"))
        .containsEntry("cache_4096", 2 * 2 * 2 * 16 * 2 * 4096);
  }

  @Test
  void whatIsNoModelIsNamed() {
    assertThat(pollux("nowhere.gguf")).isEqualTo(2);
    assertThat(pollux(temp.toString())).isEqualTo(2);
    assertThat(err())
        .contains("nowhere.gguf", "config.json: there is no such file")
        .hasLineCount(2);
  }

  private Path model() throws IOException {
    Path path = temp.resolve("m.gguf");
    try (Arena arena = Arena.ofConfined()) {
      new GgufWriter()
          .text("general.architecture", "llama")
          .integer("llama.block_count", 2)
          .integer("llama.embedding_length", 64)
          .integer("llama.attention.head_count", 4)
          .integer("llama.attention.head_count_kv", 2)
          .integer("llama.feed_forward_length", 96)
          .integer("llama.context_length", 1024)
          .text("tokenizer.ggml.model", "gpt2")
          .texts("tokenizer.ggml.tokens", List.of("a", "b"))
          .tensor("blk.0.x", Tensor.allocate(arena, ElementType.F16, 3, 64))
          .write(path);
    }
    return path;
  }

  private int pollux(String... options) {
    String[] args = new String[options.length + 1];
    args[0] = "inspect";
    System.arraycopy(options, 0, args, 1, options.length);
    Streams io =
        new Streams(
            new ByteArrayInputStream(new byte[0]),
            out,
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false);
    return Main.run(io, o -> new Parrot(), args);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
