package pollux.model.families;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pollux.model.AttentionSpec;
import pollux.model.Decoder;
import pollux.model.DecoderSpec;
import pollux.model.DecoderWeights;
import pollux.model.DecoderWeights.Norm;
import pollux.model.DecoderWeights.Projection;
import pollux.model.DecoderWeights.Slab;
import pollux.model.ExpertsSpec;
import pollux.model.FeedForwardSpec;
import pollux.model.LayerSpec;
import pollux.model.MixerSpec;
import pollux.model.NormSpec;
import pollux.tensor.Activation;
import pollux.tensor.Rotary;
import pollux.tensor.Tensor;

/**
 * What the files of most families share: sizes under the same keys, tensors under the same names. A
 * family takes from here what it has, and says the rest itself.
 */
final class Layout {
  private static final int MOST_HEADS = 1024;
  private static final int LONGEST_HEAD = 1024;
  private static final int WIDEST = 1 << 20;

  /** All heads of a layer together: what one position's queries take. */
  private static final int WIDEST_QUERIES = 1 << 17;

  final Metadata metadata;
  final WeightReader weights;
  final int layers;
  final int width;
  final int context;
  final int vocabulary;
  final int headLength;
  private final int[] heads;
  private final int[] kvHeads;
  private final int[] feedForward;
  private final List<LayerSpec> specs = new ArrayList<>();
  private final List<DecoderWeights.Layer> blocks = new ArrayList<>();

  Layout(Metadata metadata, WeightReader weights) {
    this.metadata = metadata;
    this.weights = weights;
    layers = metadata.layers();
    width = metadata.integer("embedding_length", 1, WIDEST);
    context = metadata.integer("context_length", 1, 1 << 24);
    vocabulary = weights.rowsOf("token_embd.weight");
    heads = metadata.perLayer("attention.head_count", 1, MOST_HEADS);
    kvHeads =
        metadata.has("attention.head_count_kv")
            ? metadata.perLayer("attention.head_count_kv", 1, MOST_HEADS)
            : heads;
    feedForward = metadata.perLayer("feed_forward_length", 0, WIDEST);
    int even = width / heads[0];
    headLength = metadata.integer("attention.key_length", even, 1, LONGEST_HEAD);
    if (headLength < 1 || headLength > LONGEST_HEAD) {
      throw metadata.bad(
          "attention.head_count", "expected heads of 1 to " + LONGEST_HEAD + " elements");
    }
    int valueLength = metadata.integer("attention.value_length", even, 1, LONGEST_HEAD);
    if (headLength != valueLength) {
      throw metadata.bad(
          "attention.value_length",
          "expected the " + headLength + " of attention.key_length, found " + valueLength);
    }
    for (int l = 0; l < metadata.spareLayers(); l++) {
      weights.passAll(block(layers + l, ""));
    }
    for (int l = 0; l < layers; l++) {
      if (heads[l] % kvHeads[l] != 0) {
        throw metadata.bad(
            "attention.head_count_kv",
            "expected a divisor of " + heads[l] + " heads, found " + kvHeads[l]);
      }
      if (heads[l] * headLength > WIDEST_QUERIES) {
        throw metadata.bad(
            "attention.head_count",
            "expected heads of at most " + WIDEST_QUERIES + " elements together");
      }
    }
  }

  RotaryReader rotary() {
    return new RotaryReader(metadata, weights, headLength);
  }

  /** Attention of layer {@code l} over all positions. */
  AttentionSpec attentionSpec(int l, @Nullable Rotary rotary) {
    return AttentionSpec.of(heads[l], kvHeads[l], headLength, rotary);
  }

  /** Feed-forward rows of layer {@code l}. */
  int feedForward(int l) {
    if (feedForward[l] < 1) {
      throw metadata.bad("feed_forward_length", "expected at least 1, found " + feedForward[l]);
    }
    return feedForward[l];
  }

