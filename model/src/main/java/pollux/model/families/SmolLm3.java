package pollux.model.families;

import java.util.List;
import pollux.model.AttentionSpec;
import pollux.model.Decoder;
import pollux.tensor.Activation;
import pollux.tensor.Rotary;

/** SmolLM 3 ({@code smollm3.cpp}): each fourth layer without rotary positions. */
final class SmolLm3 implements Family {
  private static final int UNTURNED_STEP = 4;

  @Override
  public List<String> architectures() {
    return List.of("smollm3");
  }

  @Override
  public Decoder read(Layout file) {
    RotaryReader reader = file.rotary();
    Rotary rotary = reader.read(reader.pairsOfLlama());
    float scale = file.metadata.real("attention.scale", 0);
    for (int l = 0; l < file.layers; l++) {
      AttentionSpec attention = file.attentionSpec(l, (l + 1) % UNTURNED_STEP == 0 ? null : rotary);
      file.add(
          scale == 0 ? attention : attention.withScale(scale),
          file.attention(l),
          Activation.SILU,
          file.gated(l, "", file.feedForward(l)));
    }
    return file.decoder(file.spec(file.rms()));
  }
}
