package pollux.model.families;

import java.util.List;
import pollux.model.Decoder;
import pollux.tensor.Activation;
import pollux.tensor.Rotary;

/**
 * Qwen 3 ({@code qwen3.cpp}): norms of each head's queries and keys; as the text model of Qwen3-VL
 * ({@code qwen3vl.cpp}) with positions by time, row and column, and embeddings of several parts.
 */
final class Qwen3 implements Family {
  private static final String MULTIMODAL = "qwen3vl";

  @Override
  public List<String> architectures() {
    return List.of("qwen3", MULTIMODAL);
  }

  @Override
  public Decoder read(Layout file) {
    boolean multimodal = file.metadata.architecture().equals(MULTIMODAL);
    Rotary rotary = rotary(file, multimodal);
    for (int l = 0; l < file.layers; l++) {
      file.add(
          file.attentionSpec(l, rotary),
          file.attention(l),
          Activation.SILU,
          file.scaledGated(l, "", file.feedForward(l)));
    }
    // The head of a reranker, which a decoder has no use for.
    file.weights.pass("cls.output.weight");
    return file.decoder(file.spec(file.rms()).withEmbeddingParts(embeddingParts(file, multimodal)));
  }

  /** That of Qwen 3, or of Qwen3-VL, whose sections of pairs are interleaved. */
  static Rotary rotary(Layout file, boolean multimodal) {
    return multimodal
        ? file.rotary().sectioned(Rotary.Pairs.HALVES, true)
        : file.rotary().read(Rotary.Pairs.HALVES);
  }

  /** The embedding, and a part for each of the first layers that the file names. */
  static int embeddingParts(Layout file, boolean multimodal) {
    return multimodal ? 1 + file.metadata.integer("n_deepstack_layers", 0, 0, file.layers) : 1;
  }
}
