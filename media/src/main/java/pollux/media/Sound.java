package pollux.media;

/** Mono sound at {@link #RATE} samples a second, nominally within -1 to 1. */
public record Sound(float[] samples) {
  /** Samples a second of every {@code Sound}; readers resample to it. */
  public static final int RATE = 16_000;

  public double seconds() {
    return samples.length / (double) RATE;
  }
}
