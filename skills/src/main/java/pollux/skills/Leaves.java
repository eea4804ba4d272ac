package pollux.skills;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.util.List;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import pollux.media.Picture;
import pollux.model.Part;

/**
 * How many leaves, 1 to 9, a drawing shows.
 *
 * <p>The thought lists the cell of each leaf's centre in a grid of 6 x 6 in reading order, e.g.
 * {@code a2b5c1c4}; a cell stands twice when two centres lie in it. The test draws in styles and
 * backdrops that training never shows, partly with kinds of leaves that it never shows.
 */
public final class Leaves implements Skill {
  private static final int MOST = 9;

  private static final Phrasings QUESTIONS =
      new Phrasings(
          List.of(
              "How many leaves?",
              "How many leaves are there?",
              "Count the leaves.",
              "How many leaves do you see?",
              "How many leaves are in the picture?",
              "Number of leaves?",
              "What is the number of leaves?",
              "Please count all leaves.",
              "how many leaves",
              "Tell me how many leaves there are.",
              "Leaves: how many?",
              "How many leaves does this drawing have?",
              "Leaf number?",
              "Total of leaves?",
              "Count them: leaves in this picture.",
              "How many leaves has the plant?",
              "I want the number of leaves.",
              "Find all the leaves. How many?",
              "leaves, number",
              "Say how many leaves the picture has.",
              "The leaves here: how many are they?",
              "How many leaves do I have here?",
              "Give me a count of the leaves.",
              "I need to know how many leaves grow here.",
              "Leaves in the drawing, please: the count.",
              "What number of leaves is it?",
              "How many leaves did they draw?",
              "Look at the leaves and count.",
              "Would you tell how many leaves it has?"),
          List.of(
              "有几片叶子？",
              "图中有多少片叶子？",
              "数一数叶子。",
              "叶子有几片？",
              "叶子一共多少片？",
              "这张画里叶子的总数是？",
              "数叶子。",
              "告诉我叶子有多少。",
              "这里的叶子有几片？",
              "叶子的片数？",
              "帮我数叶子。"),
          List.of(
              "How many leaves can you count?",
              "Could you count the leaves here?",
              "What's the leaf count?",
              "How many leaves are shown?"),
          List.of("你看到几片叶子？", "请数出叶子的数量。"));

  @Override
  public String name() {
    return "leaves";
  }

  @Override
  public List<String> missing(Split split) {
    return List.of();
  }

  @Override
  public Case draw(long seed) {
    Split split = Split.of(seed);
    RandomGenerator random = Split.random(seed);
    int count = 1 + random.nextInt(MOST);
    String question = QUESTIONS.pick(split, random);
    Drawing drawing = draw(count, split, random);
    return new Case(
        seed,
        List.of(new Part.Image(drawing.picture), new Part.Text(question)),
        drawing.foliage.cells(),
        Integer.toString(count));
  }

  @Override
  public boolean correct(Case asked, String answer) {
    OptionalInt said = NumberReading.only(answer);
    return said.isPresent() && said.getAsInt() == Integer.parseInt(asked.answer());
  }

  /** A picture and what it shows. */
  record Drawing(Picture picture, Foliage foliage) {}

  private static Drawing draw(int count, Split split, RandomGenerator random) {
    List<LeafShape> shapes = LeafShape.of(split);
    if (random.nextInt(5) != 0) {
      // Mostly one kind in a drawing, as on a plant.
      shapes = List.of(pick(shapes, random));
    }
    boolean apart = random.nextBoolean();
    Foliage.Layout layout = pick(List.of(Foliage.Layout.values()), random);
    Foliage foliage = Foliage.grow(count, layout, shapes, apart, random);
    LeafStyle style = pick(LeafStyle.of(split), random);
    return new Drawing(paint(foliage, style, pick(Backdrop.of(split), random), random), foliage);
  }

