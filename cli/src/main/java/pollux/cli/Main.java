package pollux.cli;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.RunLast;

/** Where {@code ./pollux} enters. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    // Takes some 40 ms, in which the command line is read.
    FutureTask<@Nullable String> vectors = new FutureTask<>(VectorModule::load);
    Thread.ofPlatform().name("pollux-vectors").daemon().start(vectors);
    Streams io = Streams.ofProcess();
    Runnable ready =
        () -> {
          String refused = result(vectors);
          if (refused != null) {
            io.err().println("pollux: " + refused);
          }
        };
    System.exit(run(io, Answerer::open, ready, args));
  }

  /** Runs one command; the exit status is 0, 1 for a failure of ours, 2 for bad input or usage. */
  static int run(Streams io, Answerer.Opener opener, String... args) {
    return run(io, opener, () -> {}, args);
  }

  /**
   * As {@link #run(Streams, Answerer.Opener, String...)}; {@code ready} is called once it is known
   * what to do.
   */
  private static int run(Streams io, Answerer.Opener opener, Runnable ready, String... args) {
    String[] given = args.length == 0 ? new String[] {"--help"} : args;
    CommandLine line = new PolluxCommand(io, opener).line(given);
    Failures failures = new Failures(io);
    line.setExecutionExceptionHandler(failures);
    line.setParameterExceptionHandler(failures);
    line.setExecutionStrategy(parsed -> {
      ready.run();
      return new RunLast().execute(parsed);
    });
    line.setOut(io.outWriter());
    line.setErr(io.errWriter());
    line.setUsageHelpAutoWidth(true);
    int status = line.execute(given);
    io.flush();
    return status;
  }

  private static @Nullable String result(FutureTask<@Nullable String> task) {
    try {
      return task.get();
    } catch (ExecutionException e) {
      return "could not load the Vector API (" + e.getCause() + ")";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted before the Vector API was there";
    }
  }
}
