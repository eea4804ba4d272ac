package pollux.generation;

import pollux.tensor.BadInputException;

/**
 * How the next token is chosen.
 *
 * @param temperature 0 takes the likeliest token; higher is freer, 2 at most
 * @param topP keep the likeliest tokens whose probabilities together reach this, in (0, 1]
 * @param maxTokens tokens made at most, thoughts included
 * @param seed of the random choices; the same seed gives the same answer
 */
public record Sampling(float temperature, float topP, int maxTokens, long seed) {
  /** The likeliest token each time, 512 tokens at most. */
  public static final Sampling GREEDY = new Sampling(0, 1, 512, 0);

  public Sampling {
    if (!(temperature >= 0 && temperature <= 2)) {
      throw new BadInputException("the temperature must lie between 0 and 2, not " + temperature);
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new BadInputException("top-p must be above 0 and at most 1, not " + topP);
    }
    if (maxTokens < 1) {
      throw new BadInputException("the most tokens to make must be 1 or more, not " + maxTokens);
    }
  }
}
