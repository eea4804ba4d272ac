package pollux.skills;

import java.awt.Color;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Hands of an emoji set.
 *
 * @param set as {@link Emoji#styles} names it
 */
record EmojiHands(String set) implements HandLook {
  /** What tells hands of the same set apart: skin tones, and second drawings. */
  private static final Pattern VARIANT = Pattern.compile("-(medium-)?(dark|light|medium|2)$");

  /** Rasters are kept at these sides; hands of two in a frame are small. */
  private static final int LARGE = 96;

  private static final int SMALL = 48;

  /** The sets of a side, each with its variants, so that a set with many tones counts once. */
  static List<List<EmojiHands>> sets(Split split) {
    Map<String, List<EmojiHands>> sets =
        Emoji.styles(split).stream()
            .map(EmojiHands::new)
            .collect(
                Collectors.groupingBy(
                    hands -> VARIANT.matcher(hands.set).replaceFirst(""),
                    LinkedHashMap::new,
                    Collectors.toList()));
    return List.copyOf(sets.values());
  }

  private BufferedImage image(Gesture gesture, int side) {
    String thing =
        switch (gesture) {
          case ROCK -> Emoji.ROCK;
          case PAPER -> Emoji.PAPER;
          case SCISSORS -> Emoji.SCISSORS;
        };
    return Emoji.image(thing, set, side);
  }

  /** Sets of one colour come in black; a film gives them a colour of its own. */
  private static boolean black(Color mean) {
    return mean.getRed() + mean.getGreen() + mean.getBlue() < 12;
  }

  @Override
  public Colours colours(RandomGenerator random) {
    Color mean = mean(image(Gesture.PAPER, SMALL));
    Color skin = black(mean) && random.nextInt(3) != 0 ? any(random) : mean;
    Color ground = HandLook.contrasting(skin, random);
    return new Colours(ground, skin, Canvas.mix(skin, Color.BLACK, 0.7), skin);
  }

  private static Color any(RandomGenerator random) {
    return Canvas.hsb(
        random.nextDouble(), Canvas.between(random, 0, 1), Canvas.between(random, 0.2, 1));
  }

  private static Color mean(BufferedImage image) {
    long red = 0;
    long green = 0;
    long blue = 0;
    int n = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int pixel = image.getRGB(x, y);
        if (pixel >>> 24 > 200) {
          red += pixel >> 16 & 255;
          green += pixel >> 8 & 255;
          blue += pixel & 255;
          n++;
        }
      }
    }
    n = Math.max(n, 1);
    return new Color((int) (red / n), (int) (green / n), (int) (blue / n));
  }

  @Override
  public double size(Gesture gesture) {
    return 1;
  }

  @Override
  public double middle(Gesture gesture) {
    return 0;
  }

  @Override
  public void paintBehind(Canvas canvas, AffineTransform place, Colours colours) {}

  @Override
  public void paint(
      Canvas canvas, Hand hand, AffineTransform place, Colours colours, RandomGenerator random) {
    double pixels = Math.sqrt(Math.abs(place.getDeterminant()));
    int side = pixels > 1.2 * SMALL ? LARGE : SMALL;
    BufferedImage image = image(hand.gesture(), side);
    if (black(mean(image))) {
      image = tinted(image, colours.skin());
    }
    AffineTransform toCanvas = new AffineTransform(place);
    toCanvas.translate(-0.5, -0.5);
    toCanvas.scale(1.0 / side, 1.0 / side);
    canvas.graphics().drawImage(image, toCanvas, null);
  }

  private static BufferedImage tinted(BufferedImage image, Color color) {
    BufferedImage tinted =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_ARGB);
    int rgb = color.getRGB() & 0xFFFFFF;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        tinted.setRGB(x, y, image.getRGB(x, y) & 0xFF000000 | rgb);
      }
    }
    return tinted;
  }
}