  /** Feed-forward rows of each expert, {@code otherwise} where the file says 0 or nothing. */
  int expertRows(int l, int otherwise) {
    int rows =
        metadata.has("expert_feed_forward_length")
            ? metadata.perLayer("expert_feed_forward_length", 0, WIDEST)[l]
            : 0;
    return rows == 0 ? otherwise : rows;
  }

  /** Experts in all; 0 for none. */
  int expertCount() {
    return metadata.integer("expert_count", 0, 0, 1 << 12);
  }

  /** Which experts run, with the weights' scale and groups that the file gives. */
  ExpertsSpec expertsSpec(ExpertsSpec.Gating gating, boolean normalised) {
    int count = metadata.integer("expert_count", 1, 1 << 12);
    int used = metadata.integer("expert_used_count", 1, count);
    float scale = metadata.real("expert_weights_scale", 0);
    int groups = Math.max(1, metadata.integer("expert_group_count", 0, 0, count));
    if (count % groups != 0) {
      throw metadata.bad("expert_group_count", "expected a divisor of " + count);
    }
    int groupsUsed = groups == 1 ? 1 : metadata.integer("expert_group_used_count", 1, groups);
    if (groupsUsed * (count / groups) < used) {
      throw metadata.bad(
          "expert_group_used_count", "expected groups with room for " + used + " experts");
    }
    return new ExpertsSpec(
        count, used, gating, normalised, scale == 0 ? 1 : scale, false, groups, groupsUsed);
  }

  /** The gating that the file names, {@code otherwise} where it says 0 or nothing. */
  ExpertsSpec.Gating gating(ExpertsSpec.Gating otherwise) {
    int id = metadata.integer("expert_gating_func", 0, 0, 100);
    return switch (id) {
      case 0 -> otherwise;
      case 1 -> ExpertsSpec.Gating.SOFTMAX;
      case 2 -> ExpertsSpec.Gating.SIGMOID;
      case 3 -> ExpertsSpec.Gating.SOFTMAX_OF_CHOSEN;
      default ->
          throw metadata.bad("expert_gating_func", "expected a number from 1 to 3, found " + id);
    };
  }

  NormSpec rms() {
    return new NormSpec(NormSpec.Kind.RMS, metadata.real("attention.layer_norm_rms_epsilon"));
  }

  static String block(int l, String part) {
    return "blk." + l + "." + part;
  }

  Norm norm(int l, String part) {
    return weights.norm(block(l, part), width);
  }

  @Nullable Norm normIfAny(int l, String part) {
    return weights.normIfAny(block(l, part), width);
  }

  /**
   * Queries, keys, values (apart, or fused as {@code attn_qkv}) and the output of layer {@code l},
   * with biases, norms and sinks where the file has them.
   */
  DecoderWeights.Attention attention(int l) {
    return attention(l, weights.projection(block(l, "attn_output"), width, queryWidth(l)));
  }

  /** As {@link #attention(int)}, with another output. */
  DecoderWeights.Attention attention(int l, Projection output) {
    int kvWidth = kvHeads[l] * headLength;
    List<Projection> qkv =
        weights.has(block(l, "attn_qkv.weight"))
            ? weights.fused(block(l, "attn_qkv"), width, true, queryWidth(l), kvWidth, kvWidth)
            : List.of(
                weights.projection(block(l, "attn_q"), queryWidth(l), width),
                weights.projection(block(l, "attn_k"), kvWidth, width),
                weights.projection(block(l, "attn_v"), kvWidth, width));
    return new DecoderWeights.Attention(
        withBias(qkv.get(0), block(l, "attn_q.bias")),
        withBias(qkv.get(1), block(l, "attn_k.bias")),
        withBias(qkv.get(2), block(l, "attn_v.bias")),
        gain(block(l, "attn_q_norm.weight"), queryWidth(l)),
        gain(block(l, "attn_k_norm.weight"), kvWidth),
        weights.smallIfAny(block(l, "attn_sinks.weight"), heads[l]),
        output);
  }

  /** Some older files keep the biases of a fused matrix apart. */
  private Projection withBias(Projection part, String name) {
    return part.bias() != null
        ? part
        : new Projection(
            part.weight(), weights.smallIfAny(name, part.weight().dim(0)), part.scale());
  }

