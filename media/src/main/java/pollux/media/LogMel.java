package pollux.media;

import java.util.Arrays;
import pollux.tensor.BadInputException;

/**
 * Log-mel frames of a sound, as bytes.
 *
 * <p>Every {@link #HOP} samples (10 ms) a 25 ms Hann window is put through a 512-point transform;
 * its power spectrum is summed into triangular bands that are evenly spaced on the HTK mel scale,
 * {@code 2595 log10(1 + f / 700)}, from 20 to 7,600 Hz, each with a peak of 1. The decibels of a
 * band are clipped to the {@value #RANGE_DB} dB below the loudest band of the clip, so that the
 * level of the recording does not matter, and spread over 0 to 255. A silent clip is all zeros.
 *
 * <p>Frame {@code t} is centred on sample {@code t * HOP + HOP / 2}; a clip of n samples has {@code
 * ceil(n / HOP)} frames, and what lies outside of the clip is silence. The tables are made with
 * {@link StrictMath} and no sum is reordered, so the bytes are the same on every machine.
 */
public final class LogMel {
  /** Samples from one frame to the next: 10 ms. */
  public static final int HOP = 160;

  /** Samples in a window: 25 ms. */
  public static final int WINDOW = 400;

  /** Decibels from the byte 0 to the byte 255. */
  public static final int RANGE_DB = 80;

  /** Samples of a transform: the window and zeros. */
  private static final int FFT = 512;

  private static final double LOW_HZ = 20;
  private static final double HIGH_HZ = 7_600;

  private static final float[] HANN = new float[WINDOW];

  static {
    for (int i = 0; i < WINDOW; i++) {
      HANN[i] = (float) (0.5 - 0.5 * StrictMath.cos(2 * StrictMath.PI * (i + 0.5) / WINDOW));
    }
  }

  private LogMel() {}

  /** The number of frames that {@code samples} samples give. */
  public static int count(int samples) {
    return (int) (((long) samples + HOP - 1) / HOP);
  }

  /**
   * The log-mel frames of a sound: {@code [frames, bands]}, unsigned bytes, frames in the order of
   * time, bands from low to high.
   *
   * @throws BadInputException if there is a sample that is not a finite number
   */
  public static byte[] frames(Sound sound, int bands) {
    float[] samples = sound.samples();
    int frames = count(samples.length);
    MelFilters filters = filters(bands);
    double[] power = new double[Math.multiplyExact(frames, bands)];
    float[] windowed = new float[FFT];
    float[] spectrum = new float[FFT / 2 + 1];
    RealFft fft = new RealFft(FFT);
    double loudest = 0;
    for (int t = 0; t < frames; t++) {
      int from = t * HOP + HOP / 2 - WINDOW / 2;
      Arrays.fill(windowed, 0);
      int first = Math.max(0, -from);
      int last = Math.min(WINDOW, samples.length - from);
      for (int i = first; i < last; i++) {
        windowed[i] = samples[from + i] * HANN[i];
      }
      fft.power(windowed, spectrum);
      for (int band = 0; band < bands; band++) {
        double sum = filters.apply(band, spectrum);
        power[t * bands + band] = sum;
        loudest = Math.max(loudest, sum);
      }
    }
    if (!(loudest < Double.POSITIVE_INFINITY)) {
      throw new BadInputException(
          "The sound holds samples that are not finite numbers; expected samples within -1 to 1.");
    }
    return decibels(power, loudest);
  }

  private static byte[] decibels(double[] power, double loudest) {
    byte[] bytes = new byte[power.length];
    // Below this (a hundredth of 16-bit quantisation noise) a clip is silent, not a quiet
    // recording.
    if (loudest < 1e-12) {
      return bytes;
    }
    double top = 10 * StrictMath.log10(loudest);
    double floor = loudest * StrictMath.pow(10, -RANGE_DB / 10.0);
    for (int i = 0; i < power.length; i++) {
      if (power[i] > floor) {
        double below = top - 10 * StrictMath.log10(power[i]);
        bytes[i] = (byte) Math.round(255 * (1 - below / RANGE_DB));
      }
    }
    return bytes;
  }

  /** The filters that are asked for again and again. */
  private static volatile MelFilters latest = htk(40);

  private static MelFilters filters(int bands) {
    MelFilters filters = latest;
    if (filters.bands() != bands) {
      latest = filters = htk(bands);
    }
    return filters;
  }

  private static MelFilters htk(int bands) {
    if (bands < 1 || bands > 80) {
      throw new IllegalArgumentException("1 to 80 mel bands, not " + bands);
    }
    double low = mel(LOW_HZ);
    double step = (mel(HIGH_HZ) - low) / (bands + 1);
    double hzPerBin = Sound.RATE / (double) FFT;
    int[] firstBin = new int[bands];
    float[][] weights = new float[bands][];
    for (int band = 0; band < bands; band++) {
      double left = low + band * step;
      double centre = left + step;
      double right = centre + step;
      int first = (int) StrictMath.ceil(hz(left) / hzPerBin);
      int last = (int) StrictMath.floor(hz(right) / hzPerBin);
      // A band narrower than a bin may contain no bin: it takes the nearest one.
      if (last < first) {
        first = last = (int) StrictMath.rint(hz(centre) / hzPerBin);
      }
      float[] triangle = new float[last - first + 1];
      boolean empty = true;
      for (int bin = first; bin <= last; bin++) {
        double at = mel(bin * hzPerBin);
        double weight = Math.min(at - left, right - at) / step;
        triangle[bin - first] = (float) Math.max(0, weight);
        empty &= weight <= 0;
      }
      if (empty) {
        triangle[0] = 1;
      }
      firstBin[band] = first;
      weights[band] = triangle;
    }
    return new MelFilters(firstBin, weights);
  }

  private static double mel(double hz) {
    return 2595 * StrictMath.log10(1 + hz / 700);
  }

  private static double hz(double mel) {
    return 700 * (StrictMath.pow(10, mel / 2595) - 1);
  }
}
