package pollux.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * The three streams of a command, all UTF-8 whatever the locale says: answers go to {@code out},
 * everything else to {@code err}.
 *
 * @param typed whether a person types what comes in
 * @param seen whether a person reads {@code err}
 */
record Streams(InputStream in, OutputStream out, PrintStream err, boolean typed, boolean seen) {
  /** Who reads our output has gone away, as {@code head} does: no reason to say anything. */
  static final class Gone extends RuntimeException {
    private static final long serialVersionUID = 1;

    Gone(IOException cause) {
      super(cause);
    }
  }

  static Streams ofProcess() {
    PrintStream err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    System.setErr(err);
    // The launcher says which of the streams 0, 1, 2 are terminals; Java knows of all or none.
    String terminals = System.getProperty("pollux.terminals", "");
    return new Streams(
        System.in,
        new FileOutputStream(FileDescriptor.out),
        err,
        terminals.contains("0"),
        terminals.contains("2"));
  }

  /** Writes at once, so that a reader sees the answer grow. */
  void print(String text) {
    try {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      throw new Gone(e);
    }
  }

  void println(String text) {
    print(text + "\n");
  }

  PrintWriter outWriter() {
    return new PrintWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), true);
  }

  PrintWriter errWriter() {
    return new PrintWriter(new OutputStreamWriter(err, StandardCharsets.UTF_8), true);
  }

  void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw new Gone(e);
    }
    err.flush();
  }
}
