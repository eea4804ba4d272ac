package pollux.skills;

import java.awt.Color;
import java.awt.geom.AffineTransform;
import java.util.random.RandomGenerator;

/** How the hands of a film look. */
sealed interface HandLook permits HandStyle, EmojiHands {
  /** Colours that a film keeps from its first frame to its last. */
  record Colours(Color ground, Color skin, Color ink, Color sleeve) {}

  /** Colours in which hands stand out from the ground. */
  Colours colours(RandomGenerator random);

  /** How much larger than usual a hand is drawn, so that all signs fill the frame alike. */
  double size(Gesture gesture);

  /** How far below the origin of the hand's frame its middle lies. */
  double middle(Gesture gesture);

  /** Draws what lies behind the hand at {@code place}; before any hand of the frame. */
  void paintBehind(Canvas canvas, AffineTransform place, Colours colours);

  /**
   * Draws a hand.
   *
   * @param place from the hand's frame to pixels
   */
  void paint(
      Canvas canvas, Hand hand, AffineTransform place, Colours colours, RandomGenerator random);

  /** A ground that {@code color} can be told from by its lightness. */
  static Color contrasting(Color color, RandomGenerator random) {
    while (true) {
      Color ground =
          Canvas.hsb(
              random.nextDouble(), Canvas.between(random, 0, 0.7), Canvas.between(random, 0.1, 1));
      if (Math.abs(Canvas.luma(ground) - Canvas.luma(color)) > 0.25) {
        return ground;
      }
    }
  }
}
