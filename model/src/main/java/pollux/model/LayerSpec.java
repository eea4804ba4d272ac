package pollux.model;

/**
 * One layer: what mixes positions, then the feed-forward block.
 *
 * @param tier the smallest that runs it; {@link Tier#NANO} in families without tiers
 */
public record LayerSpec(Tier tier, MixerSpec mixer, FeedForwardSpec feedForward) {
  /** A layer of a family without tiers. */
  public LayerSpec(MixerSpec mixer, FeedForwardSpec feedForward) {
    this(Tier.NANO, mixer, feedForward);
  }
}
