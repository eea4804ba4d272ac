package pollux.cli;

import java.util.function.Consumer;

/**
 * What is being done, on stderr: one line drawn over again at a terminal, a line every ten seconds
 * elsewhere.
 */
final class ProgressLine implements Consumer<String> {
  private static final double LOG_SECONDS = 10;

  private final Streams io;
  private long shown = Long.MIN_VALUE;
  private boolean open;

  ProgressLine(Streams io) {
    this.io = io;
  }

  @Override
  public synchronized void accept(String what) {
    if (io.seen()) {
      io.err().print("\r\033[K" + what); // to the line's beginning, and clear it
      io.err().flush();
      open = true;
    } else if (shown == Long.MIN_VALUE || System.nanoTime() - shown > LOG_SECONDS * 1e9) {
      shown = System.nanoTime();
      io.err().println(what);
    }
  }

  /** Leaves the line as it is. */
  synchronized void end() {
    if (open) {
      io.err().println();
      open = false;
    }
  }
}
