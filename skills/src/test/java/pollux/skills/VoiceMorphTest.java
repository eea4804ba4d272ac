package pollux.skills;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pollux.media.Sound;

/** Pitch, resonance and length of a vowel move as asked, each without the others. */
class VoiceMorphTest {
  private static final double[] FLAT = new double[6];
  private static final double PITCH = 120;
  private static final double RESONANCE = 900;

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "1.6, 1, 1",
    "0.8, 1, 1",
    "1, 1.2, 1",
    "1, 0.85, 1",
    "1, 1, 1.3",
    "1.8, 1.15, 0.8"
  })
  void eachMovesAlone(double pitch, double formants, double tempo) {
    float[] vowel = vowel();
    float[] morphed = VoiceMorph.morph(vowel, pitch, formants, tempo, FLAT);
    assertThat(morphed.length / (double) vowel.length).isBetween(0.95 / tempo, 1.05 / tempo);
    assertThat(pitchOf(morphed)).isBetween(PITCH * pitch * 0.97, PITCH * pitch * 1.03);
    // Harmonics lie a pitch apart, so that a resonance is known to half of that, and smoothing
    // flattens it.
    double expected = RESONANCE * formants;
    double slack = PITCH * pitch / 2 + 40;
    assertThat(resonanceOf(morphed)).isBetween(expected - slack, expected + slack);
  }

  @Test
  void timbreRaisesWhatItNames() {
    float[] vowel = vowel();
    float[] bright = VoiceMorph.morph(vowel, 1, 1, 1, new double[] {-12, 0, 12, 12, 12, 12});
    double before = level(vowel, 3_600) / level(vowel, 120);
    double after = level(bright, 3_600) / level(bright, 120);
    assertThat(20 * Math.log10(after / before)).isBetween(15.0, 28.0);
  }

  @Test
  void anyDrawIsAFiniteClip() {
    Sound clip = new Sound(vowel());
    for (long seed = 0; seed < 40; seed++) {
      Sound other = VoiceMorph.another(clip, 0.75, new SplittableRandom(seed));
      for (float sample : other.samples()) {
        assertThat(Float.isFinite(sample)).as("seed %d", seed).isTrue();
      }
      assertThat(Acoustics.loudness(other.samples())).as("seed %d", seed).isGreaterThan(1e-4);
    }
    Sound shortest = VoiceMorph.another(new Sound(new float[300]), 1, new SplittableRandom(1));
    assertThat(shortest.samples()).doesNotContain(Float.NaN);
  }

  /** Pulses through one resonator: 0.6 s. */
  private static float[] vowel() {
    float[] sound = new float[Sound.RATE * 6 / 10];
    double radius = Math.exp(-Math.PI * 90 / Sound.RATE);
    double turn = 2 * Math.PI * RESONANCE / Sound.RATE;
    double one = 0;
    double two = 0;
    double next = 0;
    for (int i = 0; i < sound.length; i++) {
      double pulse = 0;
      if (i >= next) {
        pulse = 0.1;
        next += Sound.RATE / PITCH;
      }
      double value = pulse + 2 * radius * Math.cos(turn) * one - radius * radius * two;
      two = one;
      one = value;
      sound[i] = (float) value;
    }
    return sound;
  }

  /** By the highest autocorrelation between 60 and 300 Hz. */
  private static double pitchOf(float[] sound) {
    int best = 0;
    double most = 0;
    for (int lag = Sound.RATE / 300; lag < Sound.RATE / 60; lag++) {
      double sum = 0;
      for (int i = Sound.RATE / 10; i < Sound.RATE * 3 / 10; i++) {
        sum += sound[i] * sound[i + lag];
      }
      // Twice the period agrees as well: the shortest that is nearly the best.
      if (sum > most * 1.02) {
        most = sum;
        best = lag;
      }
    }
    return Sound.RATE / (double) best;
  }

  /** The centre of the spectrum's energy between 300 and 1,800 Hz. */
  private static double resonanceOf(float[] sound) {
    double sum = 0;
    double weight = 0;
    for (double hertz = 300; hertz < 1_800; hertz += 10) {
      double energy = Math.pow(level(sound, hertz), 4);
      sum += energy * hertz;
      weight += energy;
    }
    return sum / weight;
  }

  private static double level(float[] sound, double hertz) {
    double re = 0;
    double im = 0;
    int from = Sound.RATE / 10;
    int length = Sound.RATE * 3 / 10;
    for (int i = 0; i < length; i++) {
      double window = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / length);
      double angle = 2 * Math.PI * hertz * i / Sound.RATE;
      re += window * sound[from + i] * Math.cos(angle);
      im += window * sound[from + i] * Math.sin(angle);
    }
    return Math.hypot(re, im);
  }
}
