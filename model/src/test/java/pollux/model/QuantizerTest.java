package pollux.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pollux.tensor.BadInputException;
import pollux.tensor.Codec;
import pollux.tensor.ElementType;
import pollux.tensor.Tensor;
import pollux.tensor.WorkTeam;

class QuantizerTest {
  @TempDir private Path folder;

  /**
   * The files of {@code quantisations/} in the folder of the peer's reference outputs ({@code
   * -Dpollux.peer=FOLDER}) were made from the F32 one by {@code llama-quantize --pure}.
   */
  @ParameterizedTest
  @EnumSource(
      value = FileType.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"F32", "Q3_K_S", "Q3_K_L", "Q4_K_S", "Q5_K_S"})
  void theWholeFileIsThatOfThePeer(FileType type) throws IOException {
    String peer = System.getProperty("pollux.peer", "../../shared/peer");
    Path expected = Path.of(peer, "quantisations", "llama-" + type + ".gguf");
    assumeTrue(Files.exists(expected), expected + " is missing");
    Path found = folder.resolve("out.gguf");
    quantise(expected.resolveSibling("llama-F32.gguf"), found, type, true);
    assertThat(Files.mismatch(found, expected)).as("first byte that differs").isEqualTo(-1);
  }

  private static Map<ElementType, Integer> quantise(
      Path from, Path to, FileType type, boolean pure) {
    try (WorkTeam team = new WorkTeam(2)) {
      return Quantizer.write(from, to, type, pure, team, _ -> {});
    }
  }

  /** A small model: its file, and tensors whose elements count up. */
  private Path model(ElementType type, float value) throws IOException {
    Path path = folder.resolve("model.gguf");
    try (Arena arena = Arena.ofConfined()) {
      GgufWriter writer =
          new GgufWriter()
              .text("general.architecture", "llama")
              .integer("llama.block_count", 1)
              .integer("general.file_type", 0)
              .text("some.key", "kept");
      for (String name : List.of("blk.0.ffn_down.weight", "blk.0.attn_v.weight", "output.weight")) {
        Tensor matrix = Tensor.f32(arena, 3, name.contains("down") ? 96 : 256);
        for (long i = 0; i < matrix.elements(); i++) {
          matrix.set(i, i % 17 * value);
        }
        writer.tensor(name, Codec.convert(arena, matrix, type));
      }
      writer.tensor("blk.0.attn_norm.weight", Tensor.of(arena, new float[256], 256)).write(path);
    }
    return path;
  }

  @Test
  void metadataIsKeptAndMatricesAreQuantised() throws IOException {
    Path from = model(ElementType.BF16, 1);
    Path to = folder.resolve("small.gguf");
    assertThat(quantise(from, to, FileType.Q4_K_M, false))
        .containsOnly(
            Map.entry(ElementType.F32, 1),
            Map.entry(ElementType.Q8_0, 1), // 96 columns fill no block of Q6_K
            Map.entry(ElementType.Q6_K, 2));
    try (Arena arena = Arena.ofConfined()) {
      GgufFile file = GgufFile.open(to, arena);
      assertThat(file.text("some.key")).isEqualTo("kept");
      assertThat(file.integer("general.file_type")).isEqualTo(15);
      assertThat(file.integer("general.quantization_version")).isEqualTo(2);
      assertThat(file.tensors().keySet())
          .containsExactly(
              "output.weight",
              "blk.0.attn_norm.weight",
              "blk.0.attn_v.weight",
              "blk.0.ffn_down.weight");
      float[] values =
          Codec.convert(arena, file.tensor("output.weight"), ElementType.F32).toArray();
      for (int i = 0; i < values.length; i++) {
        assertThat(values[i]).isBetween(i % 17 - 0.3f, i % 17 + 0.3f);
      }
    }
    assertThatThrownBy(() -> quantise(to, folder.resolve("again.gguf"), FileType.Q4_0, false))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll("small.gguf", "attn_v.weight", "Q6_K already");
  }

  @Test
  void whatCannotBeQuantisedLeavesNothingBehind() throws IOException {
    Path from = model(ElementType.F32, Float.POSITIVE_INFINITY);
    assertThatThrownBy(() -> quantise(from, folder.resolve("out.gguf"), FileType.Q8_0, true))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll("model.gguf", "weight", "NaN");
    assertThatThrownBy(() -> quantise(from, from, FileType.Q8_0, true))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("itself");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(from);
    }
  }

  @Test
  void namesAreThoseOfThePeer() {
    assertThat(FileType.of("q4_k")).isEqualTo(FileType.Q4_K_M);
    assertThat(FileType.of("IQ4_nl")).isEqualTo(FileType.IQ4_NL);
    assertThatThrownBy(() -> FileType.of("Q9"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll("'Q9'", "Q4_K_M");
  }

  /**
   * The mixtures that llama.cpp's own tests pin for real models: {@code tests/snapshots} of its
   * source, {@code -Dpollux.llamacpp=FOLDER}. The tensors are made up here from the sizes of the
   * models.
   */
  @ParameterizedTest
  @EnumSource(Shape.class)
  void mixturesAreThoseOfThePeer(Shape model) throws IOException {
    String source = System.getProperty("pollux.llamacpp");
    assumeTrue(source != null, "no -Dpollux.llamacpp=FOLDER with the source of llama.cpp");
    Path snapshot = Path.of(source, "tests", "snapshots", model.snapshot + ".schema");
    assumeTrue(Files.exists(snapshot), snapshot + " is missing");
    Map<String, GgufFile.Info> tensors = model.tensors();
    TypeChoice.Facts facts =
        new TypeChoice.Facts(model.architecture, model.layers, model.heads, model.experts);
    int checked = 0;
    String[] sections = Files.readString(snapshot).split("(?m)^\\[");
    for (String section : List.of(sections).subList(1, sections.length)) {
      String name = section.substring(0, section.indexOf(']'));
      if (FileType.names().matches("(.*, )?" + name + "(, .*)?")) {
        FileType type = FileType.of(name);
        List<String> found = new ArrayList<>();
        TypeChoice.of(tensors, facts, type, false)
            .forEach((tensor, chosen) -> {
              if (chosen != type.elements()) {
                found.add(tensor + " " + chosen);
              }
            });
        List<String> expected =
            section
                .lines()
                .skip(1)
                .filter(line -> !line.isBlank())
                .map(QuantizerTest::upper)
                .toList();
        assertThat(found).as(name).containsExactlyElementsOf(expected);
        checked++;
      }
    }
    assertThat(checked).isGreaterThan(18);
  }

  private static String upper(String line) {
    int space = line.lastIndexOf(' ');
    return line.substring(0, space) + line.substring(space).toUpperCase(Locale.ROOT);
  }

  private enum Shape {
    QWEN3("qwen3-0.6b", "qwen3", 28, 2, 0, 1024, 3072, false),
    QWEN3_14B("qwen3-14b", "qwen3", 40, 5, 0, 5120, 17408, false),
    LLAMA_70B("meta-llama-3.1-70b-instruct", "llama", 80, 8, 0, 8192, 28672, false),
    GEMMA3("gemma-3-4b-it", "gemma3", 34, 2, 0, 2560, 10240, true),
    GPT_OSS("gpt-oss-120b", "gpt-oss", 36, 8, 128, 2880, 2880, false);

    final String snapshot;
    final String architecture;
    final int layers;
    final int heads;
    final int experts;
    final long width;
    final long inner;
    final boolean tied;

    Shape(
        String snapshot,
        String architecture,
        int layers,
        int heads,
        int experts,
        long width,
        long inner,
        boolean tied) {
      this.snapshot = snapshot;
      this.architecture = architecture;
      this.layers = layers;
      this.heads = heads;
      this.experts = experts;
      this.width = width;
      this.inner = inner;
      this.tied = tied;
    }

    Map<String, GgufFile.Info> tensors() {
      Map<String, GgufFile.Info> tensors = new HashMap<>();
      put(tensors, "token_embd.weight", 1000, width);
      put(tensors, "output_norm.weight", width);
      if (!tied) {
        put(tensors, "output.weight", 1000, width);
      }
      for (int l = 0; l < layers; l++) {
        String block = "blk." + l + ".";
        for (String name : List.of("attn_q", "attn_k", "attn_v")) {
          put(tensors, block + name + ".weight", 512, width);
        }
        put(tensors, block + "attn_output.weight", width, 4096);
        put(tensors, block + "attn_norm.weight", width);
        put(tensors, block + "attn_q.bias", 512);
        String suffix = experts > 0 ? "_exps.weight" : ".weight";
        put(tensors, block + "ffn_up" + suffix, many(inner, width));
        put(tensors, block + "ffn_gate" + suffix, many(inner, width));
        put(tensors, block + "ffn_down" + suffix, many(width, inner));
        if (experts > 0) {
          put(tensors, block + "ffn_gate_inp.weight", experts, width);
        }
      }
      return tensors;
    }

    private long[] many(long rows, long columns) {
      return experts > 0 ? new long[] {experts, rows, columns} : new long[] {rows, columns};
    }

    private static void put(Map<String, GgufFile.Info> tensors, String name, long... shape) {
      tensors.put(name, new GgufFile.Info(shape, 0, 0));
    }
  }
}
