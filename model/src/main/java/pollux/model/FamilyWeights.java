package pollux.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import pollux.tensor.Tensor;

/** The tensors of this family, laid out as those of all families. */
final class FamilyWeights {
  private FamilyWeights() {}

  /** Those that {@code weights} gives by name ({@link WeightNames}). */
  static DecoderWeights of(FamilySpec spec, Function<String, Tensor> weights) {
    List<DecoderWeights.Layer> layers = new ArrayList<>();
    for (int l = 0; l < spec.layers(); l++) {
      layers.add(layer(l, weights));
    }
    Tensor embedding = weights.apply(WeightNames.EMBEDDING);
    return new DecoderWeights(
        embedding,
        null,
        new DecoderWeights.Media(
            weights.apply(WeightNames.PATCH),
            weights.apply(WeightNames.GRID_ROW),
            weights.apply(WeightNames.GRID_COLUMN),
            weights.apply(WeightNames.SOUND)),
        layers,
        Arrays.stream(Tier.values())
            .map(t -> norm(weights.apply(WeightNames.outputNorm(t))))
            .toList(),
        new DecoderWeights.Projection(embedding));
  }

  private static DecoderWeights.Layer layer(int l, Function<String, Tensor> weights) {
    Function<String, Tensor> own = part -> weights.apply(WeightNames.layer(l, part));
    Function<String, DecoderWeights.Projection> matrix =
        part -> new DecoderWeights.Projection(own.apply(part));
    return new DecoderWeights.Layer(
        norm(own.apply(WeightNames.ATTENTION_NORM)),
        new DecoderWeights.Attention(
            matrix.apply(WeightNames.Q),
            matrix.apply(WeightNames.K),
            matrix.apply(WeightNames.V),
            own.apply(WeightNames.Q_NORM),
            own.apply(WeightNames.K_NORM),
            null,
            matrix.apply(WeightNames.ATTENTION_OUTPUT)),
        null,
        norm(own.apply(WeightNames.FEED_FORWARD_NORM)),
        Arrays.stream(Tier.values())
            .map(t ->
                new DecoderWeights.Slab(
                    matrix.apply(WeightNames.gate(t)),
                    matrix.apply(WeightNames.up(t)),
                    matrix.apply(WeightNames.down(t))))
            .toList(),
        null,
        null);
  }

  private static DecoderWeights.Norm norm(Tensor gain) {
    return new DecoderWeights.Norm(gain, null);
  }
}