  int queryWidth(int l) {
    return heads[l] * headLength;
  }

  int heads(int l) {
    return heads[l];
  }

  /** The number of the layer that is added next. */
  int next() {
    return specs.size();
  }

  /** A gain for heads or for whole rows, as long as the file has it. */
  private @Nullable Tensor gain(String name, int rowWidth) {
    if (!weights.has(name)) {
      return null;
    }
    boolean whole = weights.length(name) == rowWidth;
    return weights.small(name, whole ? rowWidth : headLength);
  }

  /** A gated block whose scales count, biases included (Llama, Mistral, Qwen 3). */
  Slab scaledGated(int l, String suffix, int rows) {
    return new Slab(
        weights.scaledWithBias(block(l, "ffn_gate" + suffix), rows, width),
        weights.scaledWithBias(block(l, "ffn_up" + suffix), rows, width),
        weights.scaledWithBias(block(l, "ffn_down" + suffix), width, rows));
  }

  /** A gated block without biases. */
  Slab gated(int l, String suffix, int rows) {
    return new Slab(
        weights.unscaled(block(l, "ffn_gate" + suffix), rows, width),
        weights.unscaled(block(l, "ffn_up" + suffix), rows, width),
        weights.unscaled(block(l, "ffn_down" + suffix), width, rows));
  }

  /** A gated block whose gate is the first half of {@code ffn_up}. */
  Slab fusedGated(int l, int rows) {
    List<Projection> both = weights.fused(block(l, "ffn_up"), width, false, rows, rows);
    return new Slab(both.get(0), both.get(1), weights.unscaled(block(l, "ffn_down"), width, rows));
  }

  /** Experts of {@code rows} feed-forward rows each. */
  DecoderWeights.Experts experts(int l, ExpertsSpec spec, int rows, boolean scaled) {
    int count = spec.count();
    return new DecoderWeights.Experts(
        weights.unscaled(block(l, "ffn_gate_inp"), count, width),
        weights.smallIfAny(block(l, "exp_probs_b.bias"), count),
        weights.has(block(l, "ffn_gate_exps.weight"))
            ? weights.experts(block(l, "ffn_gate_exps"), count, rows, width, scaled)
            : null,
        weights.experts(block(l, "ffn_up_exps"), count, rows, width, scaled),
        weights.experts(block(l, "ffn_down_exps"), count, width, rows, scaled));
  }

  /** Adds the next layer: attention and a feed-forward block, each behind a norm. */
  void add(MixerSpec mixer, DecoderWeights.Mixer mixing, Activation activation, Slab slab) {
    int l = specs.size();
    add(
        new LayerSpec(mixer, FeedForwardSpec.of(activation)),
        new DecoderWeights.Layer(
            norm(l, "attn_norm"), mixing, null, norm(l, "ffn_norm"), List.of(slab), null, null));
  }

  /** Adds the next layer. */
  void add(LayerSpec spec, DecoderWeights.Layer layer) {
    specs.add(spec);
    blocks.add(layer);
  }

  /** What the layers so far make, with the embedding, the output norm and the output. */
  DecoderSpec spec(NormSpec norm) {
    return new DecoderSpec(metadata.architecture(), vocabulary, width, context, norm, specs);
  }

  /** The decoder of {@code spec}; the output is the embedding where the file has none. */
  Decoder decoder(DecoderSpec spec) {
    return decoder(spec, null);
  }

  /** As {@link #decoder(DecoderSpec)}, with learned positions. */
  Decoder decoder(DecoderSpec spec, @Nullable Tensor positions) {
    Tensor embedding = weights.matrix("token_embd.weight", vocabulary, width);
    Projection output =
        weights.has("output.weight")
            ? weights.projection("output", vocabulary, width)
            : new Projection(embedding);
    return new Decoder(
        spec,
        new DecoderWeights(
            embedding,
            positions,
            null,
            blocks,
            List.of(weights.norm("output_norm", width)),
            output));
  }
}
