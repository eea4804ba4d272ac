package pollux.skills;

import java.awt.geom.AffineTransform;
import java.awt.geom.NoninvertibleTransformException;
import java.awt.geom.Path2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Where the leaves of a drawing lie, so that a careful person can count them: each stays mostly
 * visible under the later ones.
 *
 * @param leaves in the order of drawing, later ones on top
 * @param stems lines that bear leaves, or bare twigs; in pixels
 */
record Foliage(List<Leaf> leaves, List<Path2D> stems) {
  /** How leaves are arranged. */
  enum Layout {
    SCATTERED,
    ALTERNATE,
    OPPOSITE,
    ROSETTE,
    TWIGS
  }

  /** A leaf: from the shape's unit coordinates to the canvas. */
  record Leaf(LeafShape shape, AffineTransform place) {
    double x() {
      return place.getTranslateX();
    }

    double y() {
      return place.getTranslateY();
    }

    /** Where the stem enters. */
    double[] base() {
      double[] point = {-0.5, 0};
      place.transform(point, 0, point, 0, 1);
      return point;
    }
  }

  /** Side of the square canvas in pixels. */
  static final int SIDE = 96;

  /** Share of each leaf that must stay visible. */
  private static final double VISIBLE = 0.76;

  /** Points per side of the grid that visibility is judged on. */
  private static final int PROBES = 8;

  private static final int TRIES_PER_LEAF = 12;

  Foliage {
    leaves = List.copyOf(leaves);
    stems = List.copyOf(stems);
  }

  /**
   * Arranges exactly {@code count} leaves.
   *
   * @param apart whether no leaf may touch another
   */
  static Foliage grow(
      int count, Layout layout, List<LeafShape> shapes, boolean apart, RandomGenerator random) {
    // Large where there is room; the largest is not a sign of the count, since small ones occur
    // with every count.
    double largest = Math.min(52, 86 / Math.sqrt(count));
    double length = Canvas.between(random, 17, Math.max(20, largest));
    for (int attempt = 0; ; attempt++) {
      // A layout that has no room falls back to leaves strewn about, ever smaller.
      Layout tried = attempt < 4 ? layout : Layout.SCATTERED;
      Foliage foliage = tryGrow(count, tried, shapes, length, apart, random);
      if (foliage.leaves.size() == count) {
        return foliage;
      }
      length *= 0.9;
    }
  }

  private static Foliage tryGrow(
      int count,
      Layout layout,
      List<LeafShape> shapes,
      double length,
      boolean apart,
      RandomGenerator random) {
    Bed bed = new Bed(apart);
    List<Path2D> stems = new ArrayList<>();
    switch (layout) {
      case SCATTERED -> {
        for (int i = 0; i < count; i++) {
          bed.plant(random, () -> strewn(shapes, vary(length, random), random));
        }
        if (random.nextInt(4) == 0) {
          stems.add(arc(random, Canvas.between(random, 0.3, 0.7)));
        }
      }
      case ALTERNATE, OPPOSITE -> {
        Arc stem = arc(random, Canvas.between(random, 0.75, 1));
        stems.add(stem);
        boolean opposite = layout == Layout.OPPOSITE;
        boolean terminal = random.nextBoolean() || opposite && count % 2 == 1;
        int beside = terminal ? count - 1 : count;
        int nodes = opposite ? (beside + 1) / 2 : beside;
        int firstSide = random.nextBoolean() ? 1 : -1;
        for (int i = 0; i < beside; i++) {
          int node = opposite ? i / 2 : i;
          int side = i % 2 == 0 ? firstSide : -firstSide;
          double t = 0.12 + 0.8 * (node + 0.5) / Math.max(1, nodes);
          bed.plant(
              random,
              () ->
                  attached(
                      shapes,
                      vary(length, random),
                      stem.at(t + Canvas.between(random, -0.03, 0.03)),
                      side * Canvas.between(random, 0.6, 1.4),
                      random));
        }
        if (terminal) {
          bed.plant(
              random,
              () ->
                  attached(
                      shapes,
                      vary(length, random),
                      stem.at(1),
                      Canvas.between(random, -0.4, 0.4),
                      random));
        }
      }
      case ROSETTE -> {
        double x = Canvas.between(random, 40, 56);
        double y = Canvas.between(random, 40, 56);
        double from = random.nextDouble() * 2 * Math.PI;
        // Many leaves need a wider ring, or their bases hide each other.
        double ring = length * Canvas.between(random, 0.02, 0.07) * count;
        double spread = count < 4 ? Canvas.between(random, 2, 2 * Math.PI) : 2 * Math.PI;
        for (int i = 0; i < count; i++) {
          double turn = from + spread * i / count;
          bed.plant(
              random,
              () ->
                  attached(
                      shapes,
                      vary(length, random),
                      new double[] {x + ring * Math.cos(turn), y + ring * Math.sin(turn), turn},
                      Canvas.between(random, -0.15, 0.15),
                      random));
        }
      }
      case TWIGS -> {
        int left = count;
        while (left > 0) {
          int here = Math.min(left, 1 + random.nextInt(3));
          left -= here;
          Arc twig = arc(random, Canvas.between(random, 0.25, 0.45));
          stems.add(twig);
          for (int i = 0; i < here; i++) {
            double t = 1 - 0.5 * i;
            double side = i == 0 ? 0 : i == 1 ? 1 : -1;
            bed.plant(
                random,
                () ->
                    attached(
                        shapes,
                        vary(length, random),
                        twig.at(t),
                        side + Canvas.between(random, -0.3, 0.3),
                        random));
          }
        }
      }
    }
    return new Foliage(bed.leaves, stems);
  }

