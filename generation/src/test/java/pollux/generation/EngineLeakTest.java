package pollux.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pollux.model.Message;
import pollux.model.Part;

/** A program may open and close models as long as it runs. */
class EngineLeakTest {
  private static final int LOADS = 1_000;

  /** Loads after which all classes are there, and what the JVM allocates once. */
  private static final int FIRST = 100;

  private static final Path MAPS = Path.of("/proc/self/maps");

  private static final List<Message> QUESTION = List.of(Message.user(new Part.Text("hello")));

  @TempDir Path folder;

  @Test
  void aThousandLoadsCancelsAndClosesLeaveNothing() throws IOException {
    assumeTrue(Files.isReadable(MAPS), MAPS + " is missing");
    Path file = SmallFamily.random(folder.resolve("small.gguf"), SmallFamily.SPEC, 1);
    long mappings = 0;
    int threads = 0;
    for (int load = 0; load < LOADS; load++) {
      if (load == FIRST) {
        mappings = mappings(file);
        threads = Thread.getAllStackTraces().size();
      }
      Engine engine = Engine.open(file, EngineOptions.threads(2));
      switch (load % 4) {
        case 0 -> engine.answer(QUESTION, new Sampling(0, 1, 2, 0), AnswerListener.SILENT);
        case 1 ->
            assertThatThrownBy(() -> engine.answer(QUESTION, Sampling.GREEDY, leaving()))
                .isInstanceOf(CancellationException.class);
        default -> {} // closed as it was opened
      }
      engine.close();
      engine.close();
      assertThatThrownBy(() -> engine.answer(QUESTION, Sampling.GREEDY, AnswerListener.SILENT))
          .as("load %d", load)
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(mappings(file)).as("mappings of the file").isZero();
    assertThat(mappings).isZero();
    assertThat(Thread.getAllStackTraces().size()).as("threads").isLessThanOrEqualTo(threads + 2);
  }

  /** Leaves at the first thing that it hears. */
  private static AnswerListener leaving() {
    return new AnswerListener() {
      @Override
      public void text(String piece) {
        throw new CancellationException("enough");
      }

      @Override
      public void thought(String piece) {
        throw new CancellationException("enough");
      }
    };
  }

  private static long mappings(Path file) throws IOException {
    try (var lines = Files.lines(MAPS)) {
      return lines.filter(line -> line.contains(file.getFileName().toString())).count();
    }
  }
}
