package pollux.model.families;

import java.util.List;
import pollux.model.Decoder;
import pollux.tensor.Activation;
import pollux.tensor.Rotary;

/** Gemma 1 ({@code gemma.cpp}): GELU gates, and embedded tokens scaled by the root of the width. */
final class Gemma implements Family {
  @Override
  public List<String> architectures() {
    return List.of("gemma");
  }

  @Override
  public Decoder read(Layout file) {
    Rotary rotary = file.rotary().read(Rotary.Pairs.HALVES);
    for (int l = 0; l < file.layers; l++) {
      file.add(
          file.attentionSpec(l, rotary),
          file.attention(l),
          Activation.GELU,
          file.gated(l, "", file.feedForward(l)));
    }
    return file.decoder(file.spec(file.rms()).scaled((float) Math.sqrt(file.width), 1, 0));
  }
}
