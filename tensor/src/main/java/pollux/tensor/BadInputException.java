package pollux.tensor;

import org.jspecify.annotations.Nullable;

/**
 * Something that came from outside (a file, a flag, a request) cannot be used.
 *
 * <p>The message is one sentence for the reader: which file or field, what was expected, what was
 * found, what to do. The command line prints it alone and exits with status 2.
 */
public final class BadInputException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public BadInputException(String message) {
    super(message);
  }

  public BadInputException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
