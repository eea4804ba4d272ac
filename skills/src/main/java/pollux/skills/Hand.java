package pollux.skills;

import java.awt.Shape;
import java.awt.geom.RoundRectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The outline of a hand that shows a sign, in a frame of about 1 x 1 around the origin: fingers
 * point up (to negative y), the wrist is at the bottom.
 *
 * @param palm with the wrist's end
 * @param stretched fingers that stick out of the palm
 * @param folded fingers, and mostly the thumb, that lie over the palm
 */
record Hand(Gesture gesture, Shape palm, Shape wrist, List<Finger> stretched, List<Finger> folded) {
  /** A finger: a line from root to tip with a thickness. */
  record Finger(double x, double y, double tipX, double tipY, double width) {}

  Hand {
    stretched = List.copyOf(stretched);
    folded = List.copyOf(folded);
  }

  /** A hand as one person might hold it: spread, thickness and the thumb's place vary. */
  static Hand showing(Gesture gesture, RandomGenerator random) {
    double width = Canvas.between(random, 0.105, 0.125);
    List<Finger> stretched = new ArrayList<>();
    List<Finger> folded = new ArrayList<>();
    switch (gesture) {
      case PAPER -> {
        double spread = Canvas.between(random, 5, 15);
        double[] lengths = {0.36, 0.42, 0.39, 0.3};
        for (int i = 0; i < 4; i++) {
          stretched.add(finger(rootX(i), 0.04, (i - 1.5) * spread, lengths[i], width));
        }
        stretched.add(finger(-0.15, 0.26, Canvas.between(random, -70, -35), 0.32, width * 1.1));
      }
      case SCISSORS -> {
        double open = Canvas.between(random, 10, 20);
        double lean = Canvas.between(random, -4, 4);
        stretched.add(finger(-0.1, 0.06, lean - open, 0.46, width));
        stretched.add(finger(-0.02, 0.06, lean + open, 0.48, width));
        folded.add(new Finger(rootX(2) + 0.03, 0.03, rootX(2) + 0.02, 0.14, width));
        folded.add(new Finger(rootX(3) + 0.02, 0.06, rootX(3), 0.16, width * 0.95));
        folded.add(new Finger(-0.16, 0.28, 0.06, Canvas.between(random, 0.14, 0.22), width));
      }
      case ROCK -> {
        for (int i = 0; i < 4; i++) {
          double lift = i == 0 || i == 3 ? 0.02 : 0;
          folded.add(new Finger(rootX(i), -0.06 + lift, rootX(i), 0.1, width));
        }
        if (random.nextInt(4) != 0) {
          folded.add(new Finger(-0.19, 0.2, Canvas.between(random, 0, 0.12), 0.17, width * 1.1));
        } else {
          // From behind: the thumb shows at the side only.
          stretched.add(new Finger(-0.2, 0.22, -0.22, 0.06, width));
        }
      }
    }
    return new Hand(
        gesture,
        new RoundRectangle2D.Double(-0.225, -0.02, 0.44, 0.42, 0.2, 0.2),
        new RoundRectangle2D.Double(-0.13, 0.3, 0.26, 0.32, 0.06, 0.06),
        stretched,
        folded);
  }

  private static double rootX(int finger) {
    return -0.165 + 0.11 * finger;
  }

  /** A finger that points up, turned clockwise by {@code degrees}. */
  private static Finger finger(double x, double y, double degrees, double length, double width) {
    double a = Math.toRadians(degrees);
    return new Finger(x, y, x + length * Math.sin(a), y - length * Math.cos(a), width);
  }
}
