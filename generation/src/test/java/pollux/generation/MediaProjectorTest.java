package pollux.generation;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pollux.media.Sound;
import pollux.tensor.BadInputException;

/** What a projector's file must hold, and what is said of one that does not. */
class MediaProjectorTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "v.patch_embd.weight.1, the file has no tensor 'v.patch_embd.weight.1'",
    "v.blk.2.attn_out.weight, the file has no tensor 'v.blk.2.attn_out.weight'",
    "mm.2.weight, tensor 'mm.2.weight' is missing",
  })
  void aMissingTensorIsNamed(String tensor, String message) throws IOException {
    refused(MediaModels.pictures("qwen2vl_merger").without(tensor)).hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({
    "clip.vision.patch_size, 0, from 1 to 32",
    "clip.vision.patch_size, 1000, from 1 to 32",
    "clip.vision.embedding_length, 2000000000, from 1 to 4096",
    "clip.vision.embedding_length, 64, expected [64",
    "clip.vision.attention.head_count, 0, from 1 to 256",
    "clip.vision.attention.head_count, 7, a divisor of 48",
    "clip.vision.attention.head_count, 24, heads of a multiple of 4 numbers",
    "clip.vision.block_count, 2000000000, from 1 to 256",
    "clip.vision.block_count, 5, v.blk.4.",
    "clip.vision.block_count, 3, v.blk.3.attn_q",
    "clip.vision.spatial_merge_size, 3, expected 2",
  })
  void sizesAreHeldWithinBounds(String key, int value, String message) throws IOException {
    refused(MediaModels.pictures("qwen2vl_merger").with(key, value)).hasMessageContaining(message);
  }

  @Test
  void whatCannotBeIsRefused() throws IOException {
    refused(MediaModels.pictures("llava")).hasMessageContaining("qwen2vl_merger");
    refused(MediaModels.pictures("qwen2vl_merger").with("clip.has_vision_encoder", false))
        .hasMessageContaining("neither a picture encoder nor a sound encoder");
    refused(
            MediaModels.pictures("qwen2vl_merger")
                .with("clip.use_silu", true)
                .with("clip.use_gelu", true))
        .hasMessageContaining("use_silu");
    refused(
            MediaModels.pictures("qwen2vl_merger")
                .with("clip.vision.image_std", new double[] {0.5, 0, 0.5}))
        .hasMessageContaining("image_std");
    refused(
            MediaModels.pictures("qwen2vl_merger")
                .with("clip.vision.image_mean", new double[] {0.5}))
        .hasMessageContaining("an array of 3");
    refused(MediaModels.pictures("qwen2vl_merger").bias("v.blk.0.attn_sinks", 4))
        .hasMessageContaining("v.blk.0.attn_sinks");
    refused(MediaModels.pictures("qwen3vl_merger").bias("v.position_embd.weight", 35, 48))
        .hasMessageContaining("a square of learned positions, found 35");
    refused(MediaModels.sounds().bias("a.position_embd.weight", 100, 48))
        .hasMessageContaining("a.position_embd.weight");
    refused(MediaModels.text("qwen2")).hasMessageContaining("'qwen2', not a projector");
  }

  @Test
  void aProjectorForAnotherModelIsRefused() throws IOException {
    Path file = MediaModels.pictures("qwen3vl_merger").write(folder, "mmproj.gguf");
    Path text = MediaModels.text("qwen2vl").write(folder, "text.gguf");
    try (MediaEncoder encoder = MediaEncoder.open(file, 1);
        Engine engine = Engine.open(text, EngineOptions.threads(1))) {
      assertThatThrownBy(() -> encoder.projector().requireFit(engine.spec(), text))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining(text.toString())
          .hasMessageContaining("3 x 64");
    }
  }

  @Test
  void aGridNeedsAModelThatKnowsRowsAndColumns() throws IOException {
    Path file = MediaModels.pictures("qwen2vl_merger").write(folder, "mmproj.gguf");
    Path text = MediaModels.text("qwen2").write(folder, "text.gguf");
    EngineOptions options = EngineOptions.threads(1).withProjector(file);
    assertThatThrownBy(() -> Engine.open(text, options).close())
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll(file.toString(), text.toString(), "rows and columns");
  }

  @Test
  void mediaThatAreNotReadOrTooLongAreRefused() throws IOException {
    Path file = MediaModels.sounds().write(folder, "mmproj.gguf");
    try (MediaEncoder encoder = MediaEncoder.open(file, 1)) {
      assertThatThrownBy(() -> encoder.encode(MediaModels.picture()))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("leave pictures out");
      assertThatThrownBy(() -> encoder.encode(new Sound(new float[601 * Sound.RATE])))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("601");
      assertThatThrownBy(() -> encoder.encode(new Sound(new float[0])))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("empty");
    }
  }

  private AbstractThrowableAssert<?, ? extends Throwable> refused(MediaModels model)
      throws IOException {
    Path file = model.write(folder, "mmproj.gguf");
    return assertThatThrownBy(() -> MediaEncoder.open(file, 1).close())
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(file.toString());
  }
}
