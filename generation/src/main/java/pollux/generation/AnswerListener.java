package pollux.generation;

/**
 * Hears an answer while it is made, on the thread that asked. Pieces are whole characters. An
 * exception ends the answer and reaches the one that asked: throw a {@link
 * java.util.concurrent.CancellationException} to stop it.
 */
public interface AnswerListener {
  /** Hears nothing. */
  AnswerListener SILENT = new AnswerListener() {};

  /** The next piece of the thought. */
  default void thought(String piece) {}

  /** The next piece of the answer. */
  default void text(String piece) {}
}
