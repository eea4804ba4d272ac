package pollux.model;

import java.util.List;
import org.jspecify.annotations.Nullable;
import pollux.tensor.Tensor;

/**
 * A decoder's tensors, as they lie in its file: parts of fused tensors are views of their rows.
 * What is null, a family does not have.
 *
 * @param embedding {@code [vocabulary, width]}
 * @param positions {@code [context, width]}, learned
 * @param media what reads pictures and sound
 * @param layers in order
 * @param outputNorms one, or one for each tier
 * @param output {@code [vocabulary, width]}; the embedding itself where they are tied
 */
public record DecoderWeights(
    Tensor embedding,
    @Nullable Tensor positions,
    @Nullable Media media,
    List<Layer> layers,
    List<Norm> outputNorms,
    Projection output) {

  public DecoderWeights {
    layers = List.copyOf(layers);
    outputNorms = List.copyOf(outputNorms);
  }

  /** A norm's gain and bias {@code [n]}. */
  public record Norm(Tensor gain, @Nullable Tensor bias) {}

  /**
   * {@code y = scale * W x + bias}.
   *
   * @param weight {@code [out, in]}
   * @param bias {@code [out]}
   */
  public record Projection(Tensor weight, @Nullable Tensor bias, float scale) {
    public Projection(Tensor weight) {
      this(weight, null, 1);
    }
  }

  /** Linear embeddings of patches and sound, and the rows and columns of the learned grid. */
  public record Media(Tensor patch, Tensor gridRow, Tensor gridColumn, Tensor sound) {}

  /**
   * One layer.
   *
   * @param attentionPostNorm of the attention block's result
   * @param feedForwardNorm null where the feed-forward block reads the attention block's norm
   * @param slabs run for every position, one after another; a tier runs its own and all before
   * @param feedForwardPostNorm of the feed-forward block's result
   */
  public record Layer(
      Norm attentionNorm,
      Mixer mixer,
      @Nullable Norm attentionPostNorm,
      @Nullable Norm feedForwardNorm,
      List<Slab> slabs,
      @Nullable Experts experts,
      @Nullable Norm feedForwardPostNorm) {
    public Layer {
      slabs = List.copyOf(slabs);
    }
  }

  /** The tensors of a {@link MixerSpec}. */
  public sealed interface Mixer {}

  /**
   * Of an {@link AttentionSpec}.
   *
   * @param qNorm gain of the queries' RMSNorm: for each head, or for whole rows, as it is long
   * @param sinks {@code [heads]}: a score that no position has
   */
  public record Attention(
      Projection q,
      Projection k,
      Projection v,
      @Nullable Tensor qNorm,
      @Nullable Tensor kNorm,
      @Nullable Tensor sinks,
      Projection output)
      implements Mixer {}

  /**
   * Of a {@link LightningSpec}.
   *
   * @param qkv {@code [heads * 3 * headLength, width]}: query, key and value of one head after
   *     another
   * @param gate of the normed result
   */
  public record Lightning(Projection qkv, Projection gate, Norm norm, Projection output)
      implements Mixer {}

  /** {@code down(activation(gate x) * up x)}, or {@code down(activation(up x))}. */
  public record Slab(@Nullable Projection gate, Projection up, Projection down) {}

  /**
   * Of an {@link ExpertsSpec}.
   *
   * @param router {@code [experts, width]}
   * @param selectionBias {@code [experts]}, added when experts are chosen, not when they are
   *     weighed
   */
  public record Experts(
      Projection router,
      @Nullable Tensor selectionBias,
      @Nullable List<Projection> gates,
      List<Projection> ups,
      List<Projection> downs) {}
}