  private static double vary(double length, RandomGenerator random) {
    return Math.max(13, length * Canvas.between(random, 0.8, 1.15));
  }

  private static Leaf strewn(List<LeafShape> shapes, double length, RandomGenerator random) {
    double margin = length * 0.46;
    return leaf(
        shapes,
        Canvas.between(random, margin, SIDE - margin),
        Canvas.between(random, margin, SIDE - margin),
        random.nextDouble() * 2 * Math.PI,
        length,
        random);
  }

  /**
   * A leaf whose stem enters a little beside {@code {x, y, direction}}, turned by {@code aside}.
   */
  private static Leaf attached(
      List<LeafShape> shapes, double length, double[] at, double aside, RandomGenerator random) {
    double turn = at[2] + aside;
    double reach = length * Canvas.between(random, 0.52, 0.68);
    return leaf(
        shapes,
        at[0] + reach * Math.cos(turn),
        at[1] + reach * Math.sin(turn),
        turn,
        length,
        random);
  }

  private static Leaf leaf(
      List<LeafShape> shapes,
      double x,
      double y,
      double turn,
      double length,
      RandomGenerator random) {
    AffineTransform place = AffineTransform.getTranslateInstance(x, y);
    place.rotate(turn);
    place.scale(length, length * Canvas.between(random, 0.85, 1.15));
    return new Leaf(shapes.get(random.nextInt(shapes.size())), place);
  }

  /** A curved line across part of the canvas. */
  private static Arc arc(RandomGenerator random, double share) {
    double turn = random.nextDouble() * 2 * Math.PI;
    double half = SIDE * 0.42 * share;
    double slack = SIDE * 0.4 * (1 - share);
    double x = SIDE / 2.0 + Canvas.between(random, -slack, slack);
    double y = SIDE / 2.0 + Canvas.between(random, -slack, slack);
    double bend = Canvas.between(random, -0.5, 0.5) * half;
    double dx = Math.cos(turn);
    double dy = Math.sin(turn);
    return new Arc(
        x - dx * half, y - dy * half, x - dy * bend, y + dx * bend, x + dx * half, y + dy * half);
  }

  /** A quadratic curve that can be asked for points. */
  private static final class Arc extends Path2D.Double {
    private static final long serialVersionUID = 1;

    private final double[] p;

    Arc(double... p) {
      this.p = p;
      moveTo(p[0], p[1]);
      quadTo(p[2], p[3], p[4], p[5]);
    }

    /** x, y and direction at {@code t}. */
    double[] at(double t) {
      double u = 1 - t;
      double dx = u * (p[2] - p[0]) + t * (p[4] - p[2]);
      double dy = u * (p[3] - p[1]) + t * (p[5] - p[3]);
      return new double[] {
        u * u * p[0] + 2 * u * t * p[2] + t * t * p[4],
        u * u * p[1] + 2 * u * t * p[3] + t * t * p[5],
        Math.atan2(dy, dx)
      };
    }
  }

