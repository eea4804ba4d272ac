package pollux.skills;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Arc2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.util.List;
import java.util.random.RandomGenerator;
import pollux.media.Picture;

/** How a figure with a marked angle is drawn. */
enum AngleStyle {
  THIN,
  BOLD,
  COLOURED,
  FILLED,
  BOARD,
  PENCIL,
  /** Test only: white on blue with a grid. */
  BLUEPRINT,
  /** Test only: broken lines. */
  DASHED,
  /** Test only: each line as a pale ribbon between two dark edges. */
  RIBBON;

  /** How the angle is marked. */
  enum Mark {
    ARC,
    SECTOR,
    DOT,
    /** Test only. */
    DOUBLE_ARC
  }

  private static final List<AngleStyle> FOR_TRAINING =
      List.of(THIN, BOLD, COLOURED, FILLED, BOARD, PENCIL);
  private static final List<AngleStyle> FOR_TEST = List.of(BLUEPRINT, DASHED, RIBBON);

  /** The styles of a split; the two share none. */
  static List<AngleStyle> of(Split split) {
    return split == Split.TRAINING ? FOR_TRAINING : FOR_TEST;
  }

  static List<Mark> marks(Split split) {
    return split == Split.TRAINING
        ? List.of(Mark.ARC, Mark.ARC, Mark.SECTOR, Mark.DOT)
        : List.of(Mark.values());
  }

  Picture paint(AngleFigure figure, Mark mark, Backdrop backdrop, RandomGenerator random) {
    Canvas canvas = new Canvas(AngleFigure.SIDE, AngleFigure.SIDE);
    Graphics2D g = canvas.graphics();
    boolean dark = this == BLUEPRINT || this == BOARD;
    Color ground =
        switch (this) {
          case BLUEPRINT ->
              Canvas.hsb(
                  Canvas.between(random, 0.57, 0.63), 0.75, Canvas.between(random, 0.35, 0.55));
          case BOARD ->
              Canvas.hsb(
                  random.nextDouble(),
                  Canvas.between(random, 0, 0.5),
                  Canvas.between(random, 0.05, 0.3));
          default -> Canvas.light(random);
        };
    (this == BLUEPRINT ? Backdrop.SQUARED : backdrop).paint(canvas, ground, random);
    Color ink =
        switch (this) {
          case BOARD -> Canvas.light(random);
          case BLUEPRINT -> Color.WHITE;
          case COLOURED ->
              Canvas.hsb(
                  random.nextDouble(),
                  Canvas.between(random, 0.7, 1),
                  Canvas.between(random, 0.4, 0.75));
          case PENCIL -> Canvas.hsb(0, 0, Canvas.between(random, 0.15, 0.4));
          default -> Canvas.dark(random);
        };
    Color accent =
        random.nextBoolean()
            ? ink
            : Canvas.hsb(random.nextDouble(), 0.85, dark ? 1 : Canvas.between(random, 0.5, 0.8));
    double weight =
        switch (this) {
          case THIN, DASHED -> Canvas.between(random, 0.9, 1.6);
          case BOLD -> Canvas.between(random, 2.5, 4);
          case PENCIL -> Canvas.between(random, 0.6, 0.9);
          case RIBBON -> Canvas.between(random, 3.2, 4.2);
          default -> Canvas.between(random, 1, 2.6);
        };
    // Thick lines would fill a narrow angle and hide its mark.
    weight = Math.min(weight, (this == RIBBON ? 1.8 : 0.9) + 0.09 * figure.size());

    if (figure.closed() && (this == FILLED || this == DASHED && random.nextBoolean())) {
      g.setColor(Canvas.mix(ground, Canvas.hsb(random.nextDouble(), 0.8, 0.9), 0.35));
      g.fill(area(figure));
    }
    mark(g, figure, mark, accent, ground, weight);
    lines(g, figure, ink, ground, weight, random);
    if (random.nextInt(4) == 0) {
      double dot = weight + 2;
      g.setColor(ink);
      for (double[] line : figure.lines()) {
        g.fill(new Ellipse2D.Double(line[2] - dot / 2, line[3] - dot / 2, dot, dot));
      }
      g.fill(new Ellipse2D.Double(figure.x() - dot / 2, figure.y() - dot / 2, dot, dot));
    }
    if (this == PENCIL && random.nextBoolean()) {
      canvas.blur();
    }
    if (random.nextInt(4) == 0) {
      canvas.noise(random, 2 + random.nextInt(8));
    }
    return canvas.picture();
  }

