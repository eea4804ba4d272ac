package pollux.model.families;

import java.util.List;
import pollux.model.Decoder;
import pollux.tensor.Activation;
import pollux.tensor.Rotary;

/**
 * Qwen 2 and 2.5 ({@code qwen2.cpp}): biases of queries, keys and values; as the text model of
 * Qwen2-VL and 2.5-VL ({@code qwen2vl.cpp}) with positions by time, row and column.
 */
final class Qwen2 implements Family {
  private static final String MULTIMODAL = "qwen2vl";

  @Override
  public List<String> architectures() {
    return List.of("qwen2", MULTIMODAL);
  }

  @Override
  public Decoder read(Layout file) {
    Rotary rotary =
        file.metadata.architecture().equals(MULTIMODAL)
            ? file.rotary().sectioned(Rotary.Pairs.HALVES, false)
            : file.rotary().read(Rotary.Pairs.HALVES);
    for (int l = 0; l < file.layers; l++) {
      file.add(
          file.attentionSpec(l, rotary),
          file.attention(l),
          Activation.SILU,
          file.gated(l, "", file.feedForward(l)));
    }
    return file.decoder(file.spec(file.rms()));
  }
}
