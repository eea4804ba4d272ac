package pollux.model.families;

import java.util.List;
import pollux.model.Decoder;
import pollux.model.DecoderWeights;
import pollux.model.FeedForwardSpec;
import pollux.model.LayerSpec;
import pollux.tensor.Activation;
import pollux.tensor.Rotary;

/**
 * GLM-4 of 2025 ({@code glm4.cpp}): norms behind the blocks, too, gate and up in one matrix; with
 * multimodal positions where the file has sections.
 */
final class Glm4 implements Family {
  @Override
  public List<String> architectures() {
    return List.of("glm4");
  }

  @Override
  public Decoder read(Layout file) {
    RotaryReader reader = file.rotary();
    Rotary rotary =
        reader.hasSections()
            ? reader.sectioned(Rotary.Pairs.HALVES, false)
            : reader.read(Rotary.Pairs.NEIGHBOURS);
    for (int l = 0; l < file.layers; l++) {
      file.add(
          new LayerSpec(file.attentionSpec(l, rotary), FeedForwardSpec.of(Activation.SILU)),
          new DecoderWeights.Layer(
              file.norm(l, "attn_norm"),
              file.attention(l),
              file.norm(l, "post_attention_norm"),
              file.norm(l, "ffn_norm"),
              List.of(file.fusedGated(l, file.feedForward(l))),
              null,
              file.norm(l, "post_ffw_norm")));
    }
    return file.decoder(file.spec(file.rms()));
  }
}
