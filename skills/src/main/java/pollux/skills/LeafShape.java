package pollux.skills;

import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.util.Arrays;
import java.util.List;

/**
 * Kinds of leaves, each as an outline of length 1 that points right: the stem enters at (-0.5, 0),
 * the tip is at or near (0.5, 0), the blade is symmetric about the x axis.
 */
enum LeafShape {
  OVAL(belly(0.24, 0.5)),
  WILLOW(belly(0.1, 0.45)),
  ROUND(belly(0.4, 0.46)),
  EGG(belly(0.3, 0.3)),
  HEART(heart()),
  MAPLE(lobes(new double[] {0.6, 0.56, 0.42}, 52, 0.46)),
  OAK(wavy(0.25, 3.5, 0.4)),
  BIRCH(toothed(0.27, 7, 0.18)),
  IVY(lobes(new double[] {0.62, 0.5}, 64, 0.5)),
  LAUREL(belly(0.17, 0.55)),
  SPOON(belly(0.22, 0.7)),
  PLANE(lobes(new double[] {0.6, 0.52, 0.36}, 46, 0.62)),
  POPLAR(toothed(0.42, 6, 0.1)),
  DANDELION(toothed(0.17, 5, 0.5)),
  SPINDLE(wavy(0.16, 2.5, 0.3)),
  /** Test only. */
  GINKGO(ginkgo()),
  /** Test only. */
  HOLLY(holly());

  /** Side of the mask in cells; it covers the unit square around the origin. */
  private static final int MASK = 32;

  private static final List<LeafShape> FOR_TRAINING =
      List.of(
          OVAL, WILLOW, ROUND, EGG, HEART, MAPLE, OAK, BIRCH, IVY, LAUREL, SPOON, PLANE, POPLAR,
          DANDELION, SPINDLE);
  private static final List<LeafShape> FOR_TEST =
      List.of(OVAL, WILLOW, ROUND, EGG, HEART, MAPLE, OAK, BIRCH, IVY, GINKGO, HOLLY);

  private final Path2D outline;
  private final double[] rim;
  private final boolean[] mask = new boolean[MASK * MASK];

  LeafShape(Path2D outline) {
    this.outline = outline;
    rim = points(outline);
    for (int row = 0; row < MASK; row++) {
      for (int column = 0; column < MASK; column++) {
        mask[row * MASK + column] =
            outline.contains((column + 0.5) / MASK - 0.5, (row + 0.5) / MASK - 0.5);
      }
    }
  }

  /** The kinds that cases of {@code split} show; the test adds kinds that training never shows. */
  static List<LeafShape> of(Split split) {
    return split == Split.TRAINING ? FOR_TRAINING : FOR_TEST;
  }

  /** The outline; do not change it. */
  Path2D outline() {
    return outline;
  }

  /** Points of the outline, x and y in turn; do not change them. */
  double[] rim() {
    return rim;
  }

  private static double[] points(Path2D outline) {
    double[] points = new double[1024];
    int n = 0;
    PathIterator edges = outline.getPathIterator(null, 0.01);
    for (; !edges.isDone(); edges.next()) {
      double[] point = new double[6];
      if (edges.currentSegment(point) != PathIterator.SEG_CLOSE) {
        points[n++] = point[0];
        points[n++] = point[1];
      }
    }
    return Arrays.copyOf(points, n);
  }

  /** Whether the blade covers the point, to 1/32 of its length. */
  boolean covers(double x, double y) {
    int column = (int) Math.floor((x + 0.5) * MASK);
    int row = (int) Math.floor((y + 0.5) * MASK);
    return column >= 0 && row >= 0 && column < MASK && row < MASK && mask[row * MASK + column];
  }

  /** Half the blade's width at {@code x}, from the mask. */
  double halfWidth(double x) {
    double y = 0;
    while (covers(x, y)) {
      y += 1.0 / MASK;
    }
    return y;
  }

  /** Widest at {@code widest} of the length, pointed at both ends. */
  private static Path2D belly(double half, double widest) {
    double peak = widest - 0.5;
    Path2D path = new Path2D.Double();
    path.moveTo(-0.5, 0);
    for (int side = -1; side <= 1; side += 2) {
      double from = side < 0 ? -0.5 : 0.5;
      double to = -from;
      path.curveTo(
          from * 0.92, side * half * 0.8, (from + peak) / 2, side * half, peak, side * half);
      path.curveTo((peak + to) / 2, side * half, to * 0.92, side * half * 0.45, to, 0);
    }
    path.closePath();
    return path;
  }

