package pollux.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pollux.model.Media;
import pollux.model.MediaPrompt;
import pollux.model.Prompt;
import pollux.tensor.ElementType;

/**
 * Qwen's picture and sound encoders, and text models that read what they make, with small random
 * weights. The numbers are those of a second implementation, written in numpy after the sources of
 * llama.cpp; {@code docs/media-models.md} says how to compare with llama.cpp itself.
 */
class MediaEncoderTest {
  @TempDir Path folder;

  @Test
  void qwen2Sees() throws IOException {
    float[] embeddings = {
      0.661794f,
      0.399081f,
      0.166775f,
      -1.15466f,
      0.273103f,
      -0.878848f,
      -0.87455f,
      -1.05463f,
      -1.74533f,
      -1.3734f,
      0.610607f,
      0.89339f,
      -1.33191f,
      0.115748f,
      0.514859f,
      -0.341231f
    };
    float[] logits = {
      0.527337f,
      -0.343073f,
      2.80368f,
      -0.716851f,
      -0.640318f,
      0.589376f,
      2.53277f,
      -0.348617f,
      -0.612883f,
      -2.25128f,
      -0.0373025f,
      -0.107688f,
      0.849533f,
      -2.06153f,
      -2.49977f,
      -2.54806f
    };
    Media media = see("qwen2vl_merger");
    assertThat(media.pieces().getFirst().grid()).isEqualTo(new Prompt.Grid(6, 11));
    assertThat(media.before()).isEqualTo("<|vision_start|>");
    check(media, embeddings, "qwen2vl", logits);
  }

  @Test
  void qwen25SeesThroughWindows() throws IOException {
    float[] embeddings = {
      1.06715f,
      0.910454f,
      0.246264f,
      -1.56843f,
      2.13765f,
      -0.236793f,
      -1.01426f,
      -1.3242f,
      -1.54598f,
      -2.37049f,
      1.48122f,
      2.35352f,
      -1.24237f,
      0.0450206f,
      -0.166156f,
      -0.0667803f
    };
    float[] logits = {
      1.60448f,
      -1.19778f,
      -1.85834f,
      1.79268f,
      -0.294265f,
      1.42419f,
      1.60185f,
      1.166f,
      0.569413f,
      -1.58781f,
      -0.0326886f,
      0.506231f,
      -1.52407f,
      -0.0213654f,
      -1.62773f,
      -1.6756f
    };
    check(see("qwen2.5vl_merger"), embeddings, "qwen2vl", logits);
  }

  @Test
  void qwen3HandsRowsToDeepLayers() throws IOException {
    float[] embeddings = {
      2.19712f,
      -0.00517769f,
      0.663297f,
      -1.48251f,
      1.31219f,
      -1.72802f,
      -1.37144f,
      -1.14683f,
      -2.02786f,
      1.08476f,
      -0.598493f,
      -0.497237f,
      -0.892097f,
      -0.118886f,
      -0.890755f,
      -2.39468f
    };
    float[] logits = {
      0.615518f,
      -0.261372f,
      -1.99851f,
      0.142814f,
      -2.60673f,
      0.992909f,
      0.218524f,
      1.65695f,
      -1.08805f,
      -2.44495f,
      -0.987157f,
      -0.67057f,
      -1.33325f,
      0.875363f,
      1.32041f,
      -0.858112f
    };
    Media media = see("qwen3vl_merger");
    assertThat(media.pieces().getFirst().grid()).isEqualTo(new Prompt.Grid(6, 9));
    assertThat(media.pieces().getFirst().parts()).isEqualTo(3);
    check(media, embeddings, "qwen3vl", logits);
  }

  @Test
  void qwen2Hears() throws IOException {
    float[] embeddings = {
      -0.520285f,
      -1.89411f,
      -1.7199f,
      -1.72934f,
      -1.79557f,
      -1.74522f,
      -1.69286f,
      -1.70184f,
      -1.7446f,
      -1.70321f,
      -1.70838f,
      -1.75005f,
      -1.69919f,
      -1.71771f,
      -1.71125f,
      -1.72949f
    };
    float[] logits = {
      0.648209f,
      1.93876f,
      -0.655965f,
      2.24427f,
      0.00628497f,
      0.256188f,
      -0.871574f,
      1.8395f,
      -1.26589f,
      -0.185068f,
      -0.732082f,
      -0.928042f,
      0.37128f,
      -1.14625f,
      2.45552f,
      0.32788f
    };
    try (MediaEncoder encoder =
        MediaEncoder.open(MediaModels.sounds().write(folder, "mmproj.gguf"), 2)) {
      Media media = encoder.encode(MediaModels.sound());
      assertThat(media.pieces().getFirst().positions()).isEqualTo(750);
      assertThat(media.pieces().getFirst().grid()).isNull();
      assertThat(media.before() + media.after()).isEqualTo("<|audio_bos|><|audio_eos|>");
      check(media, embeddings, "qwen2", logits);
    }
  }

  /** What is read piece by piece and token by token is what is read whole. */
  @Test
  void anAnswerGoesOnBehindAPicture() throws IOException {
    Media media = see("qwen2vl_merger");
    Prompt question = prompt(media, 300, 400);
    Prompt longer = prompt(media, 300, 400, 500, 600);
    int end = question.tokens().length;
    try (Engine engine = engine("qwen2vl");
        Engine other = engine("qwen2vl")) {
      float[] whole = engine.logits(longer, end + 1)[0];
      other.logits(question, end - 1);
      assertThat(other.logits(longer, end + 1)[0]).isEqualTo(whole);
      // The time of a position is that of its place behind the longer side of the picture.
      assertThat(longer.times()[end + 1]).isEqualTo(3 + 11 + 3);
    }
  }

  private Media see(String projector) throws IOException {
    Path file = MediaModels.pictures(projector).write(folder, "mmproj.gguf");
    try (MediaEncoder encoder = MediaEncoder.open(file, 2)) {
      return encoder.encode(MediaModels.picture());
    }
  }

  private Engine engine(String architecture) throws IOException {
    return Engine.open(
        MediaModels.text(architecture).write(folder, architecture + ".gguf"),
        EngineOptions.threads(2).withCache(ElementType.F32));
  }

  private void check(Media media, float[] embeddings, String architecture, float[] logits)
      throws IOException {
    near(media.pieces().getFirst().values(), embeddings);
    Prompt prompt = prompt(media, 300, 400, 500);
    try (Engine engine = engine(architecture)) {
      near(engine.logits(prompt, prompt.tokens().length - 1)[0], logits);
    }
  }

  private static Prompt prompt(Media media, int... behind) {
    Media bare = new Media("", media.pieces(), "");
    return new MediaPrompt(text -> new int[0]).add(1, 100, 200).add(bare).add(behind).prompt();
  }

  /** Sixteen numbers, evenly spread from the first to the last. */
  private static void near(float[] found, float[] expected) {
    List<Integer> places =
        java.util.stream.IntStream.range(0, 16)
            .mapToObj(i -> (int) ((long) i * (found.length - 1) / 15))
            .toList();
    for (int i = 0; i < 16; i++) {
      assertThat(found[places.get(i)])
          .as("number %d", places.get(i))
          .isCloseTo(expected[i], within(2e-3f));
    }
  }
}
