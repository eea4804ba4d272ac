package pollux.media;

/**
 * Filters that sum a power spectrum into bands: for each band its first bin and its weights.
 *
 * @param firstBin {@code [bands]}
 * @param weights {@code [bands][bins of the band]}
 */
record MelFilters(int[] firstBin, float[][] weights) {
  /** Up to here the Slaney scale is linear, above it logarithmic. */
  private static final double BREAK_HZ = 1000;

  private static final double HZ_PER_MEL = 200 / 3.0;
  private static final double LOG_STEP = StrictMath.log(6.4) / 27;

  /**
   * Triangles of equal area, evenly spaced on the mel scale of Slaney's Auditory Toolbox from 0 Hz
   * to half of {@link Sound#RATE}: what librosa, and so Whisper, uses by default.
   *
   * @param fftSize samples of the transform, {@code fftSize / 2 + 1} bins
   */
  static MelFilters slaney(int bands, int fftSize) {
    double top = mel(Sound.RATE / 2.0);
    double hzPerBin = Sound.RATE / (double) fftSize;
    int[] firstBin = new int[bands];
    float[][] weights = new float[bands][];
    for (int band = 0; band < bands; band++) {
      double left = hz(top * (band / (double) (bands + 1)));
      double centre = hz(top * ((band + 1) / (double) (bands + 1)));
      double right = hz(top * ((band + 2) / (double) (bands + 1)));
      int first = (int) StrictMath.ceil(left / hzPerBin);
      int last = Math.min(fftSize / 2, (int) StrictMath.floor(right / hzPerBin));
      float[] triangle = new float[Math.max(0, last - first + 1)];
      for (int bin = first; bin <= last; bin++) {
        double f = bin * hzPerBin;
        double height = f <= centre ? (f - left) / (centre - left) : (right - f) / (right - centre);
        triangle[bin - first] = (float) (height * (2 / (right - left)));
      }
      firstBin[band] = first;
      weights[band] = triangle;
    }
    return new MelFilters(firstBin, weights);
  }

  int bands() {
    return weights.length;
  }

  /** The weighted sum of one band. */
  double apply(int band, float[] spectrum) {
    float[] triangle = weights[band];
    int first = firstBin[band];
    double sum = 0;
    for (int i = 0; i < triangle.length; i++) {
      sum += triangle[i] * spectrum[first + i];
    }
    return sum;
  }

  private static double mel(double hz) {
    return hz < BREAK_HZ
        ? hz / HZ_PER_MEL
        : BREAK_HZ / HZ_PER_MEL + StrictMath.log(hz / BREAK_HZ) / LOG_STEP;
  }

  private static double hz(double mel) {
    double breakMel = BREAK_HZ / HZ_PER_MEL;
    return mel < breakMel
        ? mel * HZ_PER_MEL
        : BREAK_HZ * StrictMath.exp((mel - breakMel) * LOG_STEP);
  }
}
