package pollux.model.projector;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pollux.model.DecoderWeights.Norm;
import pollux.model.DecoderWeights.Projection;
import pollux.model.NormSpec;
import pollux.model.families.Metadata;
import pollux.model.families.WeightReader;
import pollux.tensor.Activation;
import pollux.tensor.Tensor;

/**
 * What the encoders of {@code mmproj} files share: sizes under {@code clip.vision} or {@code
 * clip.audio}, layers under {@code v.blk} or {@code a.blk}.
 */
final class EncoderReader {
  private static final int WIDEST = 1 << 12;
  private static final int MOST_LAYERS = 256;
  private static final int MOST_HEADS = 256;
  private static final int WIDEST_INNER = 1 << 16;

  /** Numbers of one matrix of results: 512 MB. */
  private static final long MOST_NUMBERS = 1 << 27;

  final Metadata metadata;
  final WeightReader weights;
  final int width;

  /** {@code vision} or {@code audio}. */
  private final String kind;

  /** {@code v} or {@code a}. */
  private final String prefix;

  EncoderReader(Metadata metadata, WeightReader weights, String kind) {
    this.metadata = metadata;
    this.weights = weights;
    this.kind = kind;
    this.prefix = kind.substring(0, 1);
    width = metadata.integer(key("embedding_length"), 1, WIDEST);
  }

  /** The full key, without {@code clip}, of a size of this encoder. */
  String key(String name) {
    return kind + "." + name;
  }

  /** The full name of a tensor of this encoder. */
  String name(String part) {
    return prefix + "." + part;
  }

  float eps() {
    return metadata.real(key("attention.layer_norm_epsilon"));
  }

  /** That of the feed-forward blocks, as two flags of the file say. */
  Activation activation() {
    boolean gelu = metadata.flag("use_gelu", false);
    boolean silu = metadata.flag("use_silu", false);
    if (gelu && silu) {
      throw metadata.bad("use_silu", "expected false beside use_gelu, found true");
    }
    return gelu ? Activation.GELU : silu ? Activation.SILU : Activation.GELU_QUICK;
  }

  /**
   * All layers.
   *
   * @param maybeSwapped whether old files of the kind call the two matrices of a feed-forward block
   *     the other way round
   */
  EncoderStack stack(NormSpec.Kind norm, Activation activation, boolean maybeSwapped) {
    int heads = metadata.integer(key("attention.head_count"), 1, MOST_HEADS);
    if (width % heads != 0) {
      throw metadata.bad(
          key("attention.head_count"), "expected a divisor of " + width + ", found " + heads);
    }
    int headLength = metadata.integer(key("attention.head_dim"), width / heads, 1, WIDEST);
    if (headLength != width / heads) {
      throw metadata.bad(
          key("attention.head_dim"), "expected " + width / heads + ", found " + headLength);
    }
    int count = metadata.integer(key("block_count"), 1, MOST_LAYERS);
    List<EncoderStack.Layer> layers = new ArrayList<>();
    for (int l = 0; l < count; l++) {
      layers.add(layer("blk." + l + ".", maybeSwapped));
    }
    return new EncoderStack(width, heads, new NormSpec(norm, eps()), activation, layers);
  }

  private EncoderStack.Layer layer(String block, boolean maybeSwapped) {
    List<Projection> qkv =
        weights.has(name(block + "attn_qkv.weight"))
            ? weights.fused(name(block + "attn_qkv"), width, true, width, width, width)
            : List.of(
                weights.projection(name(block + "attn_q"), width, width),
                weights.projection(name(block + "attn_k"), width, width),
                weights.projection(name(block + "attn_v"), width, width));
    boolean swapped = maybeSwapped && weights.length(name(block + "ffn_down.weight")) == width;
    String up = name(block + (swapped ? "ffn_down" : "ffn_up"));
    String down = name(block + (swapped ? "ffn_up" : "ffn_down"));
    int inner = rows(up);
    String gate = name(block + "ffn_gate");
    return new EncoderStack.Layer(
        norm(block + "ln1"),
        qkv.get(0),
        qkv.get(1),
        qkv.get(2),
        weights.projection(name(block + "attn_out"), width, width),
        norm(block + "ln2"),
        weights.has(gate + ".weight") ? weights.projection(gate, inner, width) : null,
        weights.projection(up, inner, width),
        weights.projection(down, width, inner));
  }

  /** The norm {@code part} of rows. */
  Norm norm(String part) {
    return weights.norm(name(part), width);
  }

  @Nullable Norm normIfAny(String part) {
    return weights.has(name(part + ".weight")) ? norm(part) : null;
  }

  /** Rows of the matrix {@code name}, within what a projector may have. */
  int rows(String name) {
    int rows = weights.rowsOf(name + ".weight");
    if (rows > WIDEST_INNER) {
      throw metadata.bad(
          key("feed_forward_length"),
          "expected at most " + WIDEST_INNER + " rows of '" + name + "', found " + rows);
    }
    return rows;
  }

  /** {@code name.weight} and {@code name.bias}, as many rows as the file has. */
  Projection projection(String name, int in) {
    return weights.projection(name, rows(name), in);
  }

  /** Learned positions {@code [count, width]}. */
  Tensor positions(int count) {
    return weights.small(name("position_embd.weight"), count, width);
  }

  /** As many learned positions {@code [count, width]} as the file has. */
  Tensor positions() {
    return positions(weights.rowsOf(name("position_embd.weight")));
  }

  /**
   * Refuses an encoder that makes too much of one picture or sound, before anything is allocated.
   *
   * @param rows at most
   * @param width of a row
   */
  void requireRoom(long rows, long width) {
    if (rows * width > MOST_NUMBERS) {
      throw metadata.bad(
          key("projection_dim"),
          "expected at most "
              + MOST_NUMBERS / rows
              + " numbers in each of "
              + rows
              + " rows, found "
              + width);
    }
  }
}
