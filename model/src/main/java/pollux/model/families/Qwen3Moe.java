package pollux.model.families;

import java.util.List;
import pollux.model.Decoder;
import pollux.model.DecoderWeights;
import pollux.model.ExpertsSpec;
import pollux.model.FeedForwardSpec;
import pollux.model.LayerSpec;
import pollux.tensor.Activation;
import pollux.tensor.Rotary;

/** Qwen 3 with experts ({@code qwen3moe.cpp}). */
final class Qwen3Moe implements Family {
  @Override
  public List<String> architectures() {
    return List.of("qwen3moe");
  }

  @Override
  public Decoder read(Layout file) {
    Rotary rotary = file.rotary().read(Rotary.Pairs.HALVES);
    ExpertsSpec experts = file.expertsSpec(ExpertsSpec.Gating.SOFTMAX, true);
    for (int l = 0; l < file.layers; l++) {
      int rows = file.expertRows(l, Math.max(1, file.feedForward(l) / experts.used()));
      file.add(
          new LayerSpec(
              file.attentionSpec(l, rotary), FeedForwardSpec.of(Activation.SILU, experts)),
          new DecoderWeights.Layer(
              file.norm(l, "attn_norm"),
              file.attention(l),
              null,
              file.norm(l, "ffn_norm"),
              List.of(),
              file.experts(l, experts, rows, true),
              null));
    }
    return file.decoder(file.spec(file.rms()));
  }
}
