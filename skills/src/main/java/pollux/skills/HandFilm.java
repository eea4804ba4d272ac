package pollux.skills;

import java.awt.geom.AffineTransform;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import pollux.media.Film;
import pollux.media.Picture;

/** Films of hands: what each frame shows, and the frames drawn. */
final class HandFilm {
  /** Side of a frame in pixels. */
  static final int SIDE = 96;

  static final double SECONDS_PER_FRAME = 0.5;

  /** Most frames of a film. */
  static final int FRAMES = 12;

  private static final int LONGEST_SHOWN = 3;
  private static final int LONGEST_PAUSE = 2;

  private HandFilm() {}

  /**
   * When the signs are shown: for each frame the index of the sign, -1 in a pause. Each sign lasts
   * 1 to 3 frames; between two signs there are 1 or 2 frames of pause, before and after 0 to 2.
   */
  static int[] timing(int signs, RandomGenerator random) {
    int[] shown = new int[signs];
    int[] pauses = new int[signs + 1];
    int total = 2 * signs - 1;
    for (int i = 0; i < signs; i++) {
      shown[i] = 1;
      pauses[i] = i == 0 ? 0 : 1;
    }
    int length = total + random.nextInt(FRAMES - total + 1);
    while (total < length) {
      int at = random.nextInt(2 * signs + 1);
      int[] runs = at < signs ? shown : pauses;
      int index = at < signs ? at : at - signs;
      if (runs[index] < (at < signs ? LONGEST_SHOWN : LONGEST_PAUSE)) {
        runs[index]++;
        total++;
      } else if (signs == 1) {
        // One sign cannot fill twelve frames; a short film is one as well.
        break;
      }
    }
    int[] frames = new int[total];
    int n = 0;
    for (int i = 0; i <= signs; i++) {
      for (int k = 0; k < pauses[i]; k++) {
        frames[n++] = -1;
      }
      for (int k = 0; i < signs && k < shown[i]; k++) {
        frames[n++] = i;
      }
    }
    return frames;
  }

  /** What the eye sees in a pause. */
  private enum Pause {
    EMPTY,
    BLANK,
    LOWERED
  }

  /**
   * Draws a film.
   *
   * @param rounds the hands of each round: one in the middle, or two, left and right
   * @param frames for each frame the index of the round, -1 in a pause
   */
  static Film draw(
      List<List<Gesture>> rounds,
      int[] frames,
      HandLook look,
      Backdrop backdrop,
      RandomGenerator random) {
    int hands = rounds.getFirst().size();
    HandLook.Colours colours = look.colours(random);
    Canvas ground = new Canvas(SIDE, SIDE);
    backdrop.paint(ground, colours.ground(), random);
    Pause pause = Pause.values()[random.nextInt(Pause.values().length)];
    boolean noisy = random.nextInt(4) == 0;
    // Two hands meet from the sides or stand upright; one hand mostly stands upright.
    boolean sideways = hands == 2 ? random.nextInt(4) != 0 : random.nextInt(4) == 0;
    boolean mirrored = random.nextBoolean();
    double size =
        hands == 1
            ? Canvas.between(random, 64, 84)
            : sideways ? Canvas.between(random, 36, 41) : Canvas.between(random, 42, 50);

    List<List<Held>> held = new ArrayList<>();
    for (List<Gesture> round : rounds) {
      List<Held> pair = new ArrayList<>();
      for (int i = 0; i < hands; i++) {
        boolean left = hands == 2 ? i == 0 : mirrored;
        double middle = hands == 1 ? 0.5 : left ? 0.24 : 0.76;
        double turn = sideways ? (left ? 90 : -90) : 0;
        Hand hand = Hand.showing(round.get(i), random);
        pair.add(
            new Held(
                hand,
                middle * SIDE + Canvas.between(random, -2, 2) * (hands == 1 ? 2 : 1),
                SIDE * 0.5 + Canvas.between(random, -4, 4),
                Math.toRadians(turn + Canvas.between(random, -16, 16)),
                size * look.size(round.get(i)) * Canvas.between(random, 0.92, 1.05),
                left,
                look.middle(round.get(i))));
      }
      held.add(pair);
    }

    List<Film.Frame> film = new ArrayList<>();
    List<Held> last = held.getFirst();
    for (int i = 0; i < frames.length; i++) {
      Picture picture;
      if (frames[i] >= 0) {
        last = held.get(frames[i]);
        picture = frame(ground, last, 0, look, colours, noisy, random);
      } else {
        picture =
            switch (pause) {
              case EMPTY -> frame(ground, List.of(), 0, look, colours, noisy, random);
              case LOWERED -> frame(ground, last, SIDE * 0.72, look, colours, noisy, random);
              case BLANK -> {
                Canvas blank = new Canvas(SIDE, SIDE);
                blank.fill(Canvas.mix(colours.ground(), colours.ink(), 0.3));
                yield blank.picture();
              }
            };
      }
      film.add(new Film.Frame(i * SECONDS_PER_FRAME, picture));
    }
    return new Film(film, null);
  }

  /** A hand and where it is held. */
  private record Held(
      Hand hand, double x, double y, double turn, double size, boolean mirrored, double middle) {
    /** Near the place where it is held: hands are never quite still. */
    AffineTransform place(double lowered, RandomGenerator random) {
      AffineTransform place =
          AffineTransform.getTranslateInstance(
              x + Canvas.between(random, -1.5, 1.5),
              y + lowered + Canvas.between(random, -1.5, 1.5));
      place.rotate(turn + Math.toRadians(Canvas.between(random, -4, 4)));
      double scale = size * Canvas.between(random, 0.97, 1.03);
      place.scale(mirrored ? -scale : scale, scale);
      place.translate(0, -middle);
      return place;
    }
  }

  private static Picture frame(
      Canvas ground,
      List<Held> hands,
      double lowered,
      HandLook look,
      HandLook.Colours colours,
      boolean noisy,
      RandomGenerator random) {
    Canvas canvas = new Canvas(ground);
    List<AffineTransform> places = hands.stream().map(held -> held.place(lowered, random)).toList();
    for (AffineTransform place : places) {
      look.paintBehind(canvas, place, colours);
    }
    for (int i = 0; i < places.size(); i++) {
      look.paint(canvas, hands.get(i).hand, places.get(i), colours, random);
    }
    if (noisy) {
      canvas.noise(random, 6);
    }
    return canvas.picture();
  }
}
