package pollux.media;

import java.util.Arrays;

/**
 * Band-limited change of the sample rate to {@link Sound#RATE}, piece by piece.
 *
 * <p>A sinc of 48 zero crossings a side under a Kaiser window for 80 dB, cut off so that the stop
 * band begins where the lower of the two rates folds. A rate that is a ratio of small numbers to 16
 * kHz (all usual ones are) has a filter for each of its phases; any other takes the nearest of
 * {@value #MAX_PHASES} phases, some 70 dB clean.
 */
final class Resampler {
  static final int MIN_RATE = 1_000;
  static final int MAX_RATE = 384_000;

  private static final int MAX_PHASES = 1_024;
  private static final int ZERO_CROSSINGS = 48;
  private static final double ATTENUATION_DB = 80;
  private static final double KAISER_BETA = 0.1102 * (ATTENUATION_DB - 8.7);

  /** Output sample n lies at input sample {@code n * in / out}, in lowest terms. */
  private final int in;

  private final int out;
  private final int half;
  private final float[][] filters;

  // The input that is still needed; held[0] is input sample number `first`.
  private float[] held = new float[8192];
  private int count;
  private long first;
  private long received;
  private long made;

  Resampler(int rate) {
    if (rate < MIN_RATE || rate > MAX_RATE) {
      throw new IllegalArgumentException(
          "A rate of " + MIN_RATE + " to " + MAX_RATE + " Hz, not " + rate);
    }
    int common = gcd(rate, Sound.RATE);
    in = rate / common;
    out = Sound.RATE / common;
    // Half the width of the transition band, as a part of the lower rate (Kaiser's formula).
    double transition =
        (ATTENUATION_DB - 8) / (2.285 * 2 * ZERO_CROSSINGS) / (2 * StrictMath.PI) / 2;
    double cutoff = 2 * (0.5 - transition) * Math.min(rate, Sound.RATE) / rate;
    half = (int) Math.ceil(ZERO_CROSSINGS / cutoff);
    filters = filters(Math.min(out, MAX_PHASES), half, cutoff);
    // Silence before the first sample.
    first = -half;
    count = half;
  }

  /** Takes in {@code n} samples and returns the ones that can be made by now. */
  float[] add(float[] samples, int n) {
    received += n;
    return push(samples, n, (received * out + in - 1) / in);
  }

  /**
   * The remaining samples: {@code ceil(received * 16000 / rate)} have been made in all after it.
   */
  float[] finish() {
    return push(new float[half + 1], half + 1, (received * out + in - 1) / in);
  }

  private float[] push(float[] samples, int n, long end) {
    if (count + n > held.length) {
      held = Arrays.copyOf(held, Math.max(count + n, 2 * held.length));
    }
    System.arraycopy(samples, 0, held, count, n);
    count += n;
    float[] result = new float[(int) Math.min(end - made, (long) n * out / in + 2 + half)];
    int size = 0;
    while (made < end) {
      long at = made * in / out;
      // Taps run from sample at - half + 1 to at + half.
      int from = (int) (at - half + 1 - first);
      if (from + 2 * half > count) {
        break;
      }
      if (size == result.length) {
        result = Arrays.copyOf(result, 2 * size + 16);
      }
      result[size++] = apply(filters[phase(made * in % out)], from);
      made++;
    }
    long needed = made * in / out - half + 1;
    int drop = (int) Math.clamp(needed - first, 0, count);
    System.arraycopy(held, drop, held, 0, count - drop);
    count -= drop;
    first += drop;
    return size == result.length ? result : Arrays.copyOf(result, size);
  }

  private int phase(long remainder) {
    return (int) Math.min(filters.length - 1, (remainder * filters.length + out / 2) / out);
  }

  private float apply(float[] filter, int from) {
    double sum = 0;
    for (int i = 0; i < filter.length; i++) {
      sum += filter[i] * held[from + i];
    }
    return (float) sum;
  }

  private static float[][] filters(int phases, int half, double cutoff) {
    float[][] filters = new float[phases][2 * half];
    double i0 = bessel(KAISER_BETA);
    for (int phase = 0; phase < phases; phase++) {
      double offset = phase / (double) phases;
      double[] taps = new double[2 * half];
      double sum = 0;
      for (int i = 0; i < taps.length; i++) {
        double x = i - half + 1 - offset;
        double edge = x / half;
        double window =
            Math.abs(edge) >= 1 ? 0 : bessel(KAISER_BETA * StrictMath.sqrt(1 - edge * edge)) / i0;
        double angle = StrictMath.PI * cutoff * x;
        taps[i] = window * (Math.abs(angle) < 1e-9 ? 1 : StrictMath.sin(angle) / angle);
        sum += taps[i];
      }
      // Each phase passes a constant unchanged, so that none is louder than another.
      for (int i = 0; i < taps.length; i++) {
        filters[phase][i] = (float) (taps[i] / sum);
      }
    }
    return filters;
  }

  /** The modified Bessel function of order 0. */
  private static double bessel(double x) {
    double sum = 1;
    double term = 1;
    for (int k = 1; term > 1e-14 * sum; k++) {
      term *= (x / (2 * k)) * (x / (2 * k));
      sum += term;
    }
    return sum;
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
