package pollux.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Where a chat's lines come from. */
interface ChatLines extends AutoCloseable {
  /** The next line, or null at the end. */
  @Nullable String next() throws IOException;

  /** Calls {@code stop} when Ctrl-C is pressed while {@code answering} runs. */
  default void whileAnswering(Runnable answering, Runnable stop) {
    answering.run();
  }

  @Override
  void close() throws IOException;
}
