package pollux.skills;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import pollux.media.Sound;

/**
 * Another speaker out of a clip: pitch, formants (the length of the vocal tract), tempo and timbre
 * are changed apart from each other. Pure functions of the clip and the generator.
 *
 * <p>Synthesisers have few voices; people's differ most in these four. The clip is stretched in
 * time by overlapping waveforms where they agree best (WSOLA, Verhelst and Roelands 1993), read
 * faster or slower, which moves pitch and formants together, and then given back an envelope of its
 * own, found by cepstral smoothing of each window.
 */
final class VoiceMorph {
  /** Samples of a window of the envelope: 32 ms, which holds two periods of a low voice. */
  private static final int WINDOW = 512;

  private static final int HOP = WINDOW / 4;

  /** Cepstral coefficients that make the envelope: below the period of a high voice. */
  private static final int SMOOTH = 32;

  /** Samples of a piece of the stretching, half of which overlaps the next: 32 ms. */
  private static final int PIECE = 512;

  /** How far a piece may be moved to agree with the one before: half a period of 50 Hz. */
  private static final int SEARCH = 160;

  /** Places of the timbre: one for each kilohertz. */
  private static final int KNOTS = 9;

  private static final double[] HANN = new double[WINDOW];

  private static final double[] COS = new double[WINDOW / 2];
  private static final double[] SIN = new double[WINDOW / 2];

  static {
    for (int i = 0; i < WINDOW; i++) {
      HANN[i] = 0.5 - 0.5 * StrictMath.cos(2 * StrictMath.PI * i / WINDOW);
    }
    for (int i = 0; i < WINDOW / 2; i++) {
      COS[i] = StrictMath.cos(2 * StrictMath.PI * i / WINDOW);
      SIN[i] = StrictMath.sin(2 * StrictMath.PI * i / WINDOW);
    }
  }

  private VoiceMorph() {}

  /**
   * {@code clip} as one of many other speakers would have said it, at {@code slowest} times its
   * speed or more.
   */
  static Sound another(Sound clip, double slowest, RandomGenerator random) {
    double pitch = power(random, 0.72, 1.95);
    double formants = power(random, 0.84, 1.26);
    double tempo = power(random, slowest, 1.35);
    double[] timbre = new double[KNOTS];
    for (int i = 0; i < timbre.length; i++) {
      timbre[i] = 8 * (2 * random.nextDouble() - 1);
    }
    if (random.nextBoolean()) {
      timbre[random.nextInt(KNOTS)] =
          -30; // no word hangs on one band (SpecAugment, Park et al. 2019)
    }
    return new Sound(morph(clip.samples(), pitch, formants, tempo, timbre));
  }

  /** Between {@code low} and {@code high}, evenly in octaves. */
  private static double power(RandomGenerator random, double low, double high) {
    return low * Math.pow(high / low, random.nextDouble());
  }

  /**
   * @param pitch factor of the fundamental frequency
   * @param formants factor of the resonances' frequencies
   * @param tempo factor of the speed
   * @param timbre decibels at frequencies spaced evenly from 0 Hz to half the rate
   */
  static float[] morph(
      float[] speech, double pitch, double formants, double tempo, double[] timbre) {
    float[] stretched = stretch(speech, pitch / tempo);
    return reshape(Acoustics.resample(stretched, pitch), formants / pitch, timbre);
  }

  /** {@code factor} times as long, at the same pitch. */
  static float[] stretch(float[] in, double factor) {
    int half = PIECE / 2;
    if (in.length < PIECE + SEARCH) {
      return in.clone();
    }
    int pieces = Math.max(1, (int) Math.round(in.length * factor / half));
    float[] out = new float[(pieces + 1) * half];
    int last = in.length - PIECE;
    int at = 0;
    for (int piece = 0; piece < pieces; piece++) {
      int ideal = Math.clamp(Math.round(piece * half / factor), 0, last);
      // What would have followed the piece before: the new one should look like it.
      int natural = at + half;
      at = piece == 0 || natural > last ? ideal : best(in, natural, ideal, last);
      for (int i = 0; i < PIECE; i++) {
        double fade = 0.5 - 0.5 * Math.cos(2 * Math.PI * (i + 0.5) / PIECE);
        out[piece * half + i] += (float) (fade * in[at + i]);
      }
    }
    return out;
  }

