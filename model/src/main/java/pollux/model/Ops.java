package pollux.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pollux.tensor.Activation;
import pollux.tensor.Rotary;
import pollux.tensor.Tensor;

/**
 * What a model's forward pass is written against. One implementation runs it now on scratch memory
 * with a key-value cache; another records it on a tape for the backward pass, and refuses by name
 * what no family in training needs.
 *
 * <p>All activations are F32 {@code [rows, columns]}; weights are whatever the file holds, gains
 * and biases F32. Results are fresh tensors of the implementation's workspace.
 */
public interface Ops {
  /**
   * Row {@code ids[i]} of {@code table} {@code [vocabulary, width]} for each i; zeros where the id
   * is negative.
   */
  Tensor embed(Tensor table, int[] ids);

  /**
   * {@code x} {@code [rows, in]} times the transpose of each weight {@code [out, in]}: one call for
   * all that reads the same rows, so that what they need of the rows is done once.
   */
  List<Tensor> linear(Tensor x, List<Tensor> weights);

  /** {@code x} {@code [rows, in]} times the transpose of {@code weight} {@code [out, in]}. */
  default Tensor linear(Tensor x, Tensor weight) {
    return linear(x, List.of(weight)).getFirst();
  }

  /** {@code x} through each of {@code projections}: their weights, scales and biases. */
  default List<Tensor> project(Tensor x, List<DecoderWeights.Projection> projections) {
    List<Tensor> weights = new ArrayList<>(projections.size());
    for (DecoderWeights.Projection p : projections) {
      weights.add(p.weight());
    }
    List<Tensor> products = linear(x, weights);
    List<Tensor> results = null;
    for (int i = 0; i < products.size(); i++) {
      Tensor finished = finish(products.get(i), projections.get(i));
      if (finished != products.get(i)) { // few families have biases
        results = results == null ? new ArrayList<>(products) : results;
        results.set(i, finished);
      }
    }
    return results == null ? products : results;
  }

  private Tensor finish(Tensor y, DecoderWeights.Projection p) {
    y = p.scale() == 1 ? y : scale(y, p.scale());
    return p.bias() == null ? y : addBias(y, p.bias());
  }

  /** As {@link #project(Tensor, List)} for one. */
  default Tensor project(Tensor x, DecoderWeights.Projection projection) {
    return finish(linear(x, projection.weight()), projection);
  }

  /** {@code x} {@code [rows, n]} with {@code bias} {@code [n]} added to each row. */
  Tensor addBias(Tensor x, Tensor bias);

  /** {@code factor * x}. */
  Tensor scale(Tensor x, float factor);

  /** Row i of {@code x} times {@code factors[i]}. */
  Tensor scaleRows(Tensor x, float[] factors);

  /** RMSNorm of each run of {@code gain}'s length: of rows, or of heads within rows. */
  Tensor rmsNorm(Tensor x, Tensor gain, float eps);

  /** LayerNorm of each row. */
  Tensor layerNorm(Tensor x, Tensor gain, @Nullable Tensor bias, float eps);

  /** Rotary positions on {@code x} {@code [rows, heads * headLength]}. */
  Tensor rope(Tensor x, int headLength, int[] positions, Rotary rotary);

  /**
   * Causal attention within each sequence. Queries {@code [rows, heads * headLength]}, keys and
   * values {@code [rows, kvHeads * headLength]}; an implementation with a cache keeps them under
   * {@code layer}.
   *
   * @param sinks {@code [heads]}: one more score in each head's softmax, of no position; or null
   */
  Tensor attention(
      int layer, Tensor q, Tensor k, Tensor v, @Nullable Tensor sinks, AttentionSpec spec);

  /**
   * As {@link #attention(int, Tensor, Tensor, Tensor, Tensor, AttentionSpec)} of one sequence, but
   * row i sees the rows before {@code ends[i]}, later ones than itself among them.
   */
  Tensor attention(
      int layer,
      Tensor q,
      Tensor k,
      Tensor v,
      @Nullable Tensor sinks,
      AttentionSpec spec,
      int[] ends);

  /**
   * Attention of an encoder, without a cache: rows {@code starts[i]} to {@code starts[i + 1]} see
   * one another, all of them. {@code q}, {@code k}, {@code v} are {@code [rows, heads *
   * headLength]}; scores are scaled by {@code 1 / sqrt(headLength)}.
   */
  Tensor attentionWithin(Tensor q, Tensor k, Tensor v, int heads, int[] starts);

  /**
   * Linear attention within each sequence, whose state an implementation keeps under {@code layer}:
   * {@code qkv} {@code [rows, heads * 3 * headLength]}, query, key and value of one head after
   * another, to {@code [rows, heads * headLength]}.
   */
  Tensor linearAttention(int layer, Tensor qkv, LightningSpec spec);

  /** {@code activation(x)}. */
  Tensor activate(Activation activation, Tensor x);

  /** {@code activation(gate) * up}. */
  Tensor gated(Activation activation, Tensor gate, Tensor up);

  /** {@code cap * tanh(x / cap)}. */
  Tensor softCap(Tensor x, float cap);

  /**
   * For each row of {@code x} {@code [rows, width]} the weighted sum of the experts that the router
   * chose for it; an expert's weights are read once for all its rows.
   */
  Tensor experts(Tensor x, DecoderWeights.Experts weights, ExpertsSpec spec, Activation activation);

  /** {@code a + b}. */
  Tensor add(Tensor a, Tensor b);

  /** {@code x} with {@code e[i]} added to row {@code at[i]}. */
  Tensor scatterAdd(Tensor x, Tensor e, int[] at);

  /** The given rows of {@code x}. */
  Tensor select(Tensor x, int[] rows);
}
