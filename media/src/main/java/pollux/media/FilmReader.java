package pollux.media;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import pollux.tensor.BadInputException;

/**
 * Films as frames chosen evenly over their time: MP4 with H.264 (and AAC for the sound; any other
 * is left out with a warning in the log), animated GIF and WebP, or a directory of numbered
 * pictures that are shown for a second each.
 *
 * <p>Frames begin at least a quarter of a second apart, are each a frame of the film that differs
 * from the one before it, and have at most {@value #MAX_SIDE} pixels a side.
 */
public final class FilmReader {
  /** Frames that are larger are scaled down to this. */
  public static final int MAX_SIDE = 512;

  /** The longest film that is read. */
  public static final double MAX_SECONDS = 600;

  private static final int MAX_PICTURES = 10_000;
  private static final Set<String> EXTENSIONS =
      Set.of("png", "jpg", "jpeg", "gif", "bmp", "webp", "svg");
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  private FilmReader() {}

  /**
   * Reads a file, or a directory of numbered pictures, as at most {@code maxFrames} frames; {@link
   * BadInputException} if it is missing, unknown, corrupt or too long.
   */
  public static Film read(Path file, int maxFrames) {
    if (maxFrames < 1) {
      throw new IllegalArgumentException("At least 1 frame, not " + maxFrames);
    }
    if (Files.isDirectory(file)) {
      return pictures(file, maxFrames);
    }
    byte[] head = head(file);
    if (Animation.begins(head)) {
      byte[] bytes = MediaBytes.readAll(file, PictureReader.MAX_BYTES);
      return animation(Animation.parse(bytes, file.toString()), maxFrames);
    }
    if (MediaBytes.has(head, 4, "ftyp")) {
      return Mp4Film.read(file, maxFrames);
    }
    throw new BadInputException(
        "%s: expected MP4, an animated GIF or WebP, or a directory of pictures, found %s."
            .formatted(file, head.length == 0 ? "an empty file" : "another format"));
  }

  private static byte[] head(Path file) {
    try (InputStream in = MediaBytes.open(file)) {
      return in.readNBytes(MediaBytes.HEAD);
    } catch (IOException e) {
      throw MediaBytes.unreadable(file, e);
    }
  }

  private static Film animation(Animation animation, int maxFrames) {
    refuseLong(animation.name(), animation.seconds());
    double[] starts = animation.starts();
    int[] picked = FrameChoice.pick(starts, animation.seconds(), maxFrames);
    List<Picture> pictures = animation.frames(picked, MAX_SIDE);
    List<Film.Frame> frames = new ArrayList<>();
    for (int i = 0; i < picked.length; i++) {
      frames.add(new Film.Frame(starts[picked[i]], pictures.get(i)));
    }
    return new Film(frames, null);
  }

  static void refuseLong(String name, double seconds) {
    if (!(seconds <= MAX_SECONDS)) {
      throw new BadInputException(
          "%s: expected at most %,.0f s of film, found %,.0f s; cut it into shorter pieces."
              .formatted(name, MAX_SECONDS, seconds));
    }
  }

  private static Film pictures(Path directory, int maxFrames) {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> entries = Files.list(directory)) {
      entries.filter(FilmReader::isPicture).limit(MAX_PICTURES + 1).forEach(files::add);
    } catch (IOException e) {
      throw MediaBytes.unreadable(directory, e);
    }
    if (files.isEmpty() || files.size() > MAX_PICTURES) {
      throw new BadInputException(
          "%s: expected a directory of 1 to %,d pictures, found %s."
              .formatted(directory, MAX_PICTURES, files.isEmpty() ? "none" : "more"));
    }
    files.sort(
        Comparator.comparing((Path file) -> numbersPadded(file.getFileName().toString()))
            .thenComparing(Path::toString));
    double[] starts = new double[files.size()];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = i;
    }
    List<Film.Frame> frames = new ArrayList<>();
    for (int i : FrameChoice.pick(starts, starts.length, maxFrames)) {
      Picture picture = Pictures.limit(PictureReader.read(files.get(i)), MAX_SIDE);
      frames.add(new Film.Frame(starts[i], picture));
    }
    return new Film(frames, null);
  }

  private static boolean isPicture(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return !name.startsWith(".")
        && EXTENSIONS.contains(name.substring(name.lastIndexOf('.') + 1))
        && Files.isRegularFile(file);
  }

  /** A name with its numbers of one length, so that frame 10 follows frame 9. */
  private static String numbersPadded(String name) {
    return NUMBER
        .matcher(name)
        .replaceAll(number ->
            Matcher.quoteReplacement(
                "0".repeat(Math.max(0, 20 - number.group().length())) + number.group()));
  }
}
