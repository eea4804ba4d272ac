package pollux.media;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Frames in the order of their time, and the sound track if there is one. */
public record Film(List<Frame> frames, @Nullable Sound sound) {
  public Film {
    frames = List.copyOf(frames);
  }

  /** One picture, shown from {@code seconds} after the start. */
  public record Frame(double seconds, Picture picture) {}
}
