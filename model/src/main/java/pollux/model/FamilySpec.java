package pollux.model;

import java.util.List;
import java.util.stream.IntStream;
import pollux.tensor.Activation;
import pollux.tensor.Rotary;

/**
 * What this family is: sizes, and which layers and feed-forward slabs belong to which tier.
 *
 * <p>The block is the one that llama.cpp runs as {@code qwen3}: RMSNorm, grouped-query attention
 * with RMSNorm on each head's queries and keys, rotary positions, SwiGLU, no bias, tied embedding.
 * {@link #decoder} says it in the terms of all families.
 *
 * @param vocabulary rows of the embedding
 * @param width length of a hidden row
 * @param heads query heads; {@code kvHeads} divides it
 * @param headLength length of a head
 * @param slabs feed-forward rows that each tier adds, Nano first; a tier runs its own and all
 *     before
 * @param layerTiers for each layer the smallest tier that runs it
 * @param context positions at most
 */
public record FamilySpec(
    int vocabulary,
    int width,
    int heads,
    int kvHeads,
    int headLength,
    List<Integer> slabs,
    List<Tier> layerTiers,
    float ropeBase,
    float normEps,
    int context) {
  /** Rows and columns of the learned grid positions: pictures first, then frames of film. */
  public static final int GRID =
      (MediaFrontEnd.PICTURE_SIDE + MediaFrontEnd.FRAME_SIDE) / MediaFrontEnd.PATCH;

  public FamilySpec {
    slabs = List.copyOf(slabs);
    layerTiers = List.copyOf(layerTiers);
    if (heads % kvHeads != 0) {
      throw new IllegalArgumentException(
          kvHeads + " key heads do not divide " + heads + " query heads");
    }
    if (slabs.size() != Tier.values().length) {
      throw new IllegalArgumentException("expected a slab for each tier, found " + slabs.size());
    }
  }

  public int layers() {
    return layerTiers.size();
  }

  public int queryWidth() {
    return heads * headLength;
  }

  public int kvWidth() {
    return kvHeads * headLength;
  }

  /** Layers that {@code tier} runs, in order. */
  public int[] layersOf(Tier tier) {
    return IntStream.range(0, layers())
        .filter(l -> layerTiers.get(l).compareTo(tier) <= 0)
        .toArray();
  }

  /** The same as one of all families. */
  public DecoderSpec decoder() {
    AttentionSpec attention =
        AttentionSpec.of(
            heads, kvHeads, headLength, Rotary.of(Rotary.Pairs.HALVES, ropeBase, headLength));
    return new DecoderSpec(
        FamilyFile.ARCHITECTURE,
        vocabulary,
        width,
        context,
        new NormSpec(NormSpec.Kind.RMS, normEps),
        layerTiers.stream()
            .map(tier -> new LayerSpec(tier, attention, FeedForwardSpec.of(Activation.SILU)))
            .toList());
  }

  /** Feed-forward rows of {@code tier}. */
  public int feedForward(Tier tier) {
    return slabs.stream().limit(tier.ordinal() + 1L).mapToInt(Integer::intValue).sum();
  }
}
