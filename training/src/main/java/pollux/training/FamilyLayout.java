package pollux.training;

import java.lang.foreign.Arena;
import pollux.model.FamilySpec;
import pollux.model.Tier;
import pollux.model.WeightNames;
import pollux.tensor.Codec;
import pollux.tensor.ElementType;
import pollux.tensor.Tensor;

/**
 * In which element type each weight ships: Nano's blocks in 4 bits, what only larger tiers run in
 * 8.
 */
final class FamilyLayout {
  private FamilyLayout() {}

  /**
   * Matrices of the blocks that Nano runs are Q4_0; those of larger tiers, the embedding and the
   * media front ends Q8_0; norms and grid positions F32.
   */
  static ElementType type(FamilySpec spec, String name) {
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

  /**
   * Fills {@code to} with what 4 bits leave of {@code from}, if {@code name} ships so, else with
   * all of it.
   */
  static void coarsen(FamilySpec spec, String name, Tensor from, Tensor to) {
    ElementType type = type(spec, name);
    if (type != ElementType.Q4_0) {
      to.data().copyFrom(from.data());
      return;
    }
    try (Arena scratch = Arena.ofConfined()) {
      Tensor coarse = Codec.convert(scratch, from, type);
      to.data().copyFrom(Codec.convert(scratch, coarse, ElementType.F32).data());
    }
  }
}
