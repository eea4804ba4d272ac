package pollux.model.families;

import java.util.List;
import pollux.model.Decoder;
import pollux.model.DecoderWeights;
import pollux.model.DecoderWeights.Projection;
import pollux.model.DecoderWeights.Slab;
import pollux.model.ExpertsSpec;
import pollux.model.FeedForwardSpec;
import pollux.model.LayerSpec;
import pollux.tensor.Activation;
import pollux.tensor.Rotary;

/**
 * ERNIE 4.5, dense and with experts ({@code ernie4-5.cpp}, {@code ernie4-5-moe.cpp}). The reference
 * reads a bias of the attention's output and leaves it out; so does this.
 */
final class Ernie implements Family {
  private static final String MIXTURE = "ernie4_5-moe";

  @Override
  public List<String> architectures() {
    return List.of("ernie4_5", MIXTURE);
  }

  @Override
  public Decoder read(Layout file) {
    Metadata metadata = file.metadata;
    Rotary rotary = file.rotary().read(Rotary.Pairs.NEIGHBOURS);
    boolean mixture = metadata.architecture().equals(MIXTURE);
    int dense = mixture ? metadata.integer("leading_dense_block_count", 0, 0, 1024) : file.layers;
    int step = mixture ? metadata.integer("interleave_moe_layer_step", 1, 1024) : 1;
    int shared = mixture ? metadata.integer("expert_shared_feed_forward_length", 0, 0, 1 << 20) : 0;
    ExpertsSpec experts = mixture ? file.expertsSpec(ExpertsSpec.Gating.SOFTMAX, true) : null;
    for (int l = 0; l < file.layers; l++) {
      Projection biased =
          file.weights.projection(Layout.block(l, "attn_output"), file.width, file.queryWidth(l));
      DecoderWeights.Attention attention =
          file.attention(l, new Projection(biased.weight(), null, biased.scale()));
      int rows = file.feedForward(l);
      if (experts == null || l < dense || (l + 1) % step != 0) {
        file.add(
            file.attentionSpec(l, rotary), attention, Activation.SILU, file.gated(l, "", rows));
        continue;
      }
      List<Slab> slabs = shared > 0 ? List.of(file.gated(l, "_shexp", shared)) : List.of();
      file.add(
          new LayerSpec(
              file.attentionSpec(l, rotary), FeedForwardSpec.of(Activation.SILU, experts)),
          new DecoderWeights.Layer(
              file.norm(l, "attn_norm"),
              attention,
              null,
              file.norm(l, "ffn_norm"),
              slabs,
              file.experts(l, experts, file.expertRows(l, rows), false),
              null));
    }
    return file.decoder(file.spec(file.rms()));
  }
}
