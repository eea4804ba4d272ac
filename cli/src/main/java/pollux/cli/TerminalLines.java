package pollux.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/** Lines that a person edits, with a history that outlives the process. */
final class TerminalLines implements ChatLines {
  private final Terminal terminal;
  private final LineReader reader;

  TerminalLines(Path history) throws IOException {
    Files.createDirectories(history.getParent());
    terminal = TerminalBuilder.builder().system(true).dumb(true).build();
    reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .variable(LineReader.HISTORY_FILE, history)
            .variable(LineReader.HISTORY_SIZE, 1000)
            // "!" is punctuation here, and a line that starts with a space is one too
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .option(LineReader.Option.HISTORY_IGNORE_SPACE, false)
            .build();
  }

  @Override
  public @Nullable String next() {
    while (true) {
      try {
        return reader.readLine("> ");
      } catch (
          UserInterruptException
              e) { // Ctrl-C clears a line that has something in it, and leaves otherwise
        if (e.getPartialLine().isEmpty()) {
          return null;
        }
      } catch (EndOfFileException e) {
        return null;
      }
    }
  }

  @Override
  public void whileAnswering(Runnable answering, Runnable stop) {
    Terminal.SignalHandler before = terminal.handle(Terminal.Signal.INT, signal -> stop.run());
    try {
      answering.run();
    } finally {
      terminal.handle(Terminal.Signal.INT, before);
    }
  }

  @Override
  public void close() throws IOException {
    reader.getHistory().save();
    terminal.close();
  }
}
