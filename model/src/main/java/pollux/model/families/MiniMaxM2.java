package pollux.model.families;

import java.util.List;
import pollux.model.Decoder;
import pollux.model.DecoderWeights;
import pollux.model.ExpertsSpec;
import pollux.model.FeedForwardSpec;
import pollux.model.LayerSpec;
import pollux.tensor.Activation;
import pollux.tensor.Rotary;

/**
 * MiniMax-M2 ({@code minimax-m2.cpp}): norms over whole rows of queries and keys, part of each head
 * turned, experts chosen with a bias.
 */
final class MiniMaxM2 implements Family {
  @Override
  public List<String> architectures() {
    return List.of("minimax-m2");
  }

  @Override
  public Decoder read(Layout file) {
    Rotary rotary = file.rotary().read(Rotary.Pairs.HALVES);
    ExpertsSpec experts = file.expertsSpec(file.gating(ExpertsSpec.Gating.SIGMOID), true);
    for (int l = 0; l < file.layers; l++) {
      file.add(
          new LayerSpec(
              file.attentionSpec(l, rotary), FeedForwardSpec.of(Activation.SILU, experts)),
          new DecoderWeights.Layer(
              file.norm(l, "attn_norm"),
              file.attention(l),
              null,
              file.norm(l, "ffn_norm"),
              List.of(),
              file.experts(l, experts, file.feedForward(l), false),
              null));
    }
    return file.decoder(file.spec(file.rms()));
  }
}
