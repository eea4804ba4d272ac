package pollux.training;

import pollux.model.DecoderSpec;
import pollux.model.Tier;
import pollux.model.WeightNames;
import pollux.tensor.ElementType;

/** In which element type each weight ships: Nano's blocks in 4 bits, what only larger tiers run in 8. */
final class FamilyLayout {
  private FamilyLayout() {}

  /**
   * Matrices of the blocks that Nano runs are Q4_0; those of larger tiers, the embedding and the media
   * front ends Q8_0; norms and grid positions F32.
   */
  static ElementType type(DecoderSpec spec, String name) {
    if (name.startsWith("blk.")) {
      if (name.contains("norm")) {
        return ElementType.F32;
      }
      int layer = Integer.parseInt(name.substring(4, name.indexOf('.', 4)));
      boolean nano =
          spec.layerTiers().get(layer) == Tier.NANO
              && !name.contains("." + Tier.PRO.label() + ".")
              && !name.contains("." + Tier.ULTRA.label() + ".");
      return nano ? ElementType.Q4_0 : ElementType.Q8_0;
    }
    return switch (name) {
      case WeightNames.EMBEDDING, WeightNames.PATCH, WeightNames.SOUND -> ElementType.Q8_0;
      default -> ElementType.F32;
    };
  }
}
