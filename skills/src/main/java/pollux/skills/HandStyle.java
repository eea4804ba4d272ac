package pollux.skills;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.random.RandomGenerator;

/** Ways to draw a {@link Hand}, line by line. */
enum HandStyle implements HandLook {
  CARTOON,
  FLAT,
  LINE_ART,
  SILHOUETTE,
  PIXELS,
  ROBOT,
  CHALK,
  BLOCKS,
  SKETCH,
  /** Test only: glowing tubes on black. */
  NEON,
  /** Test only: pieces of paper with shadows. */
  PAPER_CUT,
  /** Test only: a light sign on a coloured disc. */
  BADGE;

  private static final List<HandStyle> FOR_TRAINING =
      List.of(CARTOON, FLAT, LINE_ART, SILHOUETTE, PIXELS, ROBOT, CHALK, BLOCKS, SKETCH);
  private static final List<HandStyle> FOR_TEST = List.of(NEON, PAPER_CUT, BADGE);

  /** The styles of a split; the two share none. */
  static List<HandStyle> of(Split split) {
    return split == Split.TRAINING ? FOR_TRAINING : FOR_TEST;
  }

  /** Skin of people, the yellow of emoji, and now and then any colour. */
  private static Color skin(RandomGenerator random) {
    return switch (random.nextInt(5)) {
      case 0 -> Canvas.hsb(Canvas.between(random, 0.12, 0.15), 0.75, 1);
      case 1 -> Canvas.hsb(random.nextDouble(), 0.5, Canvas.between(random, 0.6, 1));
      default -> Canvas.mix(new Color(0xFFE0C8), new Color(0x5A3825), random.nextDouble());
    };
  }

  @Override
  public Colours colours(RandomGenerator random) {
    return switch (this) {
      case CHALK, NEON -> {
        Color ground =
            this == NEON
                ? Canvas.hsb(random.nextDouble(), 0.6, Canvas.between(random, 0, 0.12))
                : Canvas.hsb(
                    random.nextDouble(),
                    Canvas.between(random, 0, 0.5),
                    Canvas.between(random, 0.1, 0.3));
        Color line = Canvas.hsb(random.nextDouble(), this == NEON ? 0.7 : 0.2, 1);
        yield new Colours(ground, ground, line, line);
      }
      case LINE_ART, SKETCH -> {
        Color ground = Canvas.light(random);
        Color ink = Canvas.dark(random);
        yield new Colours(ground, ground, ink, ink);
      }
      case SILHOUETTE -> {
        Color light = Canvas.light(random);
        Color dark = Canvas.dark(random);
        boolean swap = random.nextInt(4) == 0;
        yield new Colours(
            swap ? dark : light, swap ? light : dark, swap ? dark : light, swap ? light : dark);
      }
      case ROBOT -> {
        Color metal =
            Canvas.hsb(
                Canvas.between(random, 0.5, 0.7),
                Canvas.between(random, 0, 0.25),
                Canvas.between(random, 0.5, 0.85));
        yield new Colours(
            HandLook.contrasting(metal, random), metal, Canvas.mix(metal, Color.BLACK, 0.7), metal);
      }
      case BADGE -> {
        Color disc =
            Canvas.hsb(
                random.nextDouble(),
                Canvas.between(random, 0.6, 1),
                Canvas.between(random, 0.35, 0.65));
        yield new Colours(disc, Canvas.light(random), disc, Canvas.mix(disc, Color.BLACK, 0.4));
      }
      default -> {
        Color skin = skin(random);
        yield new Colours(
            HandLook.contrasting(skin, random),
            skin,
            Canvas.mix(skin, Color.BLACK, Canvas.between(random, 0.6, 0.9)),
            Canvas.hsb(random.nextDouble(), 0.7, Canvas.between(random, 0.3, 0.9)));
      }
    };
  }

  /** A fist is smaller than an open hand. */
  @Override
  public double size(Gesture gesture) {
    return gesture == Gesture.ROCK ? 1.15 : 1;
  }

  @Override
  public double middle(Gesture gesture) {
    return gesture == Gesture.ROCK ? 0.16 : 0.04;
  }

  @Override
  public void paintBehind(Canvas canvas, AffineTransform place, Colours colours) {
    if (this == BADGE) {
      canvas.graphics().setColor(colours.sleeve());
      canvas
          .graphics()
          .fill(place.createTransformedShape(new Ellipse2D.Double(-0.56, -0.52, 1.12, 1.12)));
    }
  }

