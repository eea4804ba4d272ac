package pollux.skills;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;
import pollux.model.MediaFrontEnd;
import pollux.model.Part;
import pollux.skills.Things.Thing;

/**
 * A picture of one of 56 things: what is it called, in English or in Chinese, as the question is?
 *
 * <p>Training draws emoji and icons of fifteen sets, much disguised, so that the thing is learned
 * and not the set; the test draws those of a set that training never saw, hardly disguised, and
 * asks in both languages equally often.
 */
public final class Naming implements Skill {
  private static final int SIDE = MediaFrontEnd.PICTURE_SIDE;

  private static final List<String> ASKED =
      List.of(
          "What is this?",
          "What is in the picture?",
          "Name this.",
          "What do you call this?",
          "What does the picture show?");

  private static final List<String> ASKED_IN_CHINESE =
      List.of("这是什么?", "图里是什么?", "这叫什么?", "画的是什么?");

  private static final List<String> TEST_ASKED =
      List.of("What can you see here?", "Which thing is drawn here?", "What thing is this?");

  private static final List<String> TEST_ASKED_IN_CHINESE = List.of("你看到了什么?", "图片上是什么东西?");

  /** Sets without colours, or with two: what they show is recoloured freely. */
  private static final Set<String> ONE_COLOUR =
      Set.of(
          "fluent-emoji-high-contrast",
          "emojione-monotone",
          "game-icons",
          "mdi",
          "icon-park",
          "ph",
          "fa6-solid",
          "tabler");

  @Override
  public String name() {
    return "naming";
  }

  @Override
  public List<String> missing(Split split) {
    return Emoji.missing(split);
  }

  @Override
  public Case draw(long seed) {
    Split split = Split.of(seed);
    RandomGenerator random = Split.random(seed);
    Thing thing = Things.ALL.get(random.nextInt(Things.ALL.size()));
    boolean chinese = random.nextBoolean();
    List<String> ways =
        split == Split.TRAINING
            ? chinese ? ASKED_IN_CHINESE : ASKED
            : chinese ? TEST_ASKED_IN_CHINESE : TEST_ASKED;
    Part question = new Part.Text(ways.get(random.nextInt(ways.size())));
    Emoji.Icon icon = icon(split, thing, random);
    Canvas canvas = split == Split.TRAINING ? disguised(icon, random) : plain(icon, random);
    return new Case(
        seed,
        List.of(new Part.Image(canvas.picture()), question),
        null,
        chinese ? thing.chinese() : thing.english());
  }

  @Override
  public boolean correct(Case asked, String answer) {
    String right = asked.answer();
    Thing thing =
        Things.ALL.stream()
            .filter(t -> t.english().equals(right) || t.chinese().equals(right))
            .findFirst()
            .orElseThrow();
    return thing.chinese().equals(right)
        ? thing.chineseNames().contains(bareChinese(answer))
        : isEnglish(thing, bareEnglish(answer));
  }

  private static boolean isEnglish(Thing thing, String answer) {
    return thing.englishNames().stream()
        .anyMatch(name -> answer.equals(name) || answer.equals(name + "s"));
  }

  /** Small letters, without an article, a beginning such as "it is", or a full stop. */
  private static String bareEnglish(String answer) {
    return answer
        .strip()
        .toLowerCase(Locale.ROOT)
        .replaceFirst("[.!]+$", "")
        .replaceFirst("^(this is|it is|it's|that is) ", "")
        .replaceFirst("^(a|an|the) ", "");
  }

  private static String bareChinese(String answer) {
    return answer
        .strip()
        .replaceFirst("[。.!!]+$", "")
        .replaceFirst("^(这是|它是|是)", "")
        .replaceFirst("^一[只个头条匹辆架艘朵棵把座颗]", "");
  }

