package pollux.media;

/** Sounds for tests, and what is in them. */
final class Tones {
  private Tones() {}

  static float[] sine(double hz, int rate, double seconds, double level) {
    float[] samples = new float[(int) Math.round(rate * seconds)];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) (level * Math.sin(2 * Math.PI * hz * i / rate));
    }
    return samples;
  }

  /**
   * The power of one frequency in the samples, by Goertzel's sum under a Hann window; a full sine
   * is near 1.
   */
  static double power(float[] samples, double hz, int rate) {
    double re = 0;
    double im = 0;
    for (int i = 0; i < samples.length; i++) {
      double window = 1 - Math.cos(2 * Math.PI * (i + 0.5) / samples.length);
      re += window * samples[i] * Math.cos(2 * Math.PI * hz * i / rate);
      im += window * samples[i] * Math.sin(2 * Math.PI * hz * i / rate);
    }
    return 4 * (re * re + im * im) / ((double) samples.length * samples.length);
  }

  /**
   * The frequency, among those from 50 to 7,950 Hz in steps of 10, that is loudest in the middle of
   * the sound.
   */
  static double loudest(Sound sound) {
    int n = Math.min(sound.samples().length, 4_800);
    int from = (sound.samples().length - n) / 2;
    float[] middle = java.util.Arrays.copyOfRange(sound.samples(), from, from + n);
    double best = 0;
    double bestPower = -1;
    for (double hz = 50; hz < 8_000; hz += 10) {
      double power = power(middle, hz, Sound.RATE);
      if (power > bestPower) {
        bestPower = power;
        best = hz;
      }
    }
    return best;
  }
}
