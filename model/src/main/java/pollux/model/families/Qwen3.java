package pollux.model.families;

import java.util.List;
import pollux.model.Decoder;
import pollux.tensor.Activation;
import pollux.tensor.Rotary;

/** Qwen 3 ({@code qwen3.cpp}): norms of each head's queries and keys. */
final class Qwen3 implements Family {
  @Override
  public List<String> architectures() {
    return List.of("qwen3");
  }

  @Override
  public Decoder read(Layout file) {
    Rotary rotary = file.rotary().read(Rotary.Pairs.HALVES);
    for (int l = 0; l < file.layers; l++) {
      file.add(
          file.attentionSpec(l, rotary),
          file.attention(l),
          Activation.SILU,
          file.scaledGated(l, "", file.feedForward(l)));
    }
    // The head of a reranker, which a decoder has no use for.
    file.weights.pass("cls.output.weight");
    return file.decoder(file.spec(file.rms()));
  }
}
