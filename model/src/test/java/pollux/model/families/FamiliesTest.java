package pollux.model.families;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pollux.model.AttentionSpec;
import pollux.model.Decoder;
import pollux.model.DecoderSpec;
import pollux.model.GgufFile;
import pollux.model.GgufWriter;
import pollux.tensor.BadInputException;
import pollux.tensor.Codec;
import pollux.tensor.ElementType;
import pollux.tensor.Rotary;
import pollux.tensor.Tensor;

/** What a file must hold, and what is said of one that does not. */
class FamiliesTest {
  private static final int WIDTH = 32;

  @TempDir Path folder;

  private final Arena arena = Arena.ofAuto();
  private final Map<String, Object> metadata = new LinkedHashMap<>();
  private final Map<String, long[]> tensors = new LinkedHashMap<>();
  private ElementType smallType = ElementType.F32;

  FamiliesTest() {
    metadata.put("general.architecture", "llama");
    metadata.put("llama.block_count", 1);
    metadata.put("llama.context_length", 1 << 20);
    metadata.put("llama.embedding_length", WIDTH);
    metadata.put("llama.feed_forward_length", 64);
    metadata.put("llama.attention.head_count", 2);
    metadata.put("llama.attention.head_count_kv", 1);
    metadata.put("llama.attention.layer_norm_rms_epsilon", 1e-5);
    tensors.put("token_embd.weight", new long[] {10, WIDTH});
    tensors.put("output_norm.weight", new long[] {WIDTH});
    tensors.put("blk.0.attn_norm.weight", new long[] {WIDTH});
    tensors.put("blk.0.attn_q.weight", new long[] {32, WIDTH});
    tensors.put("blk.0.attn_k.weight", new long[] {16, WIDTH});
    tensors.put("blk.0.attn_v.weight", new long[] {16, WIDTH});
    tensors.put("blk.0.attn_output.weight", new long[] {WIDTH, 32});
    tensors.put("blk.0.ffn_norm.weight", new long[] {WIDTH});
    tensors.put("blk.0.ffn_gate.weight", new long[] {64, WIDTH});
    tensors.put("blk.0.ffn_up.weight", new long[] {64, WIDTH});
    tensors.put("blk.0.ffn_down.weight", new long[] {WIDTH, 64});
  }

  @Test
  void aFileSaysWhatItsDecoderIs() throws IOException {
    DecoderSpec spec = open().spec();
    assertThat(spec.family()).isEqualTo("llama");
    assertThat(spec.vocabulary()).isEqualTo(10);
    assertThat(spec.context()).isEqualTo(1 << 20);
    AttentionSpec attention = (AttentionSpec) spec.layers().getFirst().mixer();
    assertThat(attention.heads()).isEqualTo(2);
    assertThat(attention.kvHeads()).isEqualTo(1);
    assertThat(attention.headLength()).isEqualTo(16);
    assertThat(attention.scale()).isEqualTo(0.25f);
    Rotary rotary = Objects.requireNonNull(attention.rotary());
    assertThat(rotary.pairs()).isEqualTo(Rotary.Pairs.NEIGHBOURS);
    assertThat(rotary.length()).isEqualTo(16);
  }

  @Test
  void normsInHalfPrecisionAreTaken() throws IOException {
    smallType = ElementType.F16;
    assertThat(open().spec().layers()).hasSize(1);
  }

  @Test
  void queriesKeysAndValuesMayBeOneMatrixWithBiasesApart() throws IOException {
    tensors.remove("blk.0.attn_q.weight");
    tensors.remove("blk.0.attn_k.weight");
    tensors.remove("blk.0.attn_v.weight");
    tensors.put("blk.0.attn_qkv.weight", new long[] {64, WIDTH});
    tensors.put("blk.0.attn_k.bias", new long[] {16});
    assertThat(open().spec().layers()).hasSize(1);
    tensors.put("blk.0.attn_k.bias", new long[] {17});
    refused().hasMessageContaining("blk.0.attn_k.bias").hasMessageContaining("[16]");
  }

  @Test
  void anUnknownArchitectureIsToldWhatIsKnown() {
    metadata.put("general.architecture", "cubist");
    refused().hasMessageContaining("cubist").hasMessageContaining("gemma3, glm4");
    assertThat(Families.architectures()).hasSize(24).isSorted();
  }

  @ParameterizedTest
  @CsvSource({
    "token_embd.weight",
    "output_norm.weight",
    "blk.0.attn_q.weight",
    "blk.0.ffn_down.weight"
  })
  void aMissingTensorIsNamed(String name) {
    tensors.remove(name);
    refused().hasMessageContaining(name);
  }

  @Test
  void aTensorThatNobodyTookIsNamed() {
    tensors.put("blk.0.attn_x.weight", new long[] {4});
    refused().hasMessageContaining("blk.0.attn_x.weight").hasMessageContaining("llama");
  }

