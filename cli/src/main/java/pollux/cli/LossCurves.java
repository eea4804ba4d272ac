package pollux.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import pollux.training.Trainer;

/** A run's losses by source: {@code losses.csv}, and {@code losses.svg} drawn from it. */
final class LossCurves implements AutoCloseable {
  /** Points of a whole run, so that a long one does not make a large picture. */
  private static final int POINTS = 1000;

  private static final String HELD_OUT = "held-out text in bits per byte";

  private static final double DRAW_SECONDS = 60;

  private final Path csv;
  private final Path svg;
  private final List<String> rows = new ArrayList<>();
  private double[] loss = {};
  private long[] targets = {};
  private double bitsPerByte = Double.NaN;
  private long drawn = System.nanoTime();

  /**
   * Keeps what is there up to {@code step}: what came after was not in the checkpoint and comes
   * again.
   */
  LossCurves(Path folder, int step) throws IOException {
    csv = folder.resolve("losses.csv");
    svg = folder.resolve("losses.svg");
    if (step > 0 && Files.exists(csv)) {
      for (String row : Files.readAllLines(csv)) {
        if (rows.isEmpty() || Integer.parseInt(row.substring(0, row.indexOf(','))) <= step) {
          rows.add(row);
        }
      }
      Files.write(csv, rows);
    } else {
      Files.deleteIfExists(csv);
    }
  }

  void add(Trainer.Report report) throws IOException {
    if (loss.length != report.loss().length) {
      loss = new double[report.loss().length];
      targets = new long[loss.length];
    }
    for (int i = 0; i < loss.length; i++) {
      loss[i] += report.loss()[i];
      targets[i] += report.targets()[i];
    }
    int every = Math.max(1, report.steps() / POINTS);
    if (report.step() % every != 0 && report.step() != report.steps()) {
      return;
    }
    if (rows.isEmpty()) {
      append("step," + String.join(",", report.names()) + "," + HELD_OUT);
    }
    StringJoiner row = new StringJoiner(",");
    row.add(Integer.toString(report.step()));
    for (int i = 0; i < loss.length; i++) {
      row.add(targets[i] == 0 ? "" : String.format(Locale.ROOT, "%.4f", loss[i] / targets[i]));
      loss[i] = 0;
      targets[i] = 0;
    }
    boolean measured = report.bitsPerByte() != bitsPerByte && !Double.isNaN(report.bitsPerByte());
    bitsPerByte = report.bitsPerByte();
    row.add(measured ? String.format(Locale.ROOT, "%.4f", bitsPerByte) : "");
    append(row.toString());
    if (System.nanoTime() - drawn > DRAW_SECONDS * 1e9) {
      draw();
    }
  }

  private void append(String row) throws IOException {
    rows.add(row);
    Files.writeString(csv, row + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private void draw() throws IOException {
    drawn = System.nanoTime();
    if (rows.size() < 2) {
      return;
    }
    Path draft = svg.resolveSibling("losses.svg.draft");
    Files.writeString(draft, new CurvePlot(rows).svg());
    Files.move(draft, svg, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() throws IOException {
    draw();
  }
}
