package pollux.model.families;

import java.util.List;
import pollux.model.Decoder;
import pollux.tensor.Activation;
import pollux.tensor.Rotary;

/** ChatGLM 3 and GLM-4 of 2024 ({@code chatglm.cpp}): gate and up in one matrix. */
final class ChatGlm implements Family {
  @Override
  public List<String> architectures() {
    return List.of("chatglm");
  }

  @Override
  public Decoder read(Layout file) {
    Rotary rotary = file.rotary().read(Rotary.Pairs.NEIGHBOURS);
    for (int l = 0; l < file.layers; l++) {
      file.add(
          file.attentionSpec(l, rotary),
          file.attention(l),
          Activation.SILU,
          file.fusedGated(l, file.feedForward(l)));
    }
    return file.decoder(file.spec(file.rms()));
  }
}
