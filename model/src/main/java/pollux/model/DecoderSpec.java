package pollux.model;

import java.util.Arrays;
import java.util.List;

/**
 * What a family is, as data: {@link Decoder} runs it, {@link DecoderWeights} are its tensors. What
 * only some families have is told by tensors that are there or not (biases, norms behind a block,
 * sinks); all else stands here.
 *
 * @param family the architecture's name in weights files
 * @param vocabulary rows of the embedding, and logits of a position
 * @param width length of a hidden row
 * @param context positions at most
 * @param norm of hidden rows
 * @param residual how a block meets the hidden row that it read
 * @param embeddingScale factor of embedded tokens
 * @param logitScale factor of the logits
 * @param logitCap c in {@code c tanh(logit / c)}; 0 for none
 * @param layers in order
 * @param embeddingParts parts of an embedding that is given instead of a token: the first stands
 *     for it, the others are added to the hidden row behind the first layers
 */
public record DecoderSpec(
    String family,
    int vocabulary,
    int width,
    int context,
    NormSpec norm,
    Residual residual,
    float embeddingScale,
    float logitScale,
    float logitCap,
    List<LayerSpec> layers,
    int embeddingParts) {

  /**
   * How a block meets the hidden row that it read.
   *
   * @param scale factor of the hidden row before the block's result is added
   */
  public record Residual(Kind kind, float scale) {
    public static final Residual PLAIN = new Residual(Kind.SEQUENTIAL, 1);

    /** What is added to what. */
    public enum Kind {
      /** {@code y = scale x + attention(norm(x))}, then the same with the feed-forward block. */
      SEQUENTIAL,
      /** {@code scale x + attention(norm(x)) + feedForward(norm(x))} (GPT-J, PaLM). */
      PARALLEL,
      /** As sequential, but the normed row and not the row itself is carried on (MiniMax-01). */
      OF_NORMED
    }
  }

  public DecoderSpec {
    layers = List.copyOf(layers);
  }

  /** Without scales, caps or another residual. */
  public DecoderSpec(
      String family,
      int vocabulary,
      int width,
      int context,
      NormSpec norm,
      List<LayerSpec> layers) {
    this(family, vocabulary, width, context, norm, Residual.PLAIN, 1, 1, 0, layers, 1);
  }

  /** The same with other scales. */
  public DecoderSpec scaled(float embedding, float logits, float cap) {
    return with(residual, embedding, logits, cap, embeddingParts);
  }

  /** The same with another residual. */
  public DecoderSpec with(Residual other) {
    return with(other, embeddingScale, logitScale, logitCap, embeddingParts);
  }

  /** The same with embeddings of so many parts. */
  public DecoderSpec withEmbeddingParts(int parts) {
    return with(residual, embeddingScale, logitScale, logitCap, parts);
  }

  private DecoderSpec with(Residual other, float embedding, float logits, float cap, int parts) {
    return new DecoderSpec(
        family, vocabulary, width, context, norm, other, embedding, logits, cap, layers, parts);
  }

  /** Layers that {@code tier} runs, in order. */
  public int[] layersOf(Tier tier) {
    int[] own = new int[layers.size()];
    int count = 0;
    for (int l = 0; l < own.length; l++) {
      if (layers.get(l).tier().compareTo(tier) <= 0) {
        own[count++] = l;
      }
    }
    return count == own.length ? own : Arrays.copyOf(own, count);
  }
}
