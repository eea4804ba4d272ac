package pollux.model.families;

import java.util.List;
import org.jspecify.annotations.Nullable;
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
 * Llama 1 to 3, Mistral and Mixtral ({@code llama.cpp}, {@code mistral3.cpp}): the block that most
 * families vary, with biases and a mixture of experts where the file has them. Mistral 3 lets
 * queries grow with their position.
 */
final class Llama implements Family {
  private static final String MISTRAL = "mistral3";

  @Override
  public List<String> architectures() {
    return List.of("llama", MISTRAL);
  }

  @Override
  public Decoder read(Layout file) {
    Metadata metadata = file.metadata;
    RotaryReader reader = file.rotary();
    @Nullable Tensor factors =
        metadata.text("rope.scaling.type", "").equals("longrope")
            ? reader.longRopeFactors(file.context)
            : reader.factors();
    Rotary rotary = reader.read(reader.pairsOfLlama(), factors, 32);
    AttentionSpec.Temperature temperature = null;
    float growth =
        metadata.architecture().equals(MISTRAL)
            ? metadata.real("attention.temperature_scale", 0)
            : 0;
    if (growth != 0) {
      temperature = new AttentionSpec.Temperature(growth, reader.firstContext(), 0);
    }
    float scale = metadata.real("attention.scale", 0);
    // llama.cpp leaves out the window of the first Mistral; its maker does not.
    int window =
        metadata.isConverted() ? 0 : metadata.integer("attention.sliding_window", 0, 0, 1 << 24);
    ExpertsSpec experts =
        file.expertCount() == 0 ? null : file.expertsSpec(ExpertsSpec.Gating.SOFTMAX, true);
    for (int l = 0; l < file.layers; l++) {
      AttentionSpec attention = file.attentionSpec(l, rotary).withTemperature(temperature);
      if (scale != 0) {
        attention = attention.withScale(scale);
      }
      if (window > 0) {
        attention = Gemma3.windowed(attention, window);
      }
      int rows = file.feedForward(l);
      if (experts == null) {
        file.add(attention, file.attention(l), Activation.SILU, file.scaledGated(l, "", rows));
        continue;
      }
      file.add(
          new LayerSpec(attention, FeedForwardSpec.of(Activation.SILU, experts)),
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
