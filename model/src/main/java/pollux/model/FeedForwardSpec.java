package pollux.model;

import org.jspecify.annotations.Nullable;
import pollux.tensor.Activation;

/**
 * The feed-forward block of one layer: slabs that run for every position, experts that are chosen
 * for each, or both, added.
 *
 * @param experts null where there are none
 * @param scale factor of the sum
 */
public record FeedForwardSpec(Activation activation, @Nullable ExpertsSpec experts, float scale) {
  /** Slabs alone. */
  public static FeedForwardSpec of(Activation activation) {
    return new FeedForwardSpec(activation, null, 1);
  }

  /** Experts, and slabs where the weights have some. */
  public static FeedForwardSpec of(Activation activation, ExpertsSpec experts) {
    return new FeedForwardSpec(activation, experts, 1);
  }
}
