package pollux.media;

/**
 * The power spectrum of 512 real samples, by a complex transform of half that size: even samples
 * are its real parts, odd samples its imaginary parts. Holds scratch memory: one for each thread.
 */
final class RealFft {
  static final int SIZE = 512;

  private static final int HALF = SIZE / 2;
  private static final int[] REVERSED = new int[HALF];
  // cos and sin of 2 pi k / SIZE; the half-size transform takes every second one.
  private static final float[] COS = new float[HALF];
  private static final float[] SIN = new float[HALF];

  static {
    int bits = Integer.numberOfTrailingZeros(HALF);
    for (int k = 0; k < HALF; k++) {
      REVERSED[k] = Integer.reverse(k) >>> (32 - bits);
      COS[k] = (float) StrictMath.cos(2 * StrictMath.PI * k / SIZE);
      SIN[k] = (float) StrictMath.sin(2 * StrictMath.PI * k / SIZE);
    }
  }

  private final float[] re = new float[HALF];
  private final float[] im = new float[HALF];

  /** Writes {@code |X[k]|^2} for k from 0 to SIZE / 2, both included. */
  void power(float[] samples, float[] power) {
    for (int k = 0; k < HALF; k++) {
      int from = 2 * REVERSED[k];
      re[k] = samples[from];
      im[k] = samples[from + 1];
    }
    transform();
    // X[k] = E[k] + w^k O[k], where E and O are the spectra of the even and of the odd samples.
    power[0] = (re[0] + im[0]) * (re[0] + im[0]);
    power[HALF] = (re[0] - im[0]) * (re[0] - im[0]);
    for (int k = 1; k < HALF; k++) {
      int mirrored = HALF - k;
      float evenRe = 0.5f * (re[k] + re[mirrored]);
      float evenIm = 0.5f * (im[k] - im[mirrored]);
      float oddRe = 0.5f * (im[k] + im[mirrored]);
      float oddIm = 0.5f * (re[mirrored] - re[k]);
      float real = evenRe + COS[k] * oddRe + SIN[k] * oddIm;
      float imaginary = evenIm + COS[k] * oddIm - SIN[k] * oddRe;
      power[k] = real * real + imaginary * imaginary;
    }
  }

  /** Radix 2, in place, input in bit-reversed order. */
  private void transform() {
    for (int span = 1; span < HALF; span *= 2) {
      int stride = HALF / span;
      for (int start = 0; start < HALF; start += 2 * span) {
        for (int j = 0, w = 0; j < span; j++, w += stride) {
          int upper = start + j;
          int lower = upper + span;
          float cos = COS[w];
          float sin = SIN[w];
          float lowerRe = re[lower] * cos + im[lower] * sin;
          float lowerIm = im[lower] * cos - re[lower] * sin;
          re[lower] = re[upper] - lowerRe;
          im[lower] = im[upper] - lowerIm;
          re[upper] += lowerRe;
          im[upper] += lowerIm;
        }
      }
    }
  }
}
