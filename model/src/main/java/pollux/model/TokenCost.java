package pollux.model;

import java.util.List;
import org.jspecify.annotations.Nullable;
import pollux.model.DecoderWeights.Projection;
import pollux.model.DecoderWeights.Slab;

/**
 * What one token costs in weights, whatever is in the cache: the floor of every implementation.
 *
 * @param bytes of matrices that are read for one token on its own
 * @param operations floating-point operations with them, two for each weight
 */
public record TokenCost(long bytes, long operations) {
  private static final TokenCost NOTHING = new TokenCost(0, 0);

  /** Of {@code weights}, run whole. */
  static TokenCost of(DecoderSpec spec, DecoderWeights weights) {
    TokenCost cost = of(weights.output());
    for (int l = 0; l < weights.layers().size(); l++) {
      DecoderWeights.Layer layer = weights.layers().get(l);
      cost = cost.plus(of(layer.mixer()));
      for (Slab slab : layer.slabs()) {
        cost = cost.plus(of(slab.gate())).plus(of(slab.up())).plus(of(slab.down()));
      }
      DecoderWeights.Experts experts = layer.experts();
      ExpertsSpec block = spec.layers().get(l).feedForward().experts();
      if (experts != null && block != null) {
        cost = cost.plus(of(experts.router()));
        double share = block.used() / (double) experts.ups().size();
        cost = cost.plus(all(experts.ups()).times(share)).plus(all(experts.downs()).times(share));
        if (experts.gates() != null) {
          cost = cost.plus(all(experts.gates()).times(share));
        }
      }
    }
    return cost;
  }

  private static TokenCost of(DecoderWeights.Mixer mixer) {
    return switch (mixer) {
      case DecoderWeights.Attention a -> all(List.of(a.q(), a.k(), a.v(), a.output()));
      case DecoderWeights.Lightning a -> all(List.of(a.qkv(), a.gate(), a.output()));
    };
  }

  private static TokenCost all(List<Projection> projections) {
    TokenCost cost = NOTHING;
    for (Projection projection : projections) {
      cost = cost.plus(of(projection));
    }
    return cost;
  }

  private static TokenCost of(@Nullable Projection projection) {
    return projection == null
        ? NOTHING
        : new TokenCost(projection.weight().data().byteSize(), 2 * projection.weight().elements());
  }

  private TokenCost plus(TokenCost other) {
    return new TokenCost(bytes + other.bytes, operations + other.operations);
  }

  private TokenCost times(double share) {
    return new TokenCost(Math.round(bytes * share), Math.round(operations * share));
  }
}