  /**
   * Draws {@code foliage} with colours, line widths and small things beside the leaves by chance.
   */
  static Picture paint(
      Foliage foliage, LeafStyle style, Backdrop backdrop, RandomGenerator random) {
    Canvas canvas = new Canvas(Foliage.SIDE, Foliage.SIDE);
    Graphics2D g = canvas.graphics();
    boolean dark = style.dark(random);
    Color ground =
        dark
            ? Canvas.hsb(
                random.nextDouble(),
                Canvas.between(random, 0, 0.6),
                Canvas.between(random, 0.05, 0.25))
            : Canvas.light(random);
    backdrop.paint(canvas, ground, random);
    double weight = Canvas.between(random, 0.8, 1.7);
    LeafColours colours = LeafColours.pick(dark, random);
    Color ink = style.ink(ground, colours.next(random));
    Color wood =
        style == LeafStyle.SILHOUETTE || random.nextInt(3) == 0
            ? ink
            : Canvas.hsb(Canvas.between(random, 0.04, 0.11), 0.6, dark ? 0.7 : 0.45);

    g.setColor(wood);
    g.setStroke(
        new BasicStroke(
            (float) (weight * Canvas.between(random, 1, 2)),
            BasicStroke.CAP_ROUND,
            BasicStroke.JOIN_ROUND));
    for (Path2D stem : foliage.stems()) {
      g.draw(stem);
    }
    if (random.nextInt(3) == 0) {
      berries(g, canvas, wood, random);
    }
    // Most kinds have a short stalk of their own, which joins the stem where there is one.
    boolean stalks = random.nextInt(4) != 0;
    Color single = colours.next(random);
    boolean varied = random.nextBoolean();
    for (Foliage.Leaf leaf : foliage.leaves()) {
      if (stalks) {
        double[] base = leaf.base();
        double x = base[0] + (base[0] - leaf.x()) * 0.3;
        double y = base[1] + (base[1] - leaf.y()) * 0.3;
        g.setColor(wood);
        g.setStroke(new BasicStroke((float) weight, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        g.draw(new Line2D.Double(base[0], base[1], x, y));
      }
      Color blade = varied ? colours.next(random) : single;
      style.paint(g, leaf.shape(), leaf.place(), blade, ink, ground, weight, random);
    }
    if (random.nextInt(4) == 0) {
      canvas.noise(random, 2 + random.nextInt(8));
    }
    return canvas.picture();
  }

  /** Small round things, so that not every blob is a leaf. */
  private static void berries(Graphics2D g, Canvas canvas, Color wood, RandomGenerator random) {
    g.setColor(random.nextBoolean() ? wood : Canvas.hsb(random.nextDouble(), 0.8, 0.8));
    int count = 1 + random.nextInt(5);
    double size = Canvas.between(random, 2.5, 5);
    for (int i = 0; i < count; i++) {
      double x = random.nextDouble() * (canvas.width() - size);
      double y = random.nextDouble() * (canvas.height() - size);
      g.fill(new Ellipse2D.Double(x, y, size, size));
    }
  }

  private static <T> T pick(List<T> list, RandomGenerator random) {
    return list.get(random.nextInt(list.size()));
  }

  /**
   * A range of hues for the blades of one drawing, light on dark ground and the other way round.
   */
  private record LeafColours(double hue, double spread, boolean dark) {
    static LeafColours pick(boolean dark, RandomGenerator random) {
      return switch (random.nextInt(4)) {
        case 0, 1 -> new LeafColours(Canvas.between(random, 0.2, 0.42), 0.05, dark);
        case 2 -> new LeafColours(Canvas.between(random, 0, 0.13), 0.06, dark);
        default -> new LeafColours(random.nextDouble(), Canvas.between(random, 0.02, 0.3), dark);
      };
    }

    Color next(RandomGenerator random) {
      double hue = this.hue + Canvas.between(random, -spread, spread);
      return dark
          ? Canvas.hsb(hue, Canvas.between(random, 0.25, 0.8), Canvas.between(random, 0.7, 1))
          : Canvas.hsb(hue, Canvas.between(random, 0.55, 1), Canvas.between(random, 0.3, 0.75));
    }
  }
}
