package pollux.model;

/**
 * A prompt to learn from.
 *
 * @param learned by position: whether its token is to be predicted (from the position before it)
 */
public record Lesson(Prompt prompt, boolean[] learned) {
  public Lesson {
    if (learned.length != prompt.tokens().length) {
      throw new IllegalArgumentException(
          prompt.tokens().length + " positions need as many marks, not " + learned.length);
    }
  }
}
