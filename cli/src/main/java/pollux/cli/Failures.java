package pollux.cli;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;
import pollux.tensor.BadInputException;

/** Turns what went wrong into one sentence on stderr and an exit status. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  /** Something in Pollux or in the machine failed. */
  static final int FAILED = 1;

  /** What came from outside cannot be used: a file, an option. */
  static final int BAD_INPUT = 2;

  /** What a shell reports for a process that a closed pipe ended. */
  static final int PIPE_CLOSED = 141;

  static final int INTERRUPTED = 130;

  private final Streams io;

  Failures(Streams io) {
    this.io = io;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine line, ParseResult parsed) {
    return report(e);
  }

  /** Says what happened; returns the exit status. */
  int report(Throwable e) {
    if (e instanceof Streams.Gone) {
      return PIPE_CLOSED;
    }
    if (e instanceof CancellationException) {
      return INTERRUPTED;
    }
    boolean trace = Boolean.getBoolean("pollux.trace") || System.getenv("POLLUX_TRACE") != null;
    if (trace) {
      e.printStackTrace(io.err());
    }
    if (e instanceof BadInputException) {
      io.err().println("pollux: " + oneLine(e.getMessage()));
      return BAD_INPUT;
    }
    String hint =
        trace ? "" : " (an error in Pollux; with POLLUX_TRACE=1 in the environment it shows where)";
    if (e instanceof OutOfMemoryError) {
      hint = " (give it more with POLLUX_JAVA_OPTS=-Xmx2g, for example)";
    }
    io.err().println("pollux: " + oneLine(e.toString()) + hint);
    return FAILED;
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    io.err().println("pollux: " + oneLine(e.getMessage()));
    UnmatchedArgumentException.printSuggestions(e, line.getErr());
    io.err().println("Try '" + line.getCommandSpec().qualifiedName() + " --help'.");
    return BAD_INPUT;
  }

  private static String oneLine(@Nullable String message) {
    return message == null ? "no reason given" : message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
