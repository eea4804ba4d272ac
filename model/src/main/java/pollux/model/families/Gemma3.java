package pollux.model.families;

import java.util.List;
import pollux.model.AttentionSpec;
import pollux.model.Decoder;
import pollux.model.DecoderWeights;
import pollux.model.FeedForwardSpec;
import pollux.model.LayerSpec;
import pollux.tensor.Activation;
import pollux.tensor.Rotary;

/**
 * Gemma 3 ({@code gemma3.cpp}): as Gemma 2 without caps, with normed queries and keys, and five of
 * six layers with a sliding window and a rotary base of their own.
 */
final class Gemma3 implements Family {
  private static final int LAYERS_OF_27B = 62;

  @Override
  public List<String> architectures() {
    return List.of("gemma3");
  }

  @Override
  public Decoder read(Layout file) {
    Metadata metadata = file.metadata;
    Rotary rotary = file.rotary().read(Rotary.Pairs.HALVES);
    Rotary ofWindows = file.rotary().ofWindows(Rotary.Pairs.HALVES, 10_000);
    int window = metadata.integer("attention.sliding_window", 0, 0, 1 << 24);
    boolean[] windows = metadata.pattern("attention.sliding_window_pattern", 6);
    for (int l = 0; l < file.layers; l++) {
      boolean slides = window > 0 && windows[l];
      AttentionSpec attention =
          file.attentionSpec(l, slides ? ofWindows : rotary).withScale(scale(file, LAYERS_OF_27B));
      add(file, slides ? windowed(attention, window) : attention);
    }
    // An embedding model's further layers, which a decoder has no use for.
    file.weights.pass("dense_2.weight");
    file.weights.pass("dense_3.weight");
    return file.decoder(
        file.spec(file.rms())
            .scaled((float) Math.sqrt(file.width), 1, metadata.real("final_logit_softcapping", 0)));
  }

  /**
   * Scale of the scores. The 27B models scale by the width of a head, were the hidden row cut
   * evenly; files that llama.cpp's converter wrote do not say so.
   */
  static float scale(Layout file, int layersOf27B) {
    float given = file.metadata.real("attention.scale", 0);
    if (given != 0) {
      return given;
    }
    int length = file.layers == layersOf27B ? file.width / file.heads(0) : file.headLength;
    return (float) (1 / Math.sqrt(length));
  }

  static AttentionSpec windowed(AttentionSpec attention, int window) {
    return attention.withReach(new AttentionSpec.Reach(AttentionSpec.Reach.Kind.WINDOW, window));
  }

  /** Adds the next layer, with norms behind both blocks. */
  static void add(Layout file, AttentionSpec attention) {
    int l = file.next();
    file.add(
        new LayerSpec(attention, FeedForwardSpec.of(Activation.GELU)),
        new DecoderWeights.Layer(
            file.norm(l, "attn_norm"),
            file.attention(l),
            file.norm(l, "post_attention_norm"),
            file.norm(l, "ffn_norm"),
            List.of(file.gated(l, "", file.feedForward(l))),
            null,
            file.norm(l, "post_ffw_norm")));
  }
}
