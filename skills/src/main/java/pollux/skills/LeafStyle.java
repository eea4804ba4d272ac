package pollux.skills;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.random.RandomGenerator;

/** How a leaf is drawn. Each style keeps leaves that touch apart by an edge. */
enum LeafStyle {
  FLAT,
  OUTLINED,
  LINE_ART,
  SILHOUETTE,
  SHADED,
  VEINED,
  PLASTIC,
  /** A blade of many small dots. */
  STIPPLED,
  /** An outline with a second one inside. */
  DOUBLED,
  /** One half light, one half dark. */
  HALVED,
  /** Cut from paper, with a shadow. */
  CUT_OUT,
  /** A bright blade in a soft halo. */
  GLOWING,
  /** Broken lines. */
  DASHED,
  /** A blade of patches in neighbouring colours. */
  MOSAIC,
  /** A thick shaky pen without filling. */
  MARKER,
  /** Test only: soft washes that let the paper through. */
  WATERCOLOUR,
  /** Test only: rough light lines on a dark board. */
  CHALK,
  /** Test only: an outline with parallel strokes, as in a woodcut. */
  HATCHED;

  private static final List<LeafStyle> FOR_TRAINING =
      List.of(
          FLAT,
          OUTLINED,
          LINE_ART,
          SILHOUETTE,
          SHADED,
          VEINED,
          PLASTIC,
          STIPPLED,
          DOUBLED,
          HALVED,
          CUT_OUT,
          GLOWING,
          DASHED,
          MOSAIC,
          MARKER);
  private static final List<LeafStyle> FOR_TEST = List.of(WATERCOLOUR, CHALK, HATCHED);

  /** The styles of a split; the two share none. */
  static List<LeafStyle> of(Split split) {
    return split == Split.TRAINING ? FOR_TRAINING : FOR_TEST;
  }

  /** Whether the ground is dark; by chance where the style allows both. */
  boolean dark(RandomGenerator random) {
    return switch (this) {
      case CHALK -> true;
      case WATERCOLOUR, HATCHED -> false;
      case GLOWING -> random.nextInt(3) != 0;
      default -> random.nextInt(3) == 0;
    };
  }

  /** The colour of lines (outlines, stems) on {@code ground} beside leaves of {@code leaf}. */
  Color ink(Color ground, Color leaf) {
    boolean dark = Canvas.luma(ground) < 0.5;
    return switch (this) {
      case LINE_ART, DOUBLED, DASHED, MARKER, CHALK, HATCHED ->
          Canvas.mix(leaf, dark ? Color.WHITE : Color.BLACK, 0.6);
      default -> Canvas.mix(leaf, dark ? Color.WHITE : Color.BLACK, 0.45);
    };
  }

