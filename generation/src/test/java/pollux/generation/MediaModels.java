package pollux.generation;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import pollux.media.Picture;
import pollux.media.Sound;
import pollux.model.GgufValue;
import pollux.model.GgufWriter;
import pollux.tensor.Tensor;

/**
 * Small models with weights from an integer hash, the same as {@code scripts/media_models.py} makes
 * for llama.cpp. What a test changes before it writes is its own.
 */
final class MediaModels {
  static final int WIDTH = 64;

  private record Values(long[] shape, double low, double high) {}

  final Map<String, Object> metadata = new LinkedHashMap<>();
  private final Map<String, Values> tensors = new LinkedHashMap<>();

  /**
   * Qwen's picture encoder: {@code qwen2vl_merger}, {@code qwen2.5vl_merger}, {@code
   * qwen3vl_merger}.
   */
  static MediaModels pictures(String projector) {
    boolean windows = projector.equals("qwen2.5vl_merger");
    boolean third = projector.equals("qwen3vl_merger");
    int patch = third ? 16 : 14;
    MediaModels m = clip("vision", projector, 4, 1e-6);
    m.metadata.put("clip.vision.image_size", patch * 6);
    m.metadata.put("clip.vision.patch_size", patch);
    m.metadata.put("clip.vision.image_mean", new double[] {0.48, 0.46, 0.41});
    m.metadata.put("clip.vision.image_std", new double[] {0.27, 0.26, 0.28});
    if (windows) {
      m.metadata.put("clip.use_silu", true);
      m.metadata.put("clip.vision.n_wa_pattern", 2);
    }
    if (third) {
      m.metadata.put("clip.use_gelu", true);
      m.bias("v.patch_embd.bias", 48);
      m.bias("v.position_embd.weight", 36, 48);
    }
    m.matrix("v.patch_embd.weight", 48, 3, patch, patch);
    m.matrix("v.patch_embd.weight.1", 48, 3, patch, patch);
    for (int l = 0; l < 4; l++) {
      m.layer("v.blk." + l + ".", windows, third, true);
    }
    m.norm("v.post_ln", 48, !windows);
    m.linear("mm.0", 192, 192, true);
    m.linear("mm.2", WIDTH, 192, true);
    for (int l = 1; third && l <= 2; l++) {
      m.norm("v.deepstack." + l + ".norm", 192, true);
      m.linear("v.deepstack." + l + ".fc1", 192, 192, true);
      m.linear("v.deepstack." + l + ".fc2", WIDTH, 192, true);
    }
    return m;
  }

  /** Gemma 3's picture encoder: 6 x 6 patches of 14 pixels become 3 x 3 rows. */
  static MediaModels squarePictures() {
    MediaModels m = clip("vision", "gemma3", 2, 1e-6);
    m.metadata.put("clip.use_gelu", true);
    m.metadata.put("clip.vision.image_size", 84);
    m.metadata.put("clip.vision.patch_size", 14);
    m.metadata.put("clip.vision.projector.scale_factor", 2);
    m.metadata.put("clip.vision.image_mean", new double[] {0.5, 0.5, 0.5});
    m.metadata.put("clip.vision.image_std", new double[] {0.5, 0.5, 0.5});
    m.matrix("v.patch_embd.weight", 48, 3, 14, 14);
    m.bias("v.patch_embd.bias", 48);
    m.bias("v.position_embd.weight", 36, 48);
    for (int l = 0; l < 2; l++) {
      m.layer("v.blk." + l + ".", false, false, true);
    }
    m.norm("v.post_ln", 48, true);
    m.gain("mm.soft_emb_norm.weight", 48);
    m.matrix("mm.input_projection.weight", 48, WIDTH);
    return m;
  }

  /** Ultravox' sound encoder. */
  static MediaModels stackedSounds() {
    MediaModels m = whisper("ultravox");
    m.metadata.put("clip.audio.projector.stack_factor", 8);
    m.gain("mm.a.norm_pre.weight", 384);
    m.linear("mm.a.mlp.1", 96, 384, false);
    m.gain("mm.a.norm_mid.weight", 48);
    m.linear("mm.a.mlp.2", WIDTH, 48, false);
    return m;
  }

