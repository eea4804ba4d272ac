package pollux.skills;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import pollux.model.MediaFrontEnd;
import pollux.model.Part;

/**
 * A word or a number of one to four characters, set in a face: what does it say?
 *
 * <p>Training also sets strings of random letters, so that letters are learned and not a list of
 * words; the test sets words and numbers, in faces that training never saw.
 *
 * <p>Nothing undecidable is asked: O, o, I and l, which many faces draw like 0 and 1, stand only in
 * English words, never among random letters, beside digits or alone. The answer is compared case by
 * case, except for the letters whose two cases differ in size alone ({@value #SAME_SHAPE}).
 *
 * <p>The thought names for each character the cell of its middle in a grid of 6 x 6, then the
 * character, e.g. {@code c2A c4X}: where to look and what is there are learned apart.
 */
public final class Reading implements Skill {
  /** Capitals of these letters look like their small letters. */
  static final String SAME_SHAPE = "cosvwxz";

  /** Letters that stand for themselves in any face; O, o, I, l do not. */
  private static final String LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz";

  private static final String DIGITS = "0123456789";

  /** Digits that can stand beside letters. */
  private static final String CLEAR_DIGITS = "23456789";

  private static final int SIDE = MediaFrontEnd.PICTURE_SIDE;

  /** Pixels that the text lies off the middle at most. */
  private static final double MOST_JITTER = 8;

  private static final Phrasings ASKED =
      new Phrasings(
          List.of(
              "What does it say?",
              "Read this.",
              "Read the text.",
              "What is written here?",
              "Which word or number is this?",
              "Read it to me.",
              "What text is in the picture?"),
          List.of("写的是什么?", "读一下。", "图里写了什么?", "这是什么字?"),
          List.of("What do you read?", "Please read the picture.", "What is the text here?"),
          List.of("请读出来。", "上面写着什么?"));

  @Override
  public String name() {
    return "reading";
  }

  @Override
  public List<String> missing(Split split) {
    return Typefaces.missing(split);
  }

  @Override
  public Case draw(long seed) {
    Split split = Split.of(seed);
    RandomGenerator random = Split.random(seed);
    String text = text(split, random);
    Typeface face = Typefaces.face(split, random.nextInt(Typefaces.count(split)));
    Canvas canvas = new Canvas(SIDE, SIDE);
    List<Path2D> characters = draw(canvas, split, text, face, random);
    Part question = new Part.Text(ASKED.pick(split, random));
    return new Case(
        seed,
        List.of(new Part.Image(canvas.picture()), question),
        thought(text, characters),
        text,
        true);
  }

  @Override
  public boolean correct(Case asked, String answer) {
    return folded(answer).equals(folded(asked.answer()));
  }

  /** Without what surrounds the text, and with the letters of {@link #SAME_SHAPE} small. */
  private static String folded(String text) {
    String bare = text.strip();
    // A model may quote what it reads, or end its sentence.
    while (!bare.isEmpty() && "\"'.“”".indexOf(bare.charAt(bare.length() - 1)) >= 0) {
      bare = bare.substring(0, bare.length() - 1);
    }
    while (!bare.isEmpty() && "\"'“”".indexOf(bare.charAt(0)) >= 0) {
      bare = bare.substring(1);
    }
    StringBuilder folded = new StringBuilder(bare.length());
    for (char c : bare.toCharArray()) {
      char small = Character.toLowerCase(c);
      folded.append(SAME_SHAPE.indexOf(small) >= 0 ? small : c);
    }
    return folded.toString();
  }

  private static String text(Split split, RandomGenerator random) {
    int kind = random.nextInt(100);
    int length = 1 + random.nextInt(4);
    if (split == Split.TEST) {
      return kind < 50 ? number(length, random) : word(random);
    }
    if (kind < 30) {
      return number(length, random);
    }
    if (kind < 60) {
      return word(random);
    }
    if (kind < 88) {
      return letters(length, random);
    }
    return random(LETTERS + CLEAR_DIGITS + CLEAR_DIGITS, length, random);
  }

  /** A number without leading zeros. */
  private static String number(int length, RandomGenerator random) {
    String digits = random(DIGITS, length, random);
    return length > 1 && digits.charAt(0) == '0'
        ? 1 + random.nextInt(9) + digits.substring(1)
        : digits;
  }

  /** A common word, or now and then one letter; small, capital, or with a capital in front. */
  private static String word(RandomGenerator random) {
    if (random.nextInt(8) == 0) {
      return random(LETTERS, 1, random);
    }
    String word = Words.SHORT.get(random.nextInt(Words.SHORT.size()));
    return switch (random.nextInt(4)) {
      case 0 -> word.toUpperCase(Locale.ROOT);
      case 1 -> Character.toUpperCase(word.charAt(0)) + word.substring(1);
      default -> word;
    };
  }

  /** Random letters: all small, all capital, or mixed. */
  private static String letters(int length, RandomGenerator random) {
    String letters = random(LETTERS, length, random);
    return switch (random.nextInt(5)) {
      case 0, 1 -> letters.toLowerCase(Locale.ROOT).replace('l', 'h');
      case 2, 3 -> letters.toUpperCase(Locale.ROOT).replace('I', 'E');
      default -> letters;
    };
  }

