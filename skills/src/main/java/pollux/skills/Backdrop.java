package pollux.skills;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RadialGradientPaint;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.util.List;
import java.util.random.RandomGenerator;

/** What lies behind a drawing: faint enough to leave the drawing readable. */
enum Backdrop {
  PLAIN,
  GRADIENT,
  RULED,
  GRAINY,
  /** Slanted bands. */
  STRIPED,
  DOTTED,
  /** Darker towards the corners. */
  VIGNETTE,
  /** Test only. */
  SQUARED,
  /** Test only. */
  BLOTCHED;

  /** To choose from evenly: what stands more than once is more frequent. */
  static List<Backdrop> of(Split split) {
    return split == Split.TRAINING
        ? List.of(PLAIN, PLAIN, PLAIN, GRADIENT, RULED, GRAINY, STRIPED, DOTTED, VIGNETTE)
        : List.of(PLAIN, PLAIN, SQUARED, BLOTCHED);
  }

  /** Covers the canvas with the backdrop in and near {@code base}. */
  void paint(Canvas canvas, Color base, RandomGenerator random) {
    Graphics2D g = canvas.graphics();
    int w = canvas.width();
    int h = canvas.height();
    canvas.fill(base);
    boolean light = Canvas.luma(base) > 0.5;
    Color shade =
        Canvas.mix(base, light ? Color.BLACK : Color.WHITE, Canvas.between(random, 0.04, 0.14));
    g.setColor(shade);
    g.setStroke(new BasicStroke(1f));
    switch (this) {
      case PLAIN -> {}
      case GRADIENT -> {
        double turn = random.nextDouble() * 2 * Math.PI;
        float dx = (float) (Math.cos(turn) * w / 2);
        float dy = (float) (Math.sin(turn) * h / 2);
        g.setPaint(
            new GradientPaint(w / 2f - dx, h / 2f - dy, base, w / 2f + dx, h / 2f + dy, shade));
        g.fillRect(0, 0, w, h);
      }
      case RULED -> {
        double step = Canvas.between(random, 7, 16);
        for (double y = random.nextDouble() * step; y < h; y += step) {
          g.draw(new Line2D.Double(0, y, w, y));
        }
      }
      case SQUARED -> {
        double step = Canvas.between(random, 9, 17);
        for (double at = random.nextDouble() * step; at < Math.max(w, h); at += step) {
          g.draw(new Line2D.Double(0, at, w, at));
          g.draw(new Line2D.Double(at, 0, at, h));
        }
      }
      case GRAINY -> canvas.noise(random, 4 + random.nextInt(10));
      case STRIPED -> {
        double step = Canvas.between(random, 8, 22);
        double slant = Canvas.between(random, -1, 1) * h;
        g.setStroke(new BasicStroke((float) (step / 2)));
        for (double x = -h - step; x < w + h; x += step) {
          g.draw(new Line2D.Double(x, 0, x + slant, h));
        }
      }
      case DOTTED -> {
        double step = Canvas.between(random, 6, 14);
        double size = step * Canvas.between(random, 0.2, 0.5);
        for (double y = random.nextDouble() * step; y < h; y += step) {
          for (double x = random.nextDouble() * step; x < w; x += step) {
            g.fill(new Ellipse2D.Double(x, y, size, size));
          }
        }
      }
      case VIGNETTE -> {
        g.setPaint(
            new RadialGradientPaint(
                w / 2f, h / 2f, w * 0.7f, new float[] {0.3f, 1}, new Color[] {base, shade}));
        g.fillRect(0, 0, w, h);
      }
      case BLOTCHED -> {
        for (int i = 0; i < 5; i++) {
          double size = Canvas.between(random, w * 0.2, w * 0.7);
          g.setColor(Canvas.translucent(shade, 0.5));
          g.fill(
              new Ellipse2D.Double(
                  random.nextDouble() * w - size / 2,
                  random.nextDouble() * h - size / 2,
                  size,
                  size));
        }
      }
    }
  }
}
