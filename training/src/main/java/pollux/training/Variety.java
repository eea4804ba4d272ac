package pollux.training;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import pollux.media.Film;
import pollux.media.Picture;
import pollux.model.Message;
import pollux.model.Part;

/**
 * The usual augmentations: what a user asks is put in other words, what a user shows is seen in
 * other colours, blurred or grainy, and the question stands before what it is about or behind it.
 * What the model says stays as it is.
 *
 * <p>Without it a small model learns the templates of the questions instead of the questions.
 */
final class Variety {
  private static final List<String> OPENINGS =
      List.of(
          "Please: ",
          "Hi! ",
          "Hello, ",
          "Hey, ",
          "Quick question: ",
          "I wonder: ",
          "Pollux, ",
          "So, ",
          "Can you help me? ",
          "Excuse me. ",
          "Next one: ",
          "Now, ",
          "Say, ",
          "One more. ",
          "Question: ");
  private static final List<String> CLOSINGS =
      List.of(
          " Thanks.",
          " please",
          " Please.",
          " Thank you!",
          " I am curious.",
          "?",
          "!",
          " ...",
          " ok?");
  private static final List<String> CHINESE_OPENINGS =
      List.of("请问,", "你好,", "那么,", "麻烦你,", "我想知道:", "问题:");
  private static final List<String> CHINESE_CLOSINGS = List.of("谢谢。", "?", "。", "!");

  /** Words of at most this many small letters may be left out. */
  private static final int FILLER = 4;

  private Variety() {}

  /** The conversation with its user's parts varied, as {@code random} says. */
  static List<Message> of(List<Message> conversation, RandomGenerator random) {
    List<Message> varied = new ArrayList<>();
    for (Message message : conversation) {
      if (message.role() != Message.Role.USER) {
        varied.add(message);
        continue;
      }
      List<Part> parts = new ArrayList<>();
      for (Part part : message.parts()) {
        parts.add(
            switch (part) {
              case Part.Text text -> new Part.Text(reworded(text.text(), random));
              case Part.Image(Picture picture) -> new Part.Image(Look.draw(random).of(picture));
              case Part.Video(Film film) -> new Part.Video(seen(film, Look.draw(random)));
              default -> part;
            });
      }
      if (random.nextInt(4) == 0) {
        Collections.rotate(parts, 1); // the question first, what it asks about after it
      }
      varied.add(new Message(Message.Role.USER, parts));
    }
    return varied;
  }

  private static String reworded(String text, RandomGenerator random) {
    boolean chinese = text.codePoints().anyMatch(c -> c >= Passage.FIRST_CHINESE);
    String out = text;
    if (!chinese && random.nextInt(3) == 0) {
      out = withoutFillers(out, random);
    }
    if (random.nextInt(4) == 0) {
      out = pick(chinese ? CHINESE_OPENINGS : OPENINGS, random) + out;
    }
    if (random.nextInt(4) == 0) {
      out = out.replaceFirst("[.?!。？]+$", "") + pick(chinese ? CHINESE_CLOSINGS : CLOSINGS, random);
    }
    return random.nextInt(8) == 0 ? out.toLowerCase(Locale.ROOT) : out;
  }

  /** Short words in small letters left out, one in three: "How many leaves there?" */
  private static String withoutFillers(String text, RandomGenerator random) {
    StringBuilder kept = new StringBuilder();
    for (String word : text.split(" ")) {
      boolean filler = word.length() <= FILLER && word.chars().allMatch(c -> c >= 'a' && c <= 'z');
      if (!filler || random.nextInt(3) != 0) {
        kept.append(kept.isEmpty() ? "" : " ").append(word);
      }
    }
    return kept.toString();
  }

  private static String pick(List<String> from, RandomGenerator random) {
    return from.get(random.nextInt(from.size()));
  }

  private static Film seen(Film film, Look look) {
    return new Film(
        film.frames().stream()
            .map(frame -> new Film.Frame(frame.seconds(), look.of(frame.picture())))
            .toList(),
        film.sound());
  }

  /**
   * Another look at the same things; one for all frames of a film.
   *
   * @param channels which channel each of red, green and blue shows
   * @param grain amplitude of the noise, of 255
   * @param cell side of the cells that are made one colour, 1 for none
   */
  private record Look(
      boolean plain,
      int[] channels,
      boolean grey,
      boolean inverted,
      double contrast,
      int grain,
      int cell,
      long seed) {
    static Look draw(RandomGenerator random) {
      int[] channels = {0, 1, 2};
      if (random.nextInt(3) == 0) {
        for (int i = 2; i > 0; i--) {
          int j = random.nextInt(i + 1);
          int swap = channels[i];
          channels[i] = channels[j];
          channels[j] = swap;
        }
      }
      return new Look(
          random.nextInt(5) < 2,
          channels,
          random.nextInt(6) == 0,
          random.nextInt(6) == 0,
          random.nextInt(3) == 0 ? 0.4 + random.nextDouble() * 0.9 : 1,
          random.nextInt(3) == 0 ? 4 + random.nextInt(36) : 0,
          random.nextInt(8) == 0 ? 2 : 1,
          random.nextLong());
    }

    Picture of(Picture picture) {
      if (plain) {
        return picture;
      }
      RandomGenerator random = new java.util.SplittableRandom(seed);
      int w = picture.width();
      int h = picture.height();
      byte[] from = picture.rgb();
      byte[] to = new byte[from.length];
      int[] pixel = new int[3];
      for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
          int at = ((y / cell * cell) * w + x / cell * cell) * 3;
          for (int c = 0; c < 3; c++) {
            pixel[c] = from[at + channels[c]] & 255;
          }
          int luma = (pixel[0] * 77 + pixel[1] * 150 + pixel[2] * 29) >> 8;
          int noise = grain == 0 ? 0 : random.nextInt(2 * grain + 1) - grain;
          for (int c = 0; c < 3; c++) {
            int v = grey ? luma : pixel[c];
            v = inverted ? 255 - v : v;
            v = (int) (128 + (v - 128) * contrast) + noise;
            to[(y * w + x) * 3 + c] = (byte) Math.clamp(v, 0, 255);
          }
        }
      }
      return new Picture(w, h, to);
    }
  }
}