  private static String random(String from, int length, RandomGenerator random) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(from.charAt(random.nextInt(from.length())));
    }
    return text.toString();
  }

  private static String thought(String text, List<Path2D> characters) {
    StringBuilder thought = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      Rectangle2D box = characters.get(i).getBounds2D();
      thought.append(i == 0 ? "" : " ").append((char) ('a' + cell(box.getCenterY())));
      thought.append((char) ('1' + cell(box.getCenterX()))).append(text.charAt(i));
    }
    return thought.toString();
  }

  private static int cell(double pixel) {
    return Math.clamp((int) (pixel / MediaFrontEnd.PATCH), 0, SIDE / MediaFrontEnd.PATCH - 1);
  }

  /** Paints the picture; returns the outlines of the characters as they stand in it. */
  private static List<Path2D> draw(
      Canvas canvas, Split split, String text, Typeface face, RandomGenerator random) {
    boolean lightPaper = random.nextInt(3) > 0;
    Color paper = paper(lightPaper, random);
    Color ink = ink(paper, lightPaper, random);
    List<Backdrop> backdrops =
        List.of(Backdrop.PLAIN, Backdrop.PLAIN, Backdrop.GRADIENT, Backdrop.GRAINY);
    backdrops.get(random.nextInt(backdrops.size())).paint(canvas, paper, random);

    List<Path2D> characters = face.outlines(text, Canvas.between(random, 0, 0.08));
    place(characters, split, random);
    Path2D line = joined(characters);
    Graphics2D g = canvas.graphics();
    g.setColor(ink);
    // Bolder and hollow letters in training make one face look like several.
    int manner = split == Split.TRAINING ? random.nextInt(10) : 0;
    if (manner == 9) {
      g.setStroke(new BasicStroke((float) Canvas.between(random, 1, 2)));
      g.draw(line);
    } else {
      g.fill(line);
      if (manner >= 7) {
        g.setStroke(new BasicStroke((float) Canvas.between(random, 0.4, 1.6)));
        g.draw(line);
      }
    }
    if (random.nextInt(6) == 0) {
      canvas.blur();
    }
    canvas.noise(random, random.nextInt(13));
    return characters;
  }

  private static Path2D joined(List<Path2D> characters) {
    Path2D line = new Path2D.Double(Path2D.WIND_NON_ZERO);
    characters.forEach(c -> line.append(c, false));
    return line;
  }

  /** Scales, leans and moves the line so that it lies within the picture, as big as it may be. */
  private static void place(List<Path2D> characters, Split split, RandomGenerator random) {
    int length = characters.size();
    boolean training = split == Split.TRAINING;
    double stretch = training ? Math.exp(Canvas.between(random, -0.22, 0.22)) : 1;
    AffineTransform lean = new AffineTransform();
    lean.rotate(Math.toRadians(Canvas.between(random, -1, 1) * (training ? 7 : 5)));
    lean.shear(Canvas.between(random, -1, 1) * (training ? 0.18 : 0.08), 0);
    lean.scale(stretch, 1);
    characters.forEach(c -> c.transform(lean));
    Rectangle2D box = joined(characters).getBounds2D();
    double width =
        SIDE
            * (length >= 3 ? Canvas.between(random, 0.78, 0.92) : Canvas.between(random, 0.6, 0.9));
    double height = SIDE * Canvas.between(random, 0.5, 0.8);
    double scale = Math.min(width / box.getWidth(), height / box.getHeight());
    // Jitter about the middle, by at most half of what is free and a few pixels.
    double freeX = Math.max(0, SIDE - 4 - box.getWidth() * scale);
    double freeY = Math.max(0, SIDE - 4 - box.getHeight() * scale);
    double x = SIDE / 2.0 + Canvas.between(random, -1, 1) * Math.min(MOST_JITTER, freeX / 2);
    double y = SIDE / 2.0 + Canvas.between(random, -1, 1) * Math.min(MOST_JITTER, freeY / 2);
    AffineTransform put = AffineTransform.getTranslateInstance(x, y);
    put.scale(scale, scale);
    put.translate(-box.getCenterX(), -box.getCenterY());
    characters.forEach(c -> c.transform(put));
  }

  private static Color paper(boolean light, RandomGenerator random) {
    if (random.nextInt(4) == 0) {
      return light ? Color.WHITE : Color.BLACK;
    }
    return light
        ? Canvas.hsb(
            random.nextDouble(), Canvas.between(random, 0, 0.5), Canvas.between(random, 0.8, 1))
        : Canvas.hsb(
            random.nextDouble(), Canvas.between(random, 0, 1), Canvas.between(random, 0.05, 0.45));
  }

  /** A colour that stands out from the paper: their lightness differs by at least 0.4. */
  private static Color ink(Color paper, boolean lightPaper, RandomGenerator random) {
    for (int i = 0; i < 20; i++) {
      Color ink = Canvas.hsb(random.nextDouble(), random.nextDouble(), random.nextDouble());
      double apart = Canvas.luma(paper) - Canvas.luma(ink);
      if ((lightPaper ? apart : -apart) >= 0.4) {
        return ink;
      }
    }
    return lightPaper ? Color.BLACK : Color.WHITE;
  }
}