  /**
   * Draws one leaf.
   *
   * @param place from the shape's unit coordinates to the canvas
   * @param leaf the blade's colour
   * @param ink the lines' colour
   * @param ground the colour behind
   * @param weight the lines' width in pixels
   */
  void paint(
      Graphics2D g,
      LeafShape shape,
      AffineTransform place,
      Color leaf,
      Color ink,
      Color ground,
      double weight,
      RandomGenerator random) {
    Shape blade = place.createTransformedShape(shape.outline());
    BasicStroke line =
        new BasicStroke((float) weight, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    g.setStroke(line);
    switch (this) {
      case FLAT, SILHOUETTE -> {
        // A rim of the ground's colour, so that leaves on top of each other stay apart.
        g.setStroke(new BasicStroke((float) (2 * weight)));
        g.setColor(ground);
        g.draw(blade);
        g.setColor(leaf);
        g.fill(blade);
      }
      case OUTLINED -> {
        g.setColor(leaf);
        g.fill(blade);
        g.setColor(ink);
        g.draw(blade);
        g.draw(vein(place, -0.5, 0, 0.3, 0));
      }
      case LINE_ART -> {
        g.setColor(ground);
        g.fill(blade);
        g.setColor(ink);
        g.draw(blade);
        g.draw(vein(place, -0.5, 0, 0.3, 0));
      }
      case SHADED -> {
        double[] ends = {0, -0.3, 0, 0.3};
        place.transform(ends, 0, ends, 0, 2);
        g.setPaint(
            new GradientPaint(
                (float) ends[0],
                (float) ends[1],
                Canvas.mix(leaf, Color.WHITE, 0.35),
                (float) ends[2],
                (float) ends[3],
                Canvas.mix(leaf, Color.BLACK, 0.3)));
        g.fill(blade);
        g.setColor(Canvas.mix(leaf, Color.BLACK, 0.5));
        g.draw(blade);
      }
      case VEINED -> {
        g.setColor(leaf);
        g.fill(blade);
        g.setColor(ground);
        g.draw(blade);
        g.setStroke(new BasicStroke((float) (weight * 0.7)));
        g.setColor(Canvas.mix(leaf, Canvas.luma(leaf) > 0.5 ? Color.BLACK : Color.WHITE, 0.45));
        veins(g, shape, place);
      }
      case PLASTIC -> {
        g.setColor(Canvas.mix(leaf, Color.BLACK, 0.55));
        g.setStroke(new BasicStroke((float) (weight * 2.2)));
        g.draw(blade);
        g.setColor(leaf);
        g.fill(blade);
        g.setColor(Canvas.mix(leaf, Color.WHITE, 0.5));
        g.setStroke(line);
        g.draw(vein(place, -0.2, -0.08, 0.15, -0.08));
      }
      case STIPPLED -> {
        g.setColor(ground);
        g.fill(blade);
        double dot = Canvas.between(random, 1, 2);
        double[] at = new double[2];
        g.setColor(leaf);
        for (int i = 0; i < 160; i++) {
          at[0] = random.nextDouble() - 0.5;
          at[1] = random.nextDouble() - 0.5;
          if (shape.covers(at[0], at[1])) {
            place.transform(at, 0, at, 0, 1);
            g.fill(new Ellipse2D.Double(at[0] - dot / 2, at[1] - dot / 2, dot, dot));
          }
        }
        g.setColor(ink);
        g.draw(blade);
      }
      case DOUBLED -> {
        g.setColor(random.nextBoolean() ? ground : Canvas.mix(leaf, ground, 0.6));
        g.fill(blade);
        g.setColor(ink);
        g.draw(blade);
        AffineTransform inner = new AffineTransform(place);
        inner.scale(0.6, 0.6);
        g.setStroke(new BasicStroke((float) (weight * 0.7)));
        g.draw(inner.createTransformedShape(shape.outline()));
      }
      case HALVED -> {
        g.setColor(leaf);
        g.fill(blade);
        Area half = new Area(blade);
        half.intersect(
            new Area(place.createTransformedShape(new Rectangle2D.Double(-0.6, 0, 1.2, 0.6))));
        g.setColor(Canvas.mix(leaf, Canvas.luma(leaf) > 0.5 ? Color.BLACK : Color.WHITE, 0.4));
        g.fill(half);
        g.setColor(random.nextBoolean() ? ink : ground);
        g.draw(blade);
      }
      case CUT_OUT -> {
        double shift = Canvas.between(random, 1, 2.6);
        AffineTransform below = AffineTransform.getTranslateInstance(shift, shift);
        below.concatenate(place);
        g.setColor(Canvas.translucent(Color.BLACK, 0.45));
        g.fill(below.createTransformedShape(shape.outline()));
        g.setColor(leaf);
        g.fill(blade);
        g.setStroke(new BasicStroke((float) (weight * 0.5)));
        g.setColor(Canvas.mix(leaf, Color.WHITE, 0.4));
        g.draw(blade);
      }
      case GLOWING -> {
        for (int ring = 4; ring > 0; ring--) {
          g.setStroke(new BasicStroke((float) (weight * ring)));
          g.setColor(Canvas.translucent(leaf, 0.16));
          g.draw(blade);
        }
        g.setColor(Canvas.mix(leaf, Color.WHITE, Canvas.between(random, 0, 0.6)));
        g.fill(blade);
        g.setStroke(line);
        g.setColor(Canvas.mix(leaf, ground, 0.7));
        g.draw(blade);
      }
      case DASHED -> {
        g.setColor(random.nextBoolean() ? ground : Canvas.mix(leaf, ground, 0.5));
        g.fill(blade);
        g.setColor(ink);
        float gap = (float) Canvas.between(random, 1.5, 3);
        g.setStroke(
            new BasicStroke(
                (float) weight,
                BasicStroke.CAP_BUTT,
                BasicStroke.JOIN_ROUND,
                10,
                new float[] {2 * gap, gap},
                0));
        g.draw(blade);
      }
      case MOSAIC -> {
        Area whole = new Area(blade);
        Color other = Canvas.mix(leaf, random.nextBoolean() ? Color.WHITE : Color.BLACK, 0.45);
        for (double x = -0.5; x < 0.5; x += 0.25) {
          for (double y = -0.5; y < 0.5; y += 0.25) {
            Area piece =
                new Area(place.createTransformedShape(new Rectangle2D.Double(x, y, 0.26, 0.26)));
            piece.intersect(whole);
            g.setColor(Canvas.mix(leaf, other, random.nextDouble()));
            g.fill(piece);
          }
        }
        g.setColor(random.nextBoolean() ? ink : ground);
        g.draw(blade);
      }
      case MARKER -> {
        g.setColor(ground);
        g.fill(blade);
        g.setColor(ink);
        g.setStroke(
            new BasicStroke(
                (float) (weight * Canvas.between(random, 1.6, 2.4)),
                BasicStroke.CAP_ROUND,
                BasicStroke.JOIN_ROUND));
        AffineTransform tilted = new AffineTransform(place);
        tilted.rotate(Canvas.between(random, -0.06, 0.06));
        g.draw(tilted.createTransformedShape(shape.outline()));
      }
      case WATERCOLOUR -> {
        g.setColor(Canvas.translucent(ground, 0.75));
        g.fill(blade);
        for (int wash = 0; wash < 3; wash++) {
          AffineTransform moved = new AffineTransform(place);
          moved.translate(Canvas.between(random, -0.05, 0.05), Canvas.between(random, -0.05, 0.05));
          moved.scale(1 - 0.1 * wash, 1 - 0.1 * wash);
          g.setColor(Canvas.translucent(leaf, 0.4));
          g.fill(moved.createTransformedShape(shape.outline()));
        }
        // Where washes dry, their edge is darkest.
        g.setColor(Canvas.translucent(Canvas.mix(leaf, Color.BLACK, 0.3), 0.8));
        g.draw(blade);
      }
      case CHALK -> {
        g.setColor(ground);
        g.fill(blade);
        g.setColor(Canvas.translucent(leaf, 0.25));
        g.fill(blade);
        for (int stroke = 0; stroke < 2; stroke++) {
          AffineTransform shaken = new AffineTransform(place);
          shaken.translate(
              Canvas.between(random, -0.03, 0.03), Canvas.between(random, -0.03, 0.03));
          g.setColor(Canvas.translucent(ink, 0.7));
          g.draw(shaken.createTransformedShape(shape.outline()));
        }
      }
      case HATCHED -> {
        g.setColor(ground);
        g.fill(blade);
        g.setColor(ink);
        g.setStroke(new BasicStroke((float) (weight * 0.6)));
        for (double x = -0.42; x < 0.45; x += 0.11) {
          double half = shape.halfWidth(x) * 0.9;
          g.draw(vein(place, x, 0, x + 0.06, half));
          if (half > 0.05) {
            g.draw(vein(place, x + 0.06, half, x, 0));
          }
        }
        g.setStroke(line);
        g.draw(blade);
        g.draw(vein(place, -0.5, 0, 0.4, 0));
      }
    }
  }

  private static void veins(Graphics2D g, LeafShape shape, AffineTransform place) {
    Path2D path = new Path2D.Double();
    path.moveTo(-0.5, 0);
    path.lineTo(0.4, 0);
    for (double x = -0.3; x < 0.3; x += 0.2) {
      double half = shape.halfWidth(x + 0.12) * 0.75;
      path.moveTo(x + 0.12, -half);
      path.lineTo(x, 0);
      path.lineTo(x + 0.12, half);
    }
    g.draw(place.createTransformedShape(path));
  }

  private static Line2D vein(
      AffineTransform place, double fromX, double fromY, double toX, double toY) {
    double[] ends = {fromX, fromY, toX, toY};
    place.transform(ends, 0, ends, 0, 2);
    return new Line2D.Double(ends[0], ends[1], ends[2], ends[3]);
  }
}
