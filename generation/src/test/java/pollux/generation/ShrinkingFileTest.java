package pollux.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pollux.model.Prompt;
import pollux.tensor.BadInputException;

/**
 * A weights file that someone cuts short between two tokens. It happens in a process of its own:
 * were it not noticed, emitted code would end that process with a signal.
 */
class ShrinkingFileTest {
  @TempDir Path folder;

  @Test
  void isAnErrorOfTheFile() throws Exception {
    Path file = SmallFamily.random(folder.resolve("shrinks.gguf"), SmallFamily.FULL, 1);
    List<String> options =
        List.of(
            "-Xmx256m",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + folder.resolve("crash.log"));
    assertThat(OwnProcess.run(ShrinkingFileTest.class, options, List.of(file.toString())))
        .contains("shrinks.gguf: the file has become shorter", "start again");
  }

  /** Reads a few tokens with the weights in {@code args[0]}, cuts them short, and reads another. */
  public static void main(String[] args) {
    Path file = Path.of(args[0]);
    try (Engine engine = Engine.open(file, EngineOptions.threads(2))) {
      engine.use(session -> {
        session.read(new Prompt(new int[] {1, 2, 3}, List.of()), 2);
        session.next(4);
        cut(file);
        try {
          session.next(5);
        } catch (BadInputException e) {
          System.out.println(e.getMessage());
        }
      });
    }
  }

  private static void cut(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(64);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
