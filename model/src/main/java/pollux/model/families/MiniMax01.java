package pollux.model.families;

import java.util.List;
import pollux.model.Decoder;
import pollux.model.DecoderSpec.Residual;
import pollux.model.DecoderWeights;
import pollux.model.ExpertsSpec;
import pollux.model.FeedForwardSpec;
import pollux.model.LayerSpec;
import pollux.model.LightningSpec;
import pollux.model.MixerSpec;
import pollux.tensor.Activation;
import pollux.tensor.Rotary;

/**
 * MiniMax-01 ({@code minimax-01.cpp}): lightning attention in seven of eight layers, softmax
 * attention in the eighth; the normed row, scaled, is what a block is added to; experts throughout.
 */
final class MiniMax01 implements Family {
  @Override
  public List<String> architectures() {
    return List.of("minimax-01");
  }

  @Override
  public Decoder read(Layout file) {
    Metadata metadata = file.metadata;
    Rotary rotary = file.rotary().read(Rotary.Pairs.HALVES);
    boolean[] linear =
        metadata.pattern(
            "attention.recurrent_layers", metadata.integer("full_attention_interval", 8, 1, 1024));
    ExpertsSpec experts = file.expertsSpec(ExpertsSpec.Gating.SOFTMAX, true);
    for (int l = 0; l < file.layers; l++) {
      MixerSpec mixer =
          linear[l]
              ? new LightningSpec(file.headLength, slopes(file, l))
              : file.attentionSpec(l, rotary);
      file.add(
          new LayerSpec(mixer, FeedForwardSpec.of(Activation.SILU, experts)),
          new DecoderWeights.Layer(
              file.norm(l, "attn_norm"),
              linear[l] ? lightning(file, l) : file.attention(l),
              null,
              file.norm(l, "ffn_norm"),
              List.of(),
              file.experts(l, experts, file.feedForward(l), false),
              null));
    }
    return file.decoder(
        file.spec(file.rms())
            .with(new Residual(Residual.Kind.OF_NORMED, metadata.real("residual_scale"))));
  }

  private static DecoderWeights.Lightning lightning(Layout file, int l) {
    int rows = file.queryWidth(l);
    return new DecoderWeights.Lightning(
        file.weights.bare(Layout.block(l, "attn_qkv"), 3 * rows, file.width),
        file.weights.bare(Layout.block(l, "attn_gate"), rows, file.width),
        file.weights.norm(Layout.block(l, "attn_norm_2"), rows),
        file.weights.bare(Layout.block(l, "attn_output"), file.width, rows));
  }

  /** The slopes of ALiBi, smaller in later layers. */
  private static float[] slopes(Layout file, int l) {
    int heads = file.heads(l);
    double first = Math.pow(2, -Math.pow(2, -(Math.log(heads) / Math.log(2) - 3)));
    double share = 1 - (double) l / Math.max(1, file.layers - 1) + 1e-5;
    float[] slopes = new float[heads];
    for (int h = 0; h < heads; h++) {
      slopes[h] = (float) (first * Math.pow(first, h) * share);
    }
    return slopes;
  }
}