  /**
   * One of the drawings; those of {@link #ONE_COLOUR} seldom, since what users show has colours.
   */
  private static Emoji.Icon icon(Split split, Thing thing, RandomGenerator random) {
    List<Emoji.Icon> icons = Emoji.icons(split, thing.english());
    Emoji.Icon icon = icons.get(random.nextInt(icons.size()));
    for (int i = 0; i < 2 && ONE_COLOUR.contains(icon.style()); i++) {
      icon = icons.get(random.nextInt(icons.size()));
    }
    return icon;
  }

  /** As a user would show it: upright, large, on a light or plain ground. */
  private static Canvas plain(Emoji.Icon icon, RandomGenerator random) {
    Cutout cutout =
        Cutout.of(
            Emoji.image(Split.TEST, icon, SIDE),
            placed(random, Canvas.between(random, 0.7, 0.98), 6, 0.03, false),
            SIDE);
    Canvas canvas = new Canvas(SIDE, SIDE);
    ground(canvas, cutout.mean(), random, false);
    cutout.over(canvas.pixels());
    canvas.noise(random, random.nextInt(6));
    return canvas;
  }

  private static Canvas disguised(Emoji.Icon icon, RandomGenerator random) {
    BufferedImage image = Emoji.image(Split.TRAINING, icon, SIDE);
    Cutout cutout =
        Cutout.of(
            image,
            placed(random, Canvas.between(random, 0.6, 1.02), 18, 0.18, random.nextBoolean()),
            SIDE);
    boolean oneColour = ONE_COLOUR.contains(icon.style());
    Color ink = Canvas.dark(random);
    int manner = random.nextInt(25);
    if (oneColour) {
      Color light = Canvas.light(random);
      cutout.tint(
          random.nextInt(3) == 0 ? light : vivid(random), random.nextBoolean() ? light : ink);
    } else if (manner == 0) {
      cutout.silhouette(random.nextBoolean() ? ink : vivid(random));
    } else if (manner <= 2) {
      cutout.edges(
          random.nextBoolean() ? ink : Canvas.light(random),
          (float) Canvas.between(random, 0.4, 1.2));
    } else if (manner == 3) {
      cutout.tint(ink, Canvas.light(random));
    } else {
      cutout.recolour(colours(random), (float) Canvas.between(random, -25, 25));
      if (random.nextInt(8) == 0) {
        cutout.posterise(2 + random.nextInt(4));
      }
    }
    if (random.nextInt(6) == 0) {
      cutout.rim(
          random.nextBoolean() ? Color.WHITE : random.nextBoolean() ? ink : vivid(random),
          1 + random.nextInt(3));
    }
    Canvas canvas = new Canvas(SIDE, SIDE);
    ground(canvas, cutout.mean(), random, true);
    cutout.over(canvas.pixels());
    if (random.nextInt(10) == 0) {
      strokes(canvas, random);
    }
    if (random.nextInt(6) == 0) {
      canvas.blur();
    }
    canvas.noise(random, random.nextInt(3) == 0 ? random.nextInt(20) : 0);
    return canvas;
  }

  /** From the drawing's square to the picture's, turned and sheared about the middle. */
  private static AffineTransform placed(
      RandomGenerator random, double size, double degrees, double shear, boolean mirrored) {
    double free = Math.max(0.06, 1 - size) * SIDE / 2;
    AffineTransform placed =
        AffineTransform.getTranslateInstance(
            SIDE / 2.0 + Canvas.between(random, -1, 1) * free * 0.8,
            SIDE / 2.0 + Canvas.between(random, -1, 1) * free * 0.8);
    placed.rotate(Math.toRadians(Canvas.between(random, -degrees, degrees)));
    placed.shear(Canvas.between(random, -shear, shear), Canvas.between(random, -shear, shear));
    double stretch = Math.exp(Canvas.between(random, -shear, shear));
    placed.scale(mirrored ? -size * stretch : size * stretch, size / stretch);
    placed.translate(-SIDE / 2.0, -SIDE / 2.0);
    return placed;
  }

