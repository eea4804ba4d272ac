package pollux.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import pollux.tensor.BadInputException;
import pollux.training.Trainer;

/**
 * Shows a run as it goes: a block that is drawn over at a terminal, a line every half minute
 * elsewhere.
 */
final class TrainingDisplay implements Trainer.Listener, AutoCloseable {
  /** Weight of what was before, per step: the figures are means over some 50 steps. */
  private static final double MEMORY = 0.98;

  private static final double TERMINAL_SECONDS = 0.25;
  private static final double LOG_SECONDS = 30;
  private static final int SOURCES_IN_A_LINE = 4;

  private final Streams io;
  private final LossCurves curves;
  private double[] loss = {};
  private double[] targets = {};
  private double positions;
  private double seconds;
  private double operations;
  private double weight;
  private long shown = Long.MIN_VALUE;
  private int linesShown;

  /** Continues the curves in {@code folder} after {@code step}. */
  TrainingDisplay(Streams io, Path folder, int step) throws IOException {
    this.io = io;
    curves = new LossCurves(folder, step);
  }

  @Override
  public void step(Trainer.Report report) {
    remember(report);
    try {
      curves.add(report);
    } catch (IOException e) {
      throw new BadInputException(
          "the run's curves cannot be written (" + e + "): free some room and go on with --resume",
          e);
    }
    long now = System.nanoTime();
    double wait = io.seen() ? TERMINAL_SECONDS : LOG_SECONDS;
    if (shown == Long.MIN_VALUE || report.step() == report.steps() || now - shown > wait * 1e9) {
      shown = now;
      show(lines(report));
    }
  }

  private void remember(Trainer.Report report) {
    if (loss.length != report.loss().length) {
      loss = new double[report.loss().length];
      targets = new double[loss.length];
    }
    for (int i = 0; i < loss.length; i++) {
      loss[i] = loss[i] * MEMORY + report.loss()[i];
      targets[i] = targets[i] * MEMORY + report.targets()[i];
    }
    positions = positions * MEMORY + report.positions();
    seconds = seconds * MEMORY + report.seconds();
    operations = operations * MEMORY + report.operations();
    weight = weight * MEMORY + 1;
  }

  private List<String> lines(Trainer.Report report) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "step %d of %d, %.0f tokens/s, %.0f GFLOP/s (%.0f %% of peak), gradient %.2f, %s bits per byte held out, %s left",
            report.step(),
            report.steps(),
            positions / seconds,
            operations / seconds / 1e9,
            100 * operations / seconds / report.peak(),
            report.norm(),
            Double.isNaN(report.bitsPerByte())
                ? "no"
                : String.format(Locale.ROOT, "%.3f", report.bitsPerByte()),
            duration((report.steps() - report.step()) * seconds / weight)));
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < loss.length; i++) {
      String value =
          targets[i] == 0 ? "-" : String.format(Locale.ROOT, "%.3f", loss[i] / targets[i]);
      line.append(String.format(Locale.ROOT, "  %-19s %7s", report.names().get(i), value));
      if ((i + 1) % SOURCES_IN_A_LINE == 0 || i + 1 == loss.length) {
        lines.add(line.toString());
        line.setLength(0);
      }
    }
    return lines;
  }

  private void show(List<String> lines) {
    if (io.seen()) {
      if (linesShown > 0) {
        io.err()
            .print(
                "\033["
                    + linesShown
                    + "A\033[J"); // up to where the block began, and clear from there
      }
      linesShown = lines.size();
    }
    lines.forEach(io.err()::println);
  }

  /** Such as {@code 2 h 05 min} or {@code 40 s}. */
  static String duration(double seconds) {
    long s = Math.round(seconds);
    if (s < 60) {
      return s + " s";
    }
    long minutes = Math.round(s / 60.0);
    return minutes < 60
        ? minutes + " min"
        : String.format(Locale.ROOT, "%d h %02d min", minutes / 60, minutes % 60);
  }

  @Override
  public void close() throws IOException {
    curves.close();
  }
}
