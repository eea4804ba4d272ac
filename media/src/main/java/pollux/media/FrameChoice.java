package pollux.media;

import java.util.Arrays;

/** Which frames of a film are kept. */
final class FrameChoice {
  /** Kept frames begin at least this far apart. */
  static final double MIN_SECONDS = 0.25;

  private FrameChoice() {}

  /**
   * The numbers of at most {@code max} frames, in order: the film is cut into even slots of at
   * least {@link #MIN_SECONDS}, and the frame that is seen when a slot begins is kept, once.
   *
   * @param starts the seconds at which the frames begin, ascending
   * @param seconds the length of the film
   */
  static int[] pick(double[] starts, double seconds, int max) {
    double step = Math.max(MIN_SECONDS, seconds / max);
    int[] picked = new int[max];
    int count = 0;
    int frame = 0;
    for (int slot = 0; slot < max && starts.length > 0; slot++) {
      // A frame that begins a moment after its slot, by rounding, is meant to begin with it.
      double at = starts[0] + slot * step + 1e-6;
      if (slot > 0 && at >= starts[0] + seconds) {
        break;
      }
      while (frame + 1 < starts.length && starts[frame + 1] <= at) {
        frame++;
      }
      if (count == 0 || picked[count - 1] != frame) {
        picked[count++] = frame;
      }
    }
    return Arrays.copyOf(picked, count);
  }
}