  @Test
  void aLayerBeyondTheCountIsNamed() {
    tensors.put("blk.1.attn_norm.weight", new long[] {WIDTH});
    refused().hasMessageContaining("blk.1.attn_norm.weight");
  }

  @ParameterizedTest
  @CsvSource({
    "blk.0.attn_k.weight, 15, 32",
    "blk.0.attn_output.weight, 32, 64",
    "blk.0.ffn_up.weight, 64, 64"
  })
  void aWrongShapeIsNamedWithBoth(String name, long rows, long columns) {
    tensors.put(name, new long[] {rows, columns});
    refused()
        .hasMessageContaining(name)
        .hasMessageContaining("[" + rows + ", " + columns + "]")
        .hasMessageContaining("expected");
  }

  @ParameterizedTest
  @CsvSource({
    "block_count, 0",
    "block_count, 100000",
    "embedding_length, 0",
    "embedding_length, 2000000000",
    "attention.head_count, 0",
    "attention.head_count, 1000000",
    "attention.head_count_kv, 3",
    "attention.key_length, 1000000",
    "rope.dimension_count, 17",
    "rope.dimension_count, 5",
    "expert_count, 1000000",
    "context_length, 0"
  })
  void sizesAreHeldWithinBounds(String key, int value) {
    metadata.put("llama." + key, value);
    refused().hasMessageContaining("llama." + key);
  }

  @Test
  void aMissingKeyIsNamed() {
    metadata.remove("llama.attention.layer_norm_rms_epsilon");
    refused().hasMessageContaining("llama.attention.layer_norm_rms_epsilon");
  }

  @Test
  void anExpertMoreThanThereAreIsRefused() {
    metadata.put("llama.expert_count", 4);
    metadata.put("llama.expert_used_count", 5);
    refused().hasMessageContaining("llama.expert_used_count");
  }

  /** Against the paper's formula in the terms of Hugging Face's implementation. */
  @Test
  void yarnKeepsFastPairsAndSlowsTheOthers() throws IOException {
    metadata.put("llama.rope.scaling.type", "yarn");
    metadata.put("llama.rope.scaling.factor", 8.0);
    metadata.put("llama.rope.scaling.original_context_length", 512);
    double[] found = frequencies();
    double[] plain = Rotary.frequencies(10_000, 16);
    assertThat(found[0]).as("81 turns in 512 positions").isEqualTo(plain[0]);
    assertThat(found[7]).as("a 30th of one").isCloseTo(plain[7] / 8, within(1e-12));
    double low = Math.floor(16 * Math.log(512 / (32 * 2 * Math.PI)) / (2 * Math.log(10_000)));
    double high = Math.ceil(16 * Math.log(512 / (1 * 2 * Math.PI)) / (2 * Math.log(10_000)));
    for (int i = 0; i < 8; i++) {
      double slowed = Math.clamp((i - low) / (high - low), 0.0, 1.0);
      assertThat(found[i])
          .as("pair " + i)
          .isCloseTo(plain[i] / 8 * slowed + plain[i] * (1 - slowed), within(1e-9));
    }
    assertThat(rotary().magnitude()).isCloseTo((float) (0.1 * Math.log(8) + 1), within(1e-6f));
  }

  @Test
  void linearScalingSlowsAllPairs() throws IOException {
    metadata.put("llama.rope.scaling.type", "linear");
    metadata.put("llama.rope.scaling.factor", 4.0);
    double[] plain = Rotary.frequencies(10_000, 16);
    double[] found = frequencies();
    for (int i = 0; i < 8; i++) {
      assertThat(found[i]).isCloseTo(plain[i] / 4, within(1e-12));
    }
    assertThat(rotary().magnitude()).isEqualTo(1);
  }

  @Test
  void anUnknownScalingIsNamed() {
    metadata.put("llama.rope.scaling.type", "dynamic");
    refused().hasMessageContaining("llama.rope.scaling.type").hasMessageContaining("dynamic");
  }

  private double[] frequencies() throws IOException {
    return rotary().frequencies();
  }

  private Rotary rotary() throws IOException {
    AttentionSpec attention = (AttentionSpec) open().spec().layers().getFirst().mixer();
    return Objects.requireNonNull(attention.rotary());
  }

  private AbstractThrowableAssert<?, ? extends Throwable> refused() {
    return assertThatThrownBy(this::open)
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("small.gguf");
  }

  private Decoder open() throws IOException {
    GgufWriter writer = new GgufWriter();
    metadata.forEach((key, value) -> {
      switch (value) {
        case String text -> writer.text(key, text);
        case Integer number -> writer.integer(key, number);
        case Double number -> writer.real(key, number.floatValue());
        default -> throw new IllegalArgumentException(key);
      }
    });
    tensors.forEach((name, shape) -> {
      Tensor tensor = Tensor.f32(arena, shape);
      writer.tensor(name, shape.length == 1 ? Codec.convert(arena, tensor, smallType) : tensor);
    });
    Path file = folder.resolve("small.gguf");
    writer.write(file);
    return Families.open(GgufFile.open(file, arena), arena);
  }
}
