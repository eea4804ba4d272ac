package pollux.skills;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A figure with one marked acute angle, in pixels of a square canvas. Directions are in degrees
 * from the x axis to the right, counterclockwise as the eye sees it (y grows upwards for them).
 *
 * @param x,y the vertex of the marked angle
 * @param first direction of the clockwise ray of the marked angle, 0 to 359
 * @param size the marked angle in degrees, 10 to 89; the other ray points to {@code first + size}
 * @param reach lengths of the two rays from the vertex
 * @param lines each line of the figure as x1, y1, x2, y2
 * @param closed whether the lines enclose an area
 */
record AngleFigure(
    double x, double y, int first, int size, double[] reach, List<double[]> lines, boolean closed) {
  /** What the angle is part of. */
  enum Kind {
    TRIANGLE,
    CROSSING,
    RAYS
  }

  /** Side of the square canvas in pixels. */
  static final int SIDE = 96;

  static final int SMALLEST = 10;
  static final int LARGEST = 89;

  /** Empty rim around the figure in pixels. */
  private static final double RIM = 6;

  AngleFigure {
    lines = List.copyOf(lines);
  }

  /** A figure that fills much of the canvas, its marked angle uniform from 10 to 89 degrees. */
  static AngleFigure pick(RandomGenerator random) {
    int size = SMALLEST + random.nextInt(LARGEST - SMALLEST + 1);
    Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
    return of(kind, size, random);
  }

  static AngleFigure of(Kind kind, int size, RandomGenerator random) {
    int first = random.nextInt(360);
    List<double[]> lines = new ArrayList<>();
    double one;
    double other;
    switch (kind) {
      case TRIANGLE -> {
        // The second angle decides the sides; none is below 15 degrees or the figure degenerates.
        double second = Canvas.between(random, 15, 165 - size);
        double third = 180 - size - second;
        one = Math.sin(Math.toRadians(third));
        other = Math.sin(Math.toRadians(second));
        double[] b = point(first, one);
        double[] c = point(first + size, other);
        lines.add(new double[] {0, 0, b[0], b[1]});
        lines.add(new double[] {0, 0, c[0], c[1]});
        lines.add(new double[] {b[0], b[1], c[0], c[1]});
      }
      case CROSSING -> {
        one = Canvas.between(random, 0.5, 1);
        other = Canvas.between(random, 0.5, 1);
        lines.add(through(first, one, Canvas.between(random, 0.35, 1)));
        lines.add(through(first + size, other, Canvas.between(random, 0.35, 1)));
      }
      default -> {
        one = Canvas.between(random, 0.6, 1);
        other = Canvas.between(random, 0.6, 1);
        lines.add(through(first, one, 0));
        lines.add(through(first + size, other, 0));
      }
    }
    return fit(first, size, one, other, lines, kind == Kind.TRIANGLE, random);
  }

  /** Scales and moves the figure, which has its vertex at (0, 0), to fill most of the canvas. */
  private static AngleFigure fit(
      int first,
      int size,
      double one,
      double other,
      List<double[]> lines,
      boolean closed,
      RandomGenerator random) {
    double left = 0;
    double right = 0;
    double top = 0;
    double bottom = 0;
    for (double[] line : lines) {
      left = Math.min(left, Math.min(line[0], line[2]));
      right = Math.max(right, Math.max(line[0], line[2]));
      top = Math.min(top, Math.min(line[1], line[3]));
      bottom = Math.max(bottom, Math.max(line[1], line[3]));
    }
    double room = SIDE - 2 * RIM;
    double scale = room / Math.max(right - left, bottom - top) * Canvas.between(random, 0.8, 1);
    double x = RIM + Canvas.between(random, 0, room - (right - left) * scale) - left * scale;
    double y = RIM + Canvas.between(random, 0, room - (bottom - top) * scale) - top * scale;
    List<double[]> placed = new ArrayList<>();
    for (double[] line : lines) {
      placed.add(
          new double[] {
            x + line[0] * scale, y + line[1] * scale, x + line[2] * scale, y + line[3] * scale
          });
    }
    return new AngleFigure(
        x, y, first, size, new double[] {one * scale, other * scale}, placed, closed);
  }

  private static double[] point(double degrees, double radius) {
    double a = Math.toRadians(degrees);
    return new double[] {radius * Math.cos(a), -radius * Math.sin(a)};
  }

  /**
   * A line through the origin that reaches {@code ahead} in the direction and {@code back} against
   * it.
   */
  private static double[] through(double degrees, double ahead, double back) {
    double[] a = point(degrees, ahead);
    double[] b = point(degrees, -back);
    return new double[] {b[0], b[1], a[0], a[1]};
  }

  /**
   * The vertex's cell, then for each ray the cell where it ends and its direction, e.g. {@code b3
   * e5 035 c6 080}; the second direction is always the first plus the angle, so that it may pass
   * 359 and the answer is a plain difference.
   */
  String thought() {
    return "%s %s %03d %s %03d"
        .formatted(
            Foliage.cell(x, y),
            end(first, reach[0]),
            first,
            end(first + size, reach[1]),
            first + size);
  }

  private String end(int direction, double length) {
    double[] ray = point(direction, length);
    return Foliage.cell(x + ray[0], y + ray[1]);
  }
}
