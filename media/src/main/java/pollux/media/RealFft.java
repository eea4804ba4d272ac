package pollux.media;

/**
 * The power spectrum of an even number of real samples, by a complex transform of half that size:
 * even samples are its real parts, odd samples its imaginary parts. Halves are split as long as
 * they are even; what is left of odd length is summed as the definition says. Holds scratch memory:
 * one for each thread.
 */
final class RealFft {
  private final int size;
  private final int half;

  /** Length of the runs that are summed by the definition: the odd part of {@link #half}. */
  private final int odd;

  /** Where sample pair k of the input stands at the start, runs of {@link #odd} in a row. */
  private final int[] order;

  // cos and sin of 2 pi k / size; the half-size transform takes every second one.
  private final float[] cosines;
  private final float[] sines;
  private final float[] re;
  private final float[] im;
  private final float[] runRe;
  private final float[] runIm;

  /**
   * @param size samples, even
   */
  RealFft(int size) {
    if (size < 2 || size % 2 != 0) {
      throw new IllegalArgumentException("an even number of samples, not " + size);
    }
    this.size = size;
    half = size / 2;
    int splits = Integer.numberOfTrailingZeros(half);
    odd = half >> splits;
    order = new int[half];
    for (int k = 0; k < half; k++) {
      int run = k / odd;
      int reversed = splits == 0 ? 0 : Integer.reverse(run) >>> (32 - splits);
      order[k] = reversed + (k % odd << splits);
    }
    cosines = new float[half];
    sines = new float[half];
    for (int k = 0; k < half; k++) {
      cosines[k] = (float) StrictMath.cos(2 * StrictMath.PI * k / size);
      sines[k] = (float) StrictMath.sin(2 * StrictMath.PI * k / size);
    }
    re = new float[half];
    im = new float[half];
    runRe = new float[odd];
    runIm = new float[odd];
  }

  /** Writes {@code |X[k]|^2} for k from 0 to size / 2, both included. */
  void power(float[] samples, float[] power) {
    for (int k = 0; k < half; k++) {
      int from = 2 * order[k];
      re[k] = samples[from];
      im[k] = samples[from + 1];
    }
    transform();
    // X[k] = E[k] + w^k O[k], where E and O are the spectra of the even and of the odd samples.
    power[0] = (re[0] + im[0]) * (re[0] + im[0]);
    power[half] = (re[0] - im[0]) * (re[0] - im[0]);
    for (int k = 1; k < half; k++) {
      int mirrored = half - k;
      float evenRe = 0.5f * (re[k] + re[mirrored]);
      float evenIm = 0.5f * (im[k] - im[mirrored]);
      float oddRe = 0.5f * (im[k] + im[mirrored]);
      float oddIm = 0.5f * (re[mirrored] - re[k]);
      float real = evenRe + cosines[k] * oddRe + sines[k] * oddIm;
      float imaginary = evenIm + cosines[k] * oddIm - sines[k] * oddRe;
      power[k] = real * real + imaginary * imaginary;
    }
  }

  /** Radix 2 over the runs, in place, input in {@link #order}. */
  private void transform() {
    if (odd > 1) {
      for (int start = 0; start < half; start += odd) {
        sum(start);
      }
    }
    for (int span = odd; span < half; span *= 2) {
      int stride = half / span;
      for (int start = 0; start < half; start += 2 * span) {
        for (int j = 0, w = 0; j < span; j++, w += stride) {
          int upper = start + j;
          int lower = upper + span;
          float cos = cosines[w];
          float sin = sines[w];
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

  /** The transform of one run, as it is defined. */
  private void sum(int start) {
    int step = size / odd;
    for (int k = 0; k < odd; k++) {
      float sumRe = 0;
      float sumIm = 0;
      for (int j = 0; j < odd; j++) {
        // The table ends at half a turn, where both change their signs.
        int turn = j * k % odd * step;
        float sign = turn < half ? 1 : -1;
        float cos = sign * cosines[turn % half];
        float sin = sign * sines[turn % half];
        sumRe += re[start + j] * cos + im[start + j] * sin;
        sumIm += im[start + j] * cos - re[start + j] * sin;
      }
      runRe[k] = sumRe;
      runIm[k] = sumIm;
    }
    System.arraycopy(runRe, 0, re, start, odd);
    System.arraycopy(runIm, 0, im, start, odd);
  }
}
