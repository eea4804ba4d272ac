package pollux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pollux.training.Trainer;

class TrainingDisplayTest {
  @TempDir Path folder;
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void showsLossBySourceSpeedAndTimeLeft() throws Exception {
    try (TrainingDisplay display = new TrainingDisplay(streams(), folder, 0)) {
      display.step(report(1, 100, 2.0));
    }
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains(
            "step 1 of 100, 200 tokens/s, 4 GFLOP/s (40 % of peak)",
            "1.500 bits per byte", "50 s left", "leaves", "2.000", "angle             ", "-");
  }

  @Test
  void aResumedRunContinuesItsCurvesWhereTheCheckpointWas() throws Exception {
    try (TrainingDisplay display = new TrainingDisplay(streams(), folder, 0)) {
      for (int step = 1; step <= 5; step++) {
        display.step(report(step, 10, 5));
      }
    }
    try (TrainingDisplay display = new TrainingDisplay(streams(), folder, 3)) {
      display.step(report(4, 10, 1));
    }
    assertThat(Files.readAllLines(folder.resolve("losses.csv")))
        .containsExactly(
            "step,leaves,angle,held-out text in bits per byte",
            "1,5.0000,,1.5000",
            "2,5.0000,,",
            "3,5.0000,,1.2500",
            "4,1.0000,,1.2500");
    assertThat(folder.resolve("losses.svg"))
        .content()
        .startsWith("<svg")
        .endsWith("</svg>\n")
        .contains(">leaves<");
  }

  @Test
  void durationsReadEasily() {
    assertThat(TrainingDisplay.duration(12.4)).isEqualTo("12 s");
    assertThat(TrainingDisplay.duration(600)).isEqualTo("10 min");
    assertThat(TrainingDisplay.duration(3600 * 2 + 5 * 60)).isEqualTo("2 h 05 min");
  }

  private static Trainer.Report report(int step, int steps, double loss) {
    return new Trainer.Report(
        step,
        steps,
        List.of("leaves", "angle"),
        new double[] {loss * 10, 0},
        new long[] {10, 0},
        1,
        100,
        0.5,
        2_000_000_000L,
        1e10,
        step < 3 ? 1.5 : 1.25);
  }

  private Streams streams() {
    return new Streams(
        new ByteArrayInputStream(new byte[0]),
        OutputStream.nullOutputStream(),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        false,
        false);
  }
}
