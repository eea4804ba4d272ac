package pollux.model.families;

import java.util.List;
import pollux.model.AttentionSpec;
import pollux.model.Decoder;
import pollux.tensor.Rotary;

/**
 * Gemma 2 ({@code gemma2.cpp}): norms behind the blocks, too, scores and logits softly capped, and
 * every other layer with a sliding window.
 */
final class Gemma2 implements Family {
  private static final int LAYERS_OF_27B = 46;

  @Override
  public List<String> architectures() {
    return List.of("gemma2");
  }

  @Override
  public Decoder read(Layout file) {
    Metadata metadata = file.metadata;
    Rotary rotary = file.rotary().read(Rotary.Pairs.HALVES);
    float base = metadata.real("rope.freq_base", 10_000);
    Rotary ofWindows =
        metadata.has("rope.freq_base_swa")
            ? file.rotary().ofWindows(Rotary.Pairs.HALVES, base)
            : rotary;
    int window = metadata.integer("attention.sliding_window", 4096, 1, 1 << 24);
    boolean[] windows = metadata.pattern("attention.sliding_window_pattern", 2);
    float cap = metadata.real("attn_logit_softcapping", 50);
    for (int l = 0; l < file.layers; l++) {
      AttentionSpec attention =
          file.attentionSpec(l, windows[l] ? ofWindows : rotary)
              .withScale(Gemma3.scale(file, LAYERS_OF_27B))
              .withSoftCap(cap);
      Gemma3.add(file, windows[l] ? Gemma3.windowed(attention, window) : attention);
    }
    return file.decoder(
        file.spec(file.rms())
            .scaled(
                (float) Math.sqrt(file.width), 1, metadata.real("final_logit_softcapping", 30)));
  }
}