  @Override
  public void paint(
      Canvas canvas, Hand hand, AffineTransform place, Colours colours, RandomGenerator random) {
    if (this == PIXELS) {
      // A quarter of the resolution, then enlarged: what lies behind becomes blocks too.
      int factor = 4;
      Canvas small = new Canvas(canvas.width() / factor, canvas.height() / factor);
      small.enlarge(canvas);
      AffineTransform shrunk = AffineTransform.getScaleInstance(1.0 / factor, 1.0 / factor);
      shrunk.concatenate(place);
      draw(small.graphics(), hand, shrunk, colours, random);
      canvas.enlarge(small);
    } else {
      draw(canvas.graphics(), hand, place, colours, random);
    }
  }

  private void draw(
      Graphics2D g, Hand hand, AffineTransform place, Colours colours, RandomGenerator random) {
    AffineTransform before = g.getTransform();
    g.transform(place);
    double pixel = 1 / Math.sqrt(Math.abs(place.getDeterminant()));
    Brush brush = new Brush(g, pixel);
    Color skin = colours.skin();
    Color ink = colours.ink();
    switch (this) {
      case CARTOON -> {
        brush.body(hand, ink, 2.4);
        brush.body(hand, skin, 0);
        brush.sleeve(hand, ink, 2.4);
        brush.sleeve(hand, colours.sleeve(), 0);
        brush.over(hand, ink, 2, skin);
      }
      case FLAT -> {
        brush.body(hand, skin, 0);
        brush.sleeve(hand, colours.sleeve(), 0);
        brush.over(hand, skin, 0.8, Canvas.mix(skin, Color.BLACK, 0.18));
      }
      case LINE_ART -> {
        brush.body(hand, ink, 1.4);
        brush.body(hand, colours.ground(), 0);
        brush.over(hand, ink, 1.4, colours.ground());
      }
      case SILHOUETTE -> {
        brush.body(hand, skin, 0.3);
        brush.over(hand, ink, 1, skin);
      }
      case PIXELS -> {
        brush.body(hand, skin, 0);
        brush.sleeve(hand, colours.sleeve(), 0);
        brush.over(hand, Canvas.mix(skin, ink, 0.6), 0.35, skin);
      }
      case ROBOT -> {
        brush.cap = BasicStroke.CAP_BUTT;
        brush.body(hand, ink, 1.6);
        brush.body(hand, skin, 0);
        brush.over(hand, ink, 1.6, Canvas.mix(skin, Color.WHITE, 0.2));
        g.setColor(ink);
        for (Hand.Finger finger : hand.stretched()) {
          brush.joint(finger, 0.45);
          brush.joint(finger, 0.75);
        }
        brush.dot(0.12, 0.3, 0.05);
        brush.dot(-0.12, 0.34, 0.05);
      }
      case CHALK -> {
        brush.body(hand, ink, 1.2);
        brush.body(hand, Canvas.mix(skin, ink, 0.12), 0);
        brush.over(hand, ink, 1.2, Canvas.mix(skin, ink, 0.12));
        dust(g, colours.ground(), random);
      }
      case BLOCKS -> {
        brush.cap = BasicStroke.CAP_SQUARE;
        brush.body(hand, skin, 0);
        g.setColor(Canvas.mix(skin, Color.BLACK, 0.12));
        g.fill(new Rectangle2D.Double(-0.22, 0.02, 0.43, 0.38));
        brush.sleeve(hand, colours.sleeve(), 0);
        brush.over(hand, Canvas.mix(skin, Color.BLACK, 0.3), 0.8, skin);
      }
      case SKETCH -> {
        for (int i = 0; i < 2; i++) {
          g.translate(Canvas.between(random, -1, 1) * pixel, Canvas.between(random, -1, 1) * pixel);
          brush.body(hand, Canvas.translucent(ink, 0.75), 1);
          brush.body(hand, colours.ground(), 0);
        }
        brush.over(hand, Canvas.translucent(ink, 0.75), 1, colours.ground());
        hatch(g, ink, pixel);
      }
      case NEON -> {
        brush.body(hand, Canvas.mix(colours.ground(), ink, 0.35), 3.2);
        brush.body(hand, ink, 1.5);
        brush.body(hand, colours.ground(), 0);
        brush.over(hand, Canvas.mix(ink, Color.WHITE, 0.3), 1.3, colours.ground());
      }
      case PAPER_CUT -> {
        brush.cap = BasicStroke.CAP_BUTT;
        Color shadow = Canvas.translucent(Color.BLACK, 0.35);
        g.translate(1.5 * pixel, 1.5 * pixel);
        brush.body(hand, shadow, 0);
        g.translate(-1.5 * pixel, -1.5 * pixel);
        int shade = 0;
        brush.fill(hand.wrist(), colours.sleeve(), 0);
        for (Hand.Finger finger : hand.stretched()) {
          brush.finger(finger, Canvas.mix(skin, Color.WHITE, 0.1 * (shade++ % 3)), 0);
        }
        brush.fill(hand.palm(), skin, 0);
        brush.over(
            hand, Canvas.mix(skin, Color.BLACK, 0.45), 1, Canvas.mix(skin, Color.WHITE, 0.3));
      }
      case BADGE -> {
        brush.bare = true;
        brush.body(hand, skin, 0);
        brush.over(hand, colours.sleeve(), 1, skin);
      }
    }
    g.setTransform(before);
  }