  private static Path2D heart() {
    Path2D path = new Path2D.Double();
    path.moveTo(-0.36, 0);
    path.curveTo(-0.62, -0.3, -0.4, -0.5, -0.12, -0.44);
    path.curveTo(0.12, -0.4, 0.3, -0.2, 0.5, 0);
    path.curveTo(0.3, 0.2, 0.12, 0.4, -0.12, 0.44);
    path.curveTo(-0.4, 0.5, -0.62, 0.3, -0.36, 0);
    path.closePath();
    return path;
  }

  /**
   * Pointed lobes around a centre behind the middle.
   *
   * @param reach how far each lobe reaches: the one at the tip, then those beside it
   * @param step degrees between lobes
   * @param valley how deep the outline falls between lobes, as a share of their reach
   */
  private static Path2D lobes(double[] reach, double step, double valley) {
    int side = reach.length - 1;
    Path2D path = new Path2D.Double();
    path.moveTo(-0.42, 0);
    for (int i = -side; i <= side; i++) {
      double r = reach[Math.abs(i)];
      polar(path, i * step - step * 0.5, r * valley);
      polar(path, i * step - step * 0.22, r * 0.72);
      polar(path, i * step, r);
      polar(path, i * step + step * 0.22, r * 0.72);
      polar(path, i * step + step * 0.5, r * valley);
    }
    path.closePath();
    return path;
  }

  private static void polar(Path2D path, double degrees, double radius) {
    double a = Math.toRadians(degrees);
    path.lineTo(-0.12 + radius * Math.cos(a), radius * Math.sin(a));
  }

  /** An outline with round waves, as an oak's. */
  private static Path2D wavy(double half, double waves, double depth) {
    int points = 40;
    Path2D path = new Path2D.Double();
    path.moveTo(-0.5, 0);
    for (int side = -1; side <= 1; side += 2) {
      for (int i = 1; i <= points; i++) {
        double along = i / (double) points;
        double t = side < 0 ? along : 1 - along;
        double envelope = Math.pow(Math.sin(Math.PI * Math.pow(t, 1.25)), 0.6) * half;
        double wave = 1 - depth * (0.5 - 0.5 * Math.cos(2 * Math.PI * waves * t));
        path.lineTo(t - 0.5, side * envelope * wave);
      }
    }
    path.closePath();
    return path;
  }

  /** An egg with small teeth, as a birch's. */
  private static Path2D toothed(double half, int teeth, double depth) {
    Path2D path = new Path2D.Double();
    path.moveTo(-0.5, 0);
    for (int side = -1; side <= 1; side += 2) {
      for (int i = 1; i < 2 * teeth; i++) {
        double along = i / (2.0 * teeth);
        double t = side < 0 ? along : 1 - along;
        double envelope = Math.sin(Math.PI * Math.pow(t, 0.75)) * half;
        path.lineTo(t - 0.5, side * envelope * (i % 2 == 1 ? 1 : 1 - depth));
      }
      path.lineTo(side < 0 ? 0.5 : -0.5, 0);
    }
    path.closePath();
    return path;
  }

  private static Path2D ginkgo() {
    Path2D path = new Path2D.Double();
    path.moveTo(-0.5, 0);
    path.quadTo(-0.15, -0.12, 0.08, -0.5);
    path.quadTo(0.44, -0.36, 0.42, -0.05);
    path.lineTo(0.18, 0);
    path.lineTo(0.42, 0.05);
    path.quadTo(0.44, 0.36, 0.08, 0.5);
    path.quadTo(-0.15, 0.12, -0.5, 0);
    path.closePath();
    return path;
  }

  private static Path2D holly() {
    double[] x = {-0.5, -0.3, 0, 0.28, 0.5};
    double[] spine = {0, 0.3, 0.36, 0.27, 0};
    Path2D path = new Path2D.Double();
    path.moveTo(x[0], 0);
    for (int i = 1; i < x.length; i++) {
      path.quadTo((x[i - 1] + x[i]) / 2, -(spine[i - 1] + spine[i]) * 0.26, x[i], -spine[i]);
    }
    for (int i = x.length - 2; i >= 0; i--) {
      path.quadTo((x[i + 1] + x[i]) / 2, (spine[i + 1] + spine[i]) * 0.26, x[i], spine[i]);
    }
    path.closePath();
    return path;
  }
}
