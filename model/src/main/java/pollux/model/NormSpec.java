package pollux.model;

/**
 * A norm of hidden rows.
 *
 * @param eps added to the mean square, or the variance
 */
public record NormSpec(Kind kind, float eps) {
  /** What is divided by what. */
  public enum Kind {
    /** RMSNorm (Zhang, Sennrich 2019). Gemma's gain, one more than learned, is so in its files. */
    RMS,
    /** LayerNorm (Ba et al. 2016), with a bias. */
    LAYER
  }
}