  private void lines(
      Graphics2D g,
      AngleFigure figure,
      Color ink,
      Color ground,
      double weight,
      RandomGenerator random) {
    BasicStroke stroke =
        this == DASHED
            ? new BasicStroke(
                (float) weight,
                BasicStroke.CAP_BUTT,
                BasicStroke.JOIN_ROUND,
                1,
                new float[] {
                  (float) Canvas.between(random, 3, 6), (float) Canvas.between(random, 1.5, 3)
                },
                0)
            : new BasicStroke((float) weight, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    g.setColor(ink);
    g.setStroke(stroke);
    // Pencil lines are drawn three times, each a little off.
    int times = this == PENCIL ? 3 : 1;
    for (double[] line : figure.lines()) {
      for (int i = 0; i < times; i++) {
        double shake = times > 1 ? 0.7 : 0;
        g.draw(
            new Line2D.Double(
                line[0] + Canvas.between(random, -shake, shake),
                line[1] + Canvas.between(random, -shake, shake),
                line[2] + Canvas.between(random, -shake, shake),
                line[3] + Canvas.between(random, -shake, shake)));
      }
    }
    if (this == RIBBON) {
      g.setColor(Canvas.mix(ground, Color.WHITE, 0.5));
      g.setStroke(
          new BasicStroke(
              (float) Math.max(weight - 1.8, weight * 0.4),
              BasicStroke.CAP_ROUND,
              BasicStroke.JOIN_ROUND));
      for (double[] line : figure.lines()) {
        g.draw(new Line2D.Double(line[0], line[1], line[2], line[3]));
      }
    }
  }

  private static void mark(
      Graphics2D g, AngleFigure figure, Mark mark, Color accent, Color ground, double weight) {
    double shorter = Math.min(figure.reach()[0], figure.reach()[1]);
    // A narrow angle needs its mark further out to be seen between the lines.
    double radius = Math.min(shorter * 0.6, Math.max(11, 5 + weight + 230.0 / figure.size()));
    g.setColor(accent);
    g.setStroke(new BasicStroke((float) Math.clamp(weight * 0.7, 0.9, 1.6)));
    switch (mark) {
      case ARC -> g.draw(arc(figure, radius, Arc2D.OPEN));
      case DOUBLE_ARC -> {
        g.draw(arc(figure, radius, Arc2D.OPEN));
        g.draw(arc(figure, radius * 0.75, Arc2D.OPEN));
      }
      case SECTOR -> {
        g.setColor(Canvas.mix(accent, ground, 0.25));
        g.fill(arc(figure, radius, Arc2D.PIE));
      }
      case DOT -> {
        g.draw(arc(figure, radius, Arc2D.OPEN));
        double a = Math.toRadians(figure.first() + figure.size() / 2.0);
        double dot = 2.6;
        double at = radius * (figure.size() < 35 ? 0.8 : 0.6);
        g.fill(
            new Ellipse2D.Double(
                figure.x() + at * Math.cos(a) - dot / 2,
                figure.y() - at * Math.sin(a) - dot / 2,
                dot,
                dot));
      }
    }
  }

  private static Arc2D arc(AngleFigure figure, double radius, int type) {
    return new Arc2D.Double(
        figure.x() - radius,
        figure.y() - radius,
        2 * radius,
        2 * radius,
        figure.first(),
        figure.size(),
        type);
  }

  private static Path2D area(AngleFigure figure) {
    Path2D path = new Path2D.Double();
    double[] one = figure.lines().get(0);
    double[] other = figure.lines().get(1);
    path.moveTo(one[0], one[1]);
    path.lineTo(one[2], one[3]);
    path.lineTo(other[2], other[3]);
    path.closePath();
    return path;
  }
}
