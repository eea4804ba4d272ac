package pollux.training;

import org.jspecify.annotations.Nullable;
import pollux.model.AttentionSpec;
import pollux.model.DecoderWeights;
import pollux.model.ExpertsSpec;
import pollux.model.LightningSpec;
import pollux.model.Ops;
import pollux.tensor.Activation;
import pollux.tensor.Tensor;

/** The operations that no family in training needs, and that no tape records: each is refused. */
abstract class UnrecordedOps implements Ops {
  @Override
  public Tensor addBias(Tensor x, Tensor bias) {
    throw unrecorded("a bias");
  }

  @Override
  public Tensor scale(Tensor x, float factor) {
    throw unrecorded("a factor");
  }

  @Override
  public Tensor scaleRows(Tensor x, float[] factors) {
    throw unrecorded("a factor for each row");
  }

  @Override
  public Tensor layerNorm(Tensor x, Tensor gain, @Nullable Tensor bias, float eps) {
    throw unrecorded("layer norm");
  }

  @Override
  public Tensor attention(
      int layer,
      Tensor q,
      Tensor k,
      Tensor v,
      @Nullable Tensor sinks,
      AttentionSpec spec,
      int[] ends) {
    throw unrecorded("attention to later positions");
  }

  @Override
  public Tensor attentionWithin(Tensor q, Tensor k, Tensor v, int heads, int[] starts) {
    throw unrecorded("an encoder's attention");
  }

  @Override
  public Tensor linearAttention(int layer, Tensor qkv, LightningSpec spec) {
    throw unrecorded("linear attention");
  }

  @Override
  public Tensor activate(Activation activation, Tensor x) {
    throw unrecorded("the activation " + activation);
  }

  @Override
  public Tensor softCap(Tensor x, float cap) {
    throw unrecorded("a soft cap");
  }

  @Override
  public Tensor experts(
      Tensor x, DecoderWeights.Experts weights, ExpertsSpec spec, Activation activation) {
    throw unrecorded("a mixture of experts");
  }

  /** Says that {@code operation} has no backward pass here. */
  static UnsupportedOperationException unrecorded(String operation) {
    return new UnsupportedOperationException(operation + " is not recorded for training");
  }
}