  /** Qwen2-Audio's sound encoder. */
  static MediaModels sounds() {
    MediaModels m = whisper("qwen2a");
    m.linear("mm.a.fc", WIDTH, 48, true);
    return m;
  }

  private static MediaModels whisper(String projector) {
    MediaModels m = clip("audio", projector, 2, 1e-5);
    m.metadata.put("clip.audio.num_mel_bins", 128);
    m.matrix("a.conv1d.1.weight", 48, 128, 3);
    m.bias("a.conv1d.1.bias", 48, 1);
    m.matrix("a.conv1d.2.weight", 48, 48, 3);
    m.bias("a.conv1d.2.bias", 48, 1);
    m.bias("a.position_embd.weight", 1500, 48);
    for (int l = 0; l < 2; l++) {
      m.layer("a.blk." + l + ".", false, false, false);
    }
    m.norm("a.post_ln", 48, true);
    return m;
  }

  /** A text model of Qwen's: {@code qwen2}, {@code qwen2vl}, {@code qwen3vl}. */
  static MediaModels text(String architecture) {
    MediaModels m = new MediaModels();
    String key = architecture + ".";
    boolean qwen3 = architecture.startsWith("qwen3");
    m.metadata.put("general.architecture", architecture);
    m.metadata.put(key + "context_length", 4096);
    m.metadata.put(key + "embedding_length", WIDTH);
    m.metadata.put(key + "block_count", 3);
    m.metadata.put(key + "feed_forward_length", 128);
    m.metadata.put(key + "attention.head_count", 4);
    m.metadata.put(key + "attention.head_count_kv", 2);
    m.metadata.put(key + "attention.key_length", 16);
    m.metadata.put(key + "attention.value_length", 16);
    m.metadata.put(key + "attention.layer_norm_rms_epsilon", 1e-6);
    m.metadata.put(key + "rope.freq_base", 10000.0);
    if (architecture.endsWith("vl")) {
      m.metadata.put(
          key + "rope.dimension_sections", qwen3 ? new int[] {4, 2, 2, 0} : new int[] {2, 3, 3, 0});
    }
    if (qwen3) {
      m.metadata.put(key + "n_deepstack_layers", 2);
    }
    m.matrix("token_embd.weight", 32_000, WIDTH);
    for (int l = 0; l < 3; l++) {
      String block = "blk." + l + ".";
      m.gain(block + "attn_norm.weight", WIDTH);
      m.linear(block + "attn_q", 64, WIDTH, !qwen3);
      m.linear(block + "attn_k", 32, WIDTH, !qwen3);
      m.linear(block + "attn_v", 32, WIDTH, !qwen3);
      m.linear(block + "attn_output", WIDTH, 64, false);
      if (qwen3) {
        m.gain(block + "attn_q_norm.weight", 16);
        m.gain(block + "attn_k_norm.weight", 16);
      }
      m.gain(block + "ffn_norm.weight", WIDTH);
      m.linear(block + "ffn_gate", 128, WIDTH, false);
      m.linear(block + "ffn_up", 128, WIDTH, false);
      m.linear(block + "ffn_down", WIDTH, 128, false);
    }
    m.gain("output_norm.weight", WIDTH);
    return m;
  }

