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

/**
 * gpt-oss ({@code openai-moe.cpp}): sinks in the softmax, every other layer with a sliding window,
 * experts with biases and a clamped gate, weighed by a softmax over the chosen ones.
 */
final class GptOss implements Family {
  @Override
  public List<String> architectures() {
    return List.of("gpt-oss");
  }

  @Override
  public Decoder read(Layout file) {
    Metadata metadata = file.metadata;
    // The windows' layers have the same base and scaling.
    Rotary rotary = file.rotary().read(Rotary.Pairs.HALVES);
    int window = metadata.integer("attention.sliding_window", 1, 1 << 24);
    boolean[] windows = metadata.pattern("attention.sliding_window_pattern", 2);
    ExpertsSpec experts = file.expertsSpec(ExpertsSpec.Gating.SOFTMAX_OF_CHOSEN, false);
    for (int l = 0; l < file.layers; l++) {
      AttentionSpec attention = file.attentionSpec(l, rotary);
      file.add(
          new LayerSpec(
              windows[l] ? Gemma3.windowed(attention, window) : attention,
              FeedForwardSpec.of(Activation.CLAMPED, experts)),
          new DecoderWeights.Layer(
              file.norm(l, "attn_norm"),
              file.attention(l),
              null,
              // It stands before the feed-forward block, whatever its name.
              file.norm(l, "post_attention_norm"),
              List.of(),
              file.experts(l, experts, file.expertRows(l, file.feedForward(l)), false),
              null));
    }
    return file.decoder(file.spec(file.rms()));
  }
}
