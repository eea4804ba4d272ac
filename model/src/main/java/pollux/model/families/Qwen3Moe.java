package pollux.model.families;

import java.util.List;
import pollux.model.Decoder;
import pollux.model.DecoderWeights;
import pollux.model.ExpertsSpec;
import pollux.model.FeedForwardSpec;
import pollux.model.LayerSpec;
import pollux.tensor.Activation;
import pollux.tensor.Rotary;

/** Qwen 3 with experts ({@code qwen3moe.cpp}), alone or in Qwen3-VL ({@code qwen3vlmoe.cpp}). */
final class Qwen3Moe implements Family {
  private static final String MULTIMODAL = "qwen3vlmoe";

  @Override
  public List<String> architectures() {
    return List.of("qwen3moe", MULTIMODAL);
  }

  @Override
  public Decoder read(Layout file) {
    boolean multimodal = file.metadata.architecture().equals(MULTIMODAL);
    Rotary rotary = Qwen3.rotary(file, multimodal);
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
    return file.decoder(
        file.spec(file.rms()).withEmbeddingParts(Qwen3.embeddingParts(file, multimodal)));
  }
}
