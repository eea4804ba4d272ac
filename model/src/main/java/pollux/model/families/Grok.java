package pollux.model.families;

import java.util.List;
import pollux.model.AttentionSpec;
import pollux.model.Decoder;
import pollux.model.DecoderWeights;
import pollux.model.DecoderWeights.Slab;
import pollux.model.ExpertsSpec;
import pollux.model.FeedForwardSpec;
import pollux.model.LayerSpec;
import pollux.tensor.Activation;
import pollux.tensor.Rotary;

/**
 * Grok 1 and 2 ({@code grok.cpp}): scaled embeddings, capped scores, norms behind the blocks,
 * experts with GELU gates, in Grok 2 beside a dense block.
 */
final class Grok implements Family {
  @Override
  public List<String> architectures() {
    return List.of("grok");
  }

  @Override
  public Decoder read(Layout file) {
    Metadata metadata = file.metadata;
    Rotary rotary = file.rotary().read(Rotary.Pairs.HALVES, null, 8);
    float scale = metadata.real("attention.output_scale", 0.088388346f);
    float cap = metadata.real("attn_logit_softcapping", 30);
    ExpertsSpec experts = file.expertsSpec(ExpertsSpec.Gating.SOFTMAX, true);
    for (int l = 0; l < file.layers; l++) {
      int rows = file.feedForward(l);
      boolean dense = file.weights.has(Layout.block(l, "ffn_up.weight"));
      List<Slab> slabs = dense ? List.of(file.gated(l, "", rows)) : List.of();
      boolean old = file.weights.has(Layout.block(l, "layer_output_norm.weight"));
      AttentionSpec attention = file.attentionSpec(l, rotary).withScale(scale).withSoftCap(cap);
      float half = dense ? (float) Math.sqrt(0.5) : 1;
      file.add(
          new LayerSpec(attention, new FeedForwardSpec(Activation.GELU, experts, half)),
          new DecoderWeights.Layer(
              file.norm(l, "attn_norm"),
              file.attention(l),
              file.norm(l, "attn_output_norm"),
              file.norm(l, "ffn_norm"),
              slabs,
              file.experts(l, experts, file.expertRows(l, rows), false),
              file.norm(l, old ? "layer_output_norm" : "post_ffw_norm")));
    }
    return file.decoder(
        file.spec(file.rms())
            .scaled(
                metadata.real("embedding_scale", 78.38367f),
                metadata.real("logit_scale", 0.57735026f),
                metadata.real("final_logit_softcapping", 0)));
  }
}