  /** A picture of 300 x 180 without a pattern that an eye would see. */
  static Picture picture() {
    byte[] rgb = new byte[300 * 180 * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) ((long) i * i * 31 + 7L * i >> 9);
    }
    return new Picture(300, 180, rgb);
  }

  /** A tone of three seconds that rises. */
  static Sound sound() {
    float[] samples = new float[48_000];
    for (int i = 0; i < samples.length; i++) {
      double t = i / 16_000.0;
      samples[i] = (float) Math.rint(12_000 * Math.sin(2 * Math.PI * (300 + 400 * t) * t)) / 32_768;
    }
    return new Sound(samples);
  }

  /** The names of the tensors. */
  List<String> names() {
    return List.copyOf(tensors.keySet());
  }

  /** Gives the tensor {@code name} another shape. */
  MediaModels shaped(String name, long... shape) {
    tensors.put(name, new Values(shape, -0.2, 0.2));
    return this;
  }

  /** Leaves a tensor out. */
  MediaModels without(String tensor) {
    tensors.remove(tensor);
    return this;
  }

  MediaModels with(String key, Object value) {
    metadata.put(key, value);
    return this;
  }

  MediaModels bias(String name, long... shape) {
    return shaped(name, shape);
  }

  /** Writes {@code name} into {@code folder}. */
  Path write(Path folder, String name) throws IOException {
    Path file = folder.resolve(name);
    GgufWriter writer = new GgufWriter();
    metadata.forEach((key, value) -> {
      switch (value) {
        case String text -> writer.text(key, text);
        case Integer whole -> writer.integer(key, whole);
        case Double real -> writer.real(key, real.floatValue());
        case Boolean flag -> writer.flag(key, flag);
        case int[] wholes -> writer.integers(key, wholes);
        case double[] reals -> writer.put(key, new GgufValue.Reals(GgufValue.Type.FLOAT32, reals));
        default -> throw new IllegalArgumentException(key);
      }
    });
    try (Arena arena = Arena.ofConfined()) {
      tensors.forEach((n, v) -> writer.tensor(n, Tensor.of(arena, numbers(n, v), v.shape())));
      writer.write(file);
    }
    return file;
  }

  private static MediaModels clip(String kind, String projector, int layers, double eps) {
    MediaModels m = new MediaModels();
    m.metadata.put("general.architecture", "clip");
    m.metadata.put("clip.has_vision_encoder", kind.equals("vision"));
    m.metadata.put("clip.has_audio_encoder", kind.equals("audio"));
    m.metadata.put("clip.projector_type", projector);
    m.metadata.put("clip." + kind + ".embedding_length", 48);
    m.metadata.put("clip." + kind + ".feed_forward_length", 96);
    m.metadata.put("clip." + kind + ".block_count", layers);
    m.metadata.put("clip." + kind + ".attention.head_count", 4);
    m.metadata.put("clip." + kind + ".projection_dim", WIDTH);
    m.metadata.put("clip." + kind + ".attention.layer_norm_epsilon", eps);
    return m;
  }

  private void layer(String block, boolean windows, boolean fused, boolean keyBias) {
    if (fused) {
      linear(block + "attn_qkv", 144, 48, true);
    } else {
      linear(block + "attn_q", 48, 48, true);
      linear(block + "attn_k", 48, 48, keyBias);
      linear(block + "attn_v", 48, 48, true);
    }
    linear(block + "attn_out", 48, 48, true);
    norm(block + "ln1", 48, !windows);
    norm(block + "ln2", 48, !windows);
    linear(block + "ffn_up", 96, 48, true);
    if (windows) {
      linear(block + "ffn_gate", 96, 48, true);
    }
    linear(block + "ffn_down", 48, 96, true);
  }

  private void matrix(String name, long... shape) {
    long in = 1;
    for (int d = 1; d < shape.length; d++) {
      in *= shape[d];
    }
    double spread = Math.sqrt(6.0 / in);
    tensors.put(name, new Values(shape, -spread, spread));
  }

  private void gain(String name, long n) {
    tensors.put(name, new Values(new long[] {n}, 0.8, 1.2));
  }

  private void linear(String name, long out, long in, boolean bias) {
    matrix(name + ".weight", out, in);
    if (bias) {
      bias(name + ".bias", out);
    }
  }

  private void norm(String name, long n, boolean bias) {
    gain(name + ".weight", n);
    if (bias) {
      bias(name + ".bias", n);
    }
  }

  private static float[] numbers(String name, Values values) {
    CRC32 crc = new CRC32();
    crc.update(name.getBytes(StandardCharsets.UTF_8));
    int seed = (int) crc.getValue();
    long n = 1;
    for (long s : values.shape()) {
      n *= s;
    }
    float[] numbers = new float[(int) n];
    for (int i = 0; i < numbers.length; i++) {
      int x = i * (int) 2654435761L + seed;
      x ^= x >>> 15;
      x *= (int) 2246822519L;
      x ^= x >>> 13;
      x *= (int) 3266489917L;
      x ^= x >>> 16;
      double unit = (x >>> 8) / (double) (1 << 24);
      numbers[i] = (float) (values.low() + unit * (values.high() - values.low()));
    }
    return numbers;
  }
}