  /**
   * A change of colours, from none to a quite other palette: channels swapped, hue turned,
   * saturation and contrast changed.
   */
  private static float[] colours(RandomGenerator random) {
    int kind = random.nextInt(10);
    float saturation = kind == 0 ? 0 : (float) Canvas.between(random, 0.5, 1.5);
    float contrast = (float) Canvas.between(random, 0.75, 1.2);
    // Mostly a little, so that bananas stay yellow more often than not.
    double turn = Canvas.between(random, -1, 1) * (kind <= 1 ? Math.PI : kind <= 4 ? 0.6 : 0.2);
    float c = (float) Math.cos(turn);
    float s = (float) Math.sin(turn);
    // Rotation about the grey axis (Rodrigues), with the part across it scaled by the saturation.
    float third = 1 / 3f;
    float root = (float) Math.sqrt(third);
    float[] matrix = new float[9];
    for (int row = 0; row < 3; row++) {
      for (int column = 0; column < 3; column++) {
        float across = (row == column ? 1 : 0) - third;
        float cross = row == column ? 0 : (column - row + 3) % 3 == 1 ? -root : root;
        matrix[row * 3 + column] = contrast * (third + saturation * (c * across + s * cross));
      }
    }
    if (kind == 3 && random.nextBoolean()) {
      for (int i = 0; i < 3; i++) {
        float red = matrix[i];
        matrix[i] = matrix[6 + i];
        matrix[6 + i] = red;
      }
    }
    return matrix;
  }

  private static Color vivid(RandomGenerator random) {
    return Canvas.hsb(
        random.nextDouble(), Canvas.between(random, 0.4, 1), Canvas.between(random, 0.3, 1));
  }

  /** Covers the canvas in a colour that stands out from {@code mean}, or in two. */
  private static void ground(Canvas canvas, Color mean, RandomGenerator random, boolean any) {
    Color first = groundColour(mean, random, any);
    canvas.fill(first);
    int kind = random.nextInt(any ? 6 : 4);
    if (kind == 0) {
      Color second = Canvas.mix(first, groundColour(mean, random, any), any ? 1 : 0.4);
      Graphics2D g = canvas.graphics();
      double turn = random.nextDouble() * 2 * Math.PI;
      float dx = (float) Math.cos(turn) * SIDE / 2;
      float dy = (float) Math.sin(turn) * SIDE / 2;
      float middle = SIDE / 2f;
      g.setPaint(
          new GradientPaint(middle - dx, middle - dy, first, middle + dx, middle + dy, second));
      g.fillRect(0, 0, SIDE, SIDE);
    } else if (kind == 5) {
      List<Backdrop> backdrops = Backdrop.of(Split.TRAINING);
      backdrops.get(random.nextInt(backdrops.size())).paint(canvas, first, random);
    }
  }

  private static Color groundColour(Color mean, RandomGenerator random, boolean any) {
    for (int i = 0; i < 10; i++) {
      Color colour =
          switch (random.nextInt(any ? 4 : 3)) {
            case 0 -> Color.WHITE;
            case 1 -> Canvas.light(random);
            case 2 -> any ? Canvas.dark(random) : Canvas.light(random);
            default -> vivid(random);
          };
      int apart =
          Math.abs(colour.getRed() - mean.getRed())
              + Math.abs(colour.getGreen() - mean.getGreen())
              + Math.abs(colour.getBlue() - mean.getBlue());
      if (apart > 130) {
        return colour;
      }
    }
    return Canvas.luma(mean) > 0.5 ? new Color(30, 30, 50) : Color.WHITE;
  }

  /** A few lines across, in any colour. */
  private static void strokes(Canvas canvas, RandomGenerator random) {
    Graphics2D g = canvas.graphics();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      g.setColor(vivid(random));
      g.setStroke(new BasicStroke((float) Canvas.between(random, 0.7, 2)));
      g.draw(
          new Line2D.Double(
              random.nextDouble() * SIDE,
              random.nextDouble() * SIDE,
              random.nextDouble() * SIDE,
              random.nextDouble() * SIDE));
    }
  }
}
