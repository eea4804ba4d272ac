package pollux.cli;

import java.util.List;
import picocli.CommandLine;

/** Where {@code ./pollux} enters. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    String refused = VectorModule.load();
    Streams io = Streams.ofProcess();
    if (refused != null) {
      io.err().println("pollux: " + refused);
    }
    System.exit(run(io, Answerer::open, args));
  }

  /** Runs one command; the exit status is 0, 1 for a failure of ours, 2 for bad input or usage. */
  static int run(Streams io, Answerer.Opener opener, String... args) {
    CommandLine line = new CommandLine(new PolluxCommand(io, opener));
    Failures failures = new Failures(io);
    line.setExecutionExceptionHandler(failures);
    line.setParameterExceptionHandler(failures);
    line.setOut(io.outWriter());
    line.setErr(io.errWriter());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(true);
    int status = line.execute(List.of(args).isEmpty() ? new String[] {"--help"} : args);
    io.flush();
    return status;
  }
}
