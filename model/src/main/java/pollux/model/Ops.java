package pollux.model;

import pollux.tensor.Tensor;

/**
 * What a model's forward pass is written against. One implementation runs it now on scratch memory
 * with a key-value cache; another records it on a tape for the backward pass.
 *
 * <p>All activations are F32 {@code [rows, columns]}; weights are whatever the file holds. Results
 * are fresh tensors of the implementation's workspace.
 */
public interface Ops {
  /**
   * Row {@code ids[i]} of {@code table} {@code [vocabulary, width]} for each i; zeros where the id
   * is negative.
   */
  Tensor embed(Tensor table, int[] ids);

  /** {@code x} {@code [rows, in]} times the transpose of {@code weight} {@code [out, in]}. */
  Tensor linear(Tensor x, Tensor weight);

  /** RMSNorm of each run of {@code gain}'s length: of rows, or of heads within rows. */
  Tensor rmsNorm(Tensor x, Tensor gain, float eps);

  /** Rotary positions on {@code x} {@code [rows, heads * headLength]}. */
  Tensor rope(Tensor x, int headLength, int[] positions, float base);

  /**
   * Causal attention within each sequence. Queries {@code [rows, heads * headLength]}, keys and
   * values {@code [rows, kvHeads * headLength]}; an implementation with a cache keeps them under
   * {@code layer}.
   */
  Tensor attention(int layer, Tensor q, Tensor k, Tensor v, DecoderSpec spec);

  /** {@code silu(gate) * up}. */
  Tensor swiglu(Tensor gate, Tensor up);

  /** {@code a + b}. */
  Tensor add(Tensor a, Tensor b);

  /** {@code x} with {@code e[i]} added to row {@code at[i]}. */
  Tensor scatterAdd(Tensor x, Tensor e, int[] at);

  /** The given rows of {@code x}. */
  Tensor select(Tensor x, int[] rows);
}
