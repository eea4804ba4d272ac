package pollux.benchmarks;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import pollux.model.GgufFile;
import pollux.model.GgufWriter;
import pollux.tensor.ElementType;
import pollux.tensor.Tensor;

/**
 * Writes a model of random BF16 weights in the shape of a well-known one, for measurements of
 * speed: {@code ShapedModel llama-1b VOCABULARY.gguf OUT.gguf}. The vocabulary is that of another
 * GGUF file, so that every implementation can open the result. {@code pollux quantize} makes the
 * other element types of it.
 */
public final class ShapedModel {
  /**
   * What a decoder of {@code llama} or {@code gemma3} is made of; the embedding is tied.
   *
   * @param extra keys of the architecture besides the common ones
   */
  private record Shape(
      String architecture,
      int width,
      int layers,
      int heads,
      int kvHeads,
      int headLength,
      int feedForward,
      int vocabulary,
      int context,
      float ropeBase,
      Map<String, Integer> extra) {}

  private static final Map<String, Shape> SHAPES =
      Map.of(
          // Llama 3.2 1B.
          "llama-1b",
          new Shape("llama", 2048, 16, 32, 8, 64, 8192, 128_256, 131_072, 500_000, Map.of()),
          // Gemma 3 1B.
          "gemma3-1b",
          new Shape(
              "gemma3",
              1152,
              26,
              4,
              1,
              256,
              6912,
              262_144,
              32_768,
              1_000_000,
              Map.of("attention.sliding_window", 512)));

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private ShapedModel() {}

  /** Shape, file with the vocabulary, file to write. */
  public static void main(String[] args) throws IOException {
    Shape shape = args.length == 3 ? SHAPES.get(args[0]) : null;
    if (shape == null) {
      System.err.println(
          "Usage: ShapedModel " + String.join("|", SHAPES.keySet()) + " VOCABULARY.gguf OUT.gguf");
      System.exit(2);
      return;
    }
    try (Arena arena = Arena.ofShared()) {
      write(shape, GgufFile.open(Path.of(args[1]), arena), Path.of(args[2]), arena);
    }
  }

  private static void write(Shape shape, GgufFile vocabulary, Path out, Arena arena)
      throws IOException {
    GgufWriter file = new GgufWriter().text("general.architecture", shape.architecture);
    String key = shape.architecture + ".";
    file.text("general.name", "random weights in the shape of " + shape.architecture)
        .integer("general.file_type", 32) // mostly BF16
        .integer(key + "context_length", shape.context)
        .integer(key + "embedding_length", shape.width)
        .integer(key + "block_count", shape.layers)
        .integer(key + "feed_forward_length", shape.feedForward)
        .integer(key + "attention.head_count", shape.heads)
        .integer(key + "attention.head_count_kv", shape.kvHeads)
        .integer(key + "attention.key_length", shape.headLength)
        .integer(key + "attention.value_length", shape.headLength)
        .real(key + "attention.layer_norm_rms_epsilon", 1e-5f)
        .real(key + "rope.freq_base", shape.ropeBase);
    if (shape.architecture.equals("llama")) {
      file.integer(key + "rope.dimension_count", shape.headLength)
          .integer(key + "vocab_size", shape.vocabulary);
    }
    shape.extra.forEach((name, value) -> file.integer(key + name, value));
    vocabulary
        .metadata()
        .forEach((name, value) -> {
          if (name.startsWith("tokenizer.")) {
            file.put(name, value);
          }
        });
    Pool pool = new Pool(arena, (long) shape.vocabulary * shape.width);
    int q = shape.heads * shape.headLength;
    int kv = shape.kvHeads * shape.headLength;
    boolean gemma = shape.architecture.equals("gemma3");
    file.tensor("token_embd.weight", pool.matrix(shape.vocabulary, shape.width));
    for (int l = 0; l < shape.layers; l++) {
      String block = "blk." + l + ".";
      file.tensor(block + "attn_norm.weight", pool.gain(shape.width));
      file.tensor(block + "attn_q.weight", pool.matrix(q, shape.width));
      file.tensor(block + "attn_k.weight", pool.matrix(kv, shape.width));
      file.tensor(block + "attn_v.weight", pool.matrix(kv, shape.width));
      file.tensor(block + "attn_output.weight", pool.matrix(shape.width, q));
      if (gemma) {
        file.tensor(block + "attn_q_norm.weight", pool.gain(shape.headLength));
        file.tensor(block + "attn_k_norm.weight", pool.gain(shape.headLength));
        file.tensor(block + "post_attention_norm.weight", pool.gain(shape.width));
        file.tensor(block + "post_ffw_norm.weight", pool.gain(shape.width));
      }
      file.tensor(block + "ffn_norm.weight", pool.gain(shape.width));
      file.tensor(block + "ffn_gate.weight", pool.matrix(shape.feedForward, shape.width));
      file.tensor(block + "ffn_up.weight", pool.matrix(shape.feedForward, shape.width));
      file.tensor(block + "ffn_down.weight", pool.matrix(shape.width, shape.feedForward));
    }
    file.tensor("output_norm.weight", pool.gain(shape.width));
    file.write(out);
  }

  /** Random numbers that all matrices are cut from, so that memory holds one and not all. */
  private static final class Pool {
    private final Arena arena;
    private final Tensor numbers;
    private long at;

    Pool(Arena arena, long length) {
      this.arena = arena;
      numbers = Tensor.allocate(arena, ElementType.BF16, length);
      SplittableRandom random = new SplittableRandom(1);
      for (long i = 0; i < length; i++) {
        // Of a deviation near that of trained matrices.
        float value = 0.02f * (float) random.nextGaussian();
        numbers.data().setAtIndex(SHORT, i, (short) (Float.floatToRawIntBits(value) >>> 16));
      }
    }

    Tensor matrix(int rows, int columns) {
      long length = (long) rows * columns;
      if (at + length > numbers.elements()) {
        at = 0;
      }
      Tensor cut = numbers.rows(at, at + length).reshape(rows, columns);
      at += length;
      return cut;
    }

    Tensor gain(int length) {
      Tensor gain = Tensor.f32(arena, length);
      for (int i = 0; i < length; i++) {
        gain.set(i, 1);
      }
      return gain;
    }
  }
}
