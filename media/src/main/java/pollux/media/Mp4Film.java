package pollux.media;

import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jcodec.common.logging.Logger;
import org.jspecify.annotations.Nullable;
import pollux.tensor.BadInputException;

/** MP4 with H.264 pictures and AAC sound. */
final class Mp4Film {
  /**
   * Pixels that are decoded for one film, some twenty seconds of work; beyond, only key frames are.
   */
  private static final long MAX_DECODED_PIXELS = 600_000_000;

  /** Ample for a machine that is busy with other work. */
  private static final int MAX_SECONDS = 120;

  static {
    try {
      // Without a sink of ours, what JCodec notes goes to standard output, into the answer.
      Logger.addSink(message -> {});
    } catch (IllegalStateException e) {
      // Another part of the program has set up JCodec's log already: then it is theirs.
    }
  }

  private Mp4Film() {}

  static Film read(Path file, int maxFrames) {
    String name = file.toString();
    return Deadline.run(
        name, MAX_SECONDS, () -> decode(file, maxFrames), cause -> corrupt(name, cause));
  }

  private static BadInputException corrupt(String name, Throwable cause) {
    return new BadInputException(
        "%s: expected an intact MP4, found a truncated or corrupt one (%s)."
            .formatted(name, MediaBytes.reason(cause)),
        cause);
  }

  private static Film decode(Path file, int maxFrames) throws Exception {
    String name = file.toString();
    try (SeekableByteChannel in = Files.newByteChannel(file)) {
      List<Mp4Track> tracks = Mp4Track.of(in, name);
      Mp4Track pictures = first(tracks, "vide");
      if (pictures == null || !pictures.codec().startsWith("avc") || pictures.settings() == null) {
        throw new BadInputException(
            "%s: expected an MP4 with H.264 pictures, found %s; convert it to H.264."
                .formatted(name, pictures == null ? "none" : "another codec, " + pictures.codec()));
      }
      FilmReader.refuseLong(name, pictures.samples().length());
      Mp4Track sound = first(tracks, "soun");
      return new Film(
          frames(pictures, maxFrames),
          sound == null ? null : AacTrack.read(sound, FilmReader.MAX_SECONDS + 1));
    }
  }

  private static @Nullable Mp4Track first(List<Mp4Track> tracks, String handler) {
    return tracks.stream()
        .filter(track -> track.handler().equals(handler))
        .findFirst()
        .orElse(null);
  }

  private static List<Film.Frame> frames(Mp4Track track, int maxFrames) throws Exception {
    double[] seconds = track.samples().seconds();
    H264Frames decoder = new H264Frames(track);
    SortedSet<Integer> wanted = wanted(track.samples(), maxFrames);
    if (toDecode(wanted, track.samples()) * decoder.pixels() > MAX_DECODED_PIXELS) {
      SortedSet<Integer> keys = new TreeSet<>();
      wanted.forEach(i -> keys.add(track.samples().keyOf(i)));
      wanted = keys;
    }
    List<Film.Frame> frames = new ArrayList<>();
    for (int i : wanted) {
      frames.add(new Film.Frame(seconds[i], decoder.frame(i)));
    }
    frames.sort(Comparator.comparingDouble(Film.Frame::seconds));
    return frames;
  }

  /** The numbers, in the order of decoding, of the frames that are evenly spaced in time. */
  private static SortedSet<Integer> wanted(Mp4Samples samples, int maxFrames) {
    double[] seconds = samples.seconds();
    Integer[] order = IntStream.range(0, seconds.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> seconds[i]));
    double[] starts = new double[order.length];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = seconds[order[i]];
    }
    SortedSet<Integer> wanted = new TreeSet<>();
    for (int i : FrameChoice.pick(starts, samples.length(), maxFrames)) {
      wanted.add(order[i]);
    }
    return wanted;
  }

  private static long toDecode(SortedSet<Integer> wanted, Mp4Samples samples) {
    long count = 0;
    int next = 0;
    for (int i : wanted) {
      count += i + 1 - Math.max(next, samples.keyOf(i));
      next = i + 1;
    }
    return count;
  }
}
