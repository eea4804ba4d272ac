package pollux.generation;

import org.jspecify.annotations.Nullable;

/**
 * What the model said, and what it cost.
 *
 * @param text the answer, without the thought
 * @param thought what the model noted for itself first, or null
 * @param promptTokens positions read, media positions included
 * @param thoughtTokens tokens of the thought, its marks included
 * @param answerTokens tokens of the answer, without the end mark
 */
public record Answer(
    String text,
    @Nullable String thought,
    int promptTokens,
    int thoughtTokens,
    int answerTokens,
    Timings timings,
    Stop stop) {

  /** Seconds spent on opening the weights, on reading the prompt, and on making tokens. */
  public record Timings(double load, double prefill, double decode) {}

  /** Why the answer ended. */
  public enum Stop {
    /** The model said that it was done. */
    END,
    /** {@link Sampling#maxTokens} was reached. */
    LENGTH,
    /** The context was full. */
    CONTEXT
  }
}
