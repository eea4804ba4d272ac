package pollux.model.families;

import java.util.List;
import pollux.model.Decoder;
import pollux.model.DecoderWeights.Slab;
import pollux.model.NormSpec;
import pollux.tensor.Activation;

/**
 * GPT-2 ({@code gpt2.cpp}): layer norms and biases everywhere, learned positions, one matrix for
 * queries, keys and values, and no gate.
 */
final class Gpt2 implements Family {
  @Override
  public List<String> architectures() {
    return List.of("gpt2");
  }

  @Override
  public Decoder read(Layout file) {
    for (int l = 0; l < file.layers; l++) {
      int rows = file.feedForward(l);
      Slab slab =
          new Slab(
              null,
              file.weights.unscaled(Layout.block(l, "ffn_up"), rows, file.width),
              file.weights.unscaled(Layout.block(l, "ffn_down"), file.width, rows));
      file.add(file.attentionSpec(l, null), file.attention(l), Activation.GELU, slab);
    }
    NormSpec norm =
        new NormSpec(NormSpec.Kind.LAYER, file.metadata.real("attention.layer_norm_epsilon"));
    return file.decoder(
        file.spec(norm), file.weights.matrix("position_embd.weight", file.context, file.width));
  }
}
