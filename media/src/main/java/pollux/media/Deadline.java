package pollux.media;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import pollux.tensor.BadInputException;

/**
 * Work of libraries that corrupt input may keep busy for ever: it is done in a thread of its own
 * and given up when its time is over. Java cannot stop such a thread, so it goes on at the lowest
 * priority, but it keeps neither the caller nor the program waiting.
 */
final class Deadline {
  /** A deep tree needs a deep stack. */
  private static final long STACK_BYTES = 8L << 20;

  private Deadline() {}

  /** What {@code work} answers; if it fails, {@code failure} says what went wrong. */
  static <T> T run(
      String name, int seconds, Callable<T> work, Function<Throwable, BadInputException> failure) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(null, task, "reading " + name, STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(seconds, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      thread.setPriority(Thread.MIN_PRIORITY);
      throw new BadInputException(
          "%s: expected a file that is read within %d s, found no end by then; simplify it."
              .formatted(name, seconds),
          e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw cause instanceof BadInputException bad ? bad : failure.apply(cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while reading " + name, e);
    }
  }
}
