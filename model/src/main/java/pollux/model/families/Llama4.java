package pollux.model.families;

import java.util.List;
import pollux.model.AttentionSpec;
import pollux.model.Decoder;
import pollux.model.DecoderWeights;
import pollux.model.ExpertsSpec;
import pollux.model.FeedForwardSpec;
import pollux.model.LayerSpec;
import pollux.tensor.Activation;
import pollux.tensor.Rotary;
import pollux.tensor.Tensor;

/**
 * Llama 4 ({@code llama4.cpp}): attention in chunks, but in each fourth layer over all positions,
 * without rotary positions and with queries that grow; queries and keys normed after they turned;
 * experts whose inputs are weighed, beside a shared one, in each n-th layer.
 */
final class Llama4 implements Family {
  private static final int CHUNK = 8192;
  private static final int UNTURNED_STEP = 4;

  /** Maverick, whose queries and keys are not normed, is told by its experts. */
  private static final int UNNORMED_EXPERTS = 128;

  @Override
  public List<String> architectures() {
    return List.of("llama4");
  }

  @Override
  public Decoder read(Layout file) {
    Metadata metadata = file.metadata;
    RotaryReader reader = file.rotary();
    Tensor factors = reader.factors();
    Rotary rotary = reader.read(Rotary.Pairs.NEIGHBOURS, factors, 32);
    boolean chunked =
        !metadata.has("attention.sliding_window")
            || metadata.integer("attention.sliding_window", 0, 1 << 24) != 0;
    boolean[] chunks = metadata.pattern("attention.sliding_window_pattern", UNTURNED_STEP);
    int step = metadata.integer("interleave_moe_layer_step", 0, 1024);
    ExpertsSpec plain = file.expertsSpec(ExpertsSpec.Gating.SIGMOID, false);
    ExpertsSpec experts =
        new ExpertsSpec(
            plain.count(), plain.used(), plain.gating(), false, plain.scale(), true, 1, 1);
    boolean normed = plain.count() != UNNORMED_EXPERTS;
    Tensor ones = file.weights.ones(file.headLength);
    for (int l = 0; l < file.layers; l++) {
      boolean turned = !chunked || (l + 1) % UNTURNED_STEP != 0;
      AttentionSpec attention = file.attentionSpec(l, turned ? rotary : null).normedAfterRotary();
      if (chunked && chunks[l]) {
        attention =
            attention.withReach(new AttentionSpec.Reach(AttentionSpec.Reach.Kind.CHUNK, CHUNK));
      }
      if (!turned) {
        attention = attention.withTemperature(new AttentionSpec.Temperature(0.1f, CHUNK, 1));
      }
      DecoderWeights.Attention read = file.attention(l);
      Tensor gain = turned && normed ? ones : null;
      DecoderWeights.Attention weights =
          new DecoderWeights.Attention(
              read.q(), read.k(), read.v(), gain, gain, null, read.output());
      if (step == 0 || (l + 1) % step != 0) {
        file.add(attention, weights, Activation.SILU, file.gated(l, "", file.feedForward(l)));
        continue;
      }
      int rows = file.expertRows(l, file.feedForward(l));
      file.add(
          new LayerSpec(attention, FeedForwardSpec.of(Activation.SILU, experts)),
          new DecoderWeights.Layer(
              file.norm(l, "attn_norm"),
              weights,
              null,
              file.norm(l, "ffn_norm"),
              List.of(file.gated(l, "_shexp", rows)),
              file.experts(l, experts, rows, false),
              null));
    }
    return file.decoder(file.spec(file.rms()));
  }
}