  /** Small specks of the ground, as where chalk does not stick. */
  private static void dust(Graphics2D g, Color ground, RandomGenerator random) {
    g.setColor(ground);
    for (int i = 0; i < 60; i++) {
      double size = Canvas.between(random, 0.012, 0.03);
      g.fill(
          new Rectangle2D.Double(
              Canvas.between(random, -0.5, 0.5), Canvas.between(random, -0.5, 0.6), size, size));
    }
  }

  private static void hatch(Graphics2D g, Color ink, double pixel) {
    g.setStroke(new BasicStroke((float) (0.7 * pixel)));
    g.setColor(Canvas.translucent(ink, 0.5));
    for (double y = 0.22; y < 0.42; y += 0.05) {
      g.draw(new Line2D.Double(-0.02, y + 0.08, 0.2, y - 0.06));
    }
  }

  /** Draws pieces of a hand, each grown by some pixels for an edge. */
  private static final class Brush {
    private final Graphics2D g;
    private final double pixel;
    int cap = BasicStroke.CAP_ROUND;
    boolean bare;

    Brush(Graphics2D g, double pixel) {
      this.g = g;
      this.pixel = pixel;
    }

    /** Palm, wrist and stretched fingers, grown by {@code edge} pixels. */
    void body(Hand hand, Color color, double edge) {
      if (!bare) {
        fill(hand.wrist(), color, edge);
      }
      for (Hand.Finger finger : hand.stretched()) {
        finger(finger, color, edge);
      }
      fill(hand.palm(), color, edge);
    }

    /** Folded fingers and thumb, each with an edge of its own. */
    void over(Hand hand, Color edgeColor, double edge, Color color) {
      for (Hand.Finger finger : hand.folded()) {
        finger(finger, edgeColor, edge);
        finger(finger, color, 0);
      }
    }

    void sleeve(Hand hand, Color color, double edge) {
      Rectangle2D wrist = hand.wrist().getBounds2D();
      fill(
          new Rectangle2D.Double(
              wrist.getX() - 0.04, wrist.getMaxY() - 0.14, wrist.getWidth() + 0.08, 0.2),
          color,
          edge);
    }

    void fill(java.awt.Shape shape, Color color, double edge) {
      g.setColor(color);
      g.fill(shape);
      if (edge > 0) {
        g.setStroke(
            new BasicStroke(
                (float) (2 * edge * pixel), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        g.draw(shape);
      }
    }

    void finger(Hand.Finger f, Color color, double edge) {
      g.setColor(color);
      double lengthen = cap == BasicStroke.CAP_BUTT ? edge * pixel : 0;
      double length = Math.hypot(f.tipX() - f.x(), f.tipY() - f.y());
      double dx = (f.tipX() - f.x()) / length;
      double dy = (f.tipY() - f.y()) / length;
      g.setStroke(
          new BasicStroke((float) (f.width() + 2 * edge * pixel), cap, BasicStroke.JOIN_MITER));
      // A cut end needs half the width more to reach as far as a round one.
      double extra = cap == BasicStroke.CAP_BUTT ? f.width() / 2 + lengthen : 0;
      g.draw(
          new Line2D.Double(
              f.x() - dx * extra,
              f.y() - dy * extra,
              f.tipX() + dx * extra,
              f.tipY() + dy * extra));
    }

    void joint(Hand.Finger f, double along) {
      dot(f.x() + (f.tipX() - f.x()) * along, f.y() + (f.tipY() - f.y()) * along, f.width() * 0.45);
    }

    void dot(double x, double y, double size) {
      g.fill(new Ellipse2D.Double(x - size / 2, y - size / 2, size, size));
    }
  }
}