  /** Leaves planted so far, and which points of each are still visible. */
  private static final class Bed {
    final List<Leaf> leaves = new ArrayList<>();
    private final List<Probed> planted = new ArrayList<>();
    private final boolean apart;

    /** Leaves that must not touch are judged a little larger than they are. */
    private final double grown;

    Bed(boolean apart) {
      this.apart = apart;
      grown = apart ? 1.2 : 1;
    }

    /**
     * A leaf, the points by which it is judged, and which of them are still visible.
     *
     * @param points of the whole leaf, x and y in turn
     * @param visible those of {@code points} that no later leaf covers
     */
    private record Probed(Leaf leaf, AffineTransform back, double[] points, double[] visible) {}

    /** Adds one of the proposed leaves if a place is found. */
    void plant(RandomGenerator random, Supplier<Leaf> proposal) {
      for (int i = 0; i < TRIES_PER_LEAF; i++) {
        if (add(probed(proposal.get()))) {
          return;
        }
      }
    }

    private boolean add(Probed candidate) {
      double[] own = candidate.points;
      int inside = 0;
      for (int i = 0; i < own.length; i += 2) {
        if (own[i] > 0 && own[i] < SIDE && own[i + 1] > 0 && own[i + 1] < SIDE) {
          inside++;
        }
      }
      if (inside * 2 < own.length * 0.95) {
        return false;
      }
      List<Probed> after = new ArrayList<>(planted.size() + 1);
      for (Probed earlier : planted) {
        double[] left = uncovered(earlier.visible, candidate);
        if (left.length < (apart ? 1 : VISIBLE) * earlier.points.length
            || apart && uncovered(own, earlier).length < own.length) {
          return false;
        }
        after.add(new Probed(earlier.leaf, earlier.back, earlier.points, left));
      }
      after.add(candidate);
      planted.clear();
      planted.addAll(after);
      leaves.add(candidate.leaf);
      return true;
    }

    private double[] uncovered(double[] points, Probed by) {
      double[] unit = new double[points.length];
      by.back.transform(points, 0, unit, 0, points.length / 2);
      double[] left = new double[points.length];
      int n = 0;
      for (int i = 0; i < points.length; i += 2) {
        if (!by.leaf.shape.covers(unit[i] / grown, unit[i + 1] / grown)) {
          left[n++] = points[i];
          left[n++] = points[i + 1];
        }
      }
      return Arrays.copyOf(left, n);
    }

    private Probed probed(Leaf leaf) {
      double[] rim = apart ? leaf.shape.rim() : new double[0];
      double[] points = Arrays.copyOf(rim, rim.length + 2 * PROBES * PROBES);
      int n = rim.length;
      for (int row = 0; row < PROBES; row++) {
        for (int column = 0; column < PROBES; column++) {
          double x = (column + 0.5) / PROBES - 0.5;
          double y = (row + 0.5) / PROBES - 0.5;
          if (leaf.shape.covers(x, y)) {
            points[n++] = x;
            points[n++] = y;
          }
        }
      }
      points = Arrays.copyOf(points, n);
      for (int i = 0; i < n; i++) {
        points[i] *= grown;
      }
      leaf.place.transform(points, 0, points, 0, n / 2);
      try {
        return new Probed(leaf, leaf.place.createInverse(), points, points);
      } catch (NoninvertibleTransformException e) {
        throw new IllegalStateException("a leaf has a length above 0", e);
      }
    }
  }

  /** The cells of the centres in a grid of 6 x 6, row letter and column digit, in reading order. */
  String cells() {
    StringBuilder text = new StringBuilder();
    leaves.stream()
        .map(leaf -> cell(leaf.x(), leaf.y()))
        .sorted(Comparator.naturalOrder())
        .forEach(text::append);
    return text.toString();
  }

  /** The cell of a point: {@code a1} is the top left, {@code f6} the bottom right. */
  static String cell(double x, double y) {
    int column = Math.clamp((int) (x * 6 / SIDE), 0, 5);
    int row = Math.clamp((int) (y * 6 / SIDE), 0, 5);
    return "" + (char) ('a' + row) + (char) ('1' + column);
  }
}
