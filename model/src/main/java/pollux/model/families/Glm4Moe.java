package pollux.model.families;

import java.util.List;
import pollux.model.Decoder;
import pollux.model.DecoderWeights;
import pollux.model.DecoderWeights.Slab;
import pollux.model.ExpertsSpec;
import pollux.model.FeedForwardSpec;
import pollux.model.LayerSpec;
import pollux.tensor.Activation;
import pollux.tensor.Rotary;

/**
 * GLM-4.5 and kin ({@code glm4-moe.cpp}): dense layers first, then experts chosen with a bias and
 * weighed by sigmoids, beside shared ones.
 */
final class Glm4Moe implements Family {
  @Override
  public List<String> architectures() {
    return List.of("glm4moe");
  }

  @Override
  public Decoder read(Layout file) {
    Metadata metadata = file.metadata;
    RotaryReader reader = file.rotary();
    Rotary rotary =
        reader.hasSections()
            ? reader.sectioned(Rotary.Pairs.HALVES, false)
            : reader.read(Rotary.Pairs.HALVES);
    int dense = metadata.integer("leading_dense_block_count", 0, 0, 1024);
    int shared = metadata.integer("expert_shared_count", 0, 1024);
    ExpertsSpec experts =
        file.expertsSpec(
            file.gating(ExpertsSpec.Gating.SIGMOID), metadata.flag("expert_weights_norm", false));
    for (int l = 0; l < file.layers; l++) {
      boolean mixes = l >= dense;
      int rows = file.feedForward(l);
      int expertRows = file.expertRows(l, Math.max(1, rows / experts.used()));
      List<Slab> slabs =
          !mixes
              ? List.of(file.gated(l, "", rows))
              : shared > 0
                  ? List.of(file.gated(l, "_shexp", Math.multiplyExact(expertRows, shared)))
                  : List.of();
      file.add(
          new LayerSpec(
              file.attentionSpec(l, rotary),
              mixes
                  ? FeedForwardSpec.of(Activation.SILU, experts)
                  : FeedForwardSpec.of(Activation.SILU)),
          new DecoderWeights.Layer(
              file.norm(l, "attn_norm"),
              file.attention(l),
              null,
              // It stands before the feed-forward block, whatever its name.
              file.norm(l, "post_attention_norm"),
              slabs,
              mixes ? file.experts(l, experts, expertRows, false) : null,
              null));
    }
    return file.decoder(file.spec(file.rms()));
  }
}