  private static int best(float[] in, int natural, int ideal, int last) {
    int best = ideal;
    double most = Double.NEGATIVE_INFINITY;
    for (int from = Math.max(0, ideal - SEARCH);
        from <= Math.min(last, ideal + SEARCH);
        from += 2) {
      double same = 0;
      double energy = 1e-9;
      for (int i = 0; i < PIECE / 2; i += 2) {
        same += in[from + i] * in[natural + i];
        energy += in[from + i] * in[from + i];
      }
      double score = same / Math.sqrt(energy);
      if (score > most) {
        most = score;
        best = from;
      }
    }
    return best;
  }

  /** Moves the envelope of the spectrum by {@code factor} and adds {@code timbre}, in decibels. */
  private static float[] reshape(float[] in, double factor, double[] timbre) {
    float[] out = new float[in.length + 2 * WINDOW];
    double[] re = new double[WINDOW];
    double[] im = new double[WINDOW];
    double[] gain = new double[WINDOW / 2 + 1];
    for (int start = -WINDOW + HOP; start < in.length; start += HOP) {
      for (int i = 0; i < WINDOW; i++) {
        int at = start + i;
        re[i] = at >= 0 && at < in.length ? HANN[i] * in[at] : 0;
      }
      Arrays.fill(im, 0);
      fft(re, im, false);
      double[] envelope = envelope(re, im);
      for (int k = 0; k < gain.length; k++) {
        double from = Math.min(k / factor, WINDOW / 2.0);
        int low = Math.min((int) from, WINDOW / 2 - 1);
        double moved = envelope[low] + (from - low) * (envelope[low + 1] - envelope[low]);
        double place = k * (timbre.length - 1.0) / (WINDOW / 2.0);
        int knot = Math.min((int) place, timbre.length - 2);
        double decibels = timbre[knot] + (place - knot) * (timbre[knot + 1] - timbre[knot]);
        // At most 30 dB: what was silent is not made loud.
        gain[k] = Math.exp(Math.min(3.45, moved - envelope[k] + decibels * Math.log(10) / 20));
      }
      for (int k = 0; k < WINDOW; k++) {
        double g = gain[Math.min(k, WINDOW - k)];
        re[k] *= g;
        im[k] *= g;
      }
      fft(re, im, true);
      for (int i = 0; i < WINDOW; i++) {
        // Squared Hann windows at a quarter of their length add up to 1.5.
        out[WINDOW + start + i] += (float) (re[i] * HANN[i] / 1.5);
      }
    }
    return Arrays.copyOfRange(out, WINDOW, WINDOW + in.length);
  }

  /** Natural logarithm of the smoothed magnitudes, from 0 to half the rate. */
  private static double[] envelope(double[] re, double[] im) {
    double[] log = new double[WINDOW];
    double[] zero = new double[WINDOW];
    for (int k = 0; k < WINDOW; k++) {
      log[k] = Math.log(Math.hypot(re[k], im[k]) + 1e-5);
    }
    fft(log, zero, true);
    for (int n = SMOOTH; n <= WINDOW - SMOOTH; n++) {
      log[n] = 0;
    }
    Arrays.fill(zero, 0);
    fft(log, zero, false);
    return Arrays.copyOf(log, WINDOW / 2 + 1);
  }

  /** In place, radix 2 (Cooley and Tukey 1965); the inverse divides by the length. */
  private static void fft(double[] re, double[] im, boolean inverse) {
    int n = re.length;
    for (int i = 1, j = 0; i < n; i++) {
      int bit = n >> 1;
      for (; (j & bit) != 0; bit >>= 1) {
        j ^= bit;
      }
      j ^= bit;
      if (i < j) {
        swap(re, i, j);
        swap(im, i, j);
      }
    }
    for (int length = 2; length <= n; length *= 2) {
      for (int k = 0; k < length / 2; k++) {
        double c = COS[k * (WINDOW / length)];
        double s = (inverse ? 1 : -1) * SIN[k * (WINDOW / length)];
        for (int i = k; i < n; i += length) {
          int j = i + length / 2;
          double x = re[j] * c - im[j] * s;
          double y = re[j] * s + im[j] * c;
          re[j] = re[i] - x;
          im[j] = im[i] - y;
          re[i] += x;
          im[i] += y;
        }
      }
    }
    if (inverse) {
      for (int i = 0; i < n; i++) {
        re[i] /= n;
        im[i] /= n;
      }
    }
  }

  private static void swap(double[] a, int i, int j) {
    double held = a[i];
    a[i] = a[j];
    a[j] = held;
  }
}
