package pollux.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.tensor.BadInputException;

class LogMelTest {
  private static final int BANDS = 40;

  @ParameterizedTest
  @ValueSource(ints = {2, 6, 50, 400, 512})
  void realTransformAgreesWithTheDefinition(int size) {
    long seed = 7;
    Random random = new Random(seed);
    float[] samples = new float[size];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = random.nextFloat() * 2 - 1;
    }
    float[] power = new float[size / 2 + 1];
    new RealFft(size).power(samples, power);
    for (int k = 0; k < power.length; k++) {
      double re = 0;
      double im = 0;
      for (int i = 0; i < samples.length; i++) {
        re += samples[i] * Math.cos(2 * Math.PI * k * i / samples.length);
        im -= samples[i] * Math.sin(2 * Math.PI * k * i / samples.length);
      }
      assertThat((double) power[k])
          .as("bin %d, seed %d", k, seed)
          .isCloseTo(re * re + im * im, within(1e-2));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {200, 440, 1_000, 2_500, 5_000, 7_000})
  void toneIsLoudestInTheBandThatHoldsIt(double hz) {
    byte[] mel = LogMel.frames(new Sound(Tones.sine(hz, Sound.RATE, 0.5, 0.5)), BANDS);
    int frame = LogMel.count(8_000) / 2;
    int loudest = 0;
    for (int band = 1; band < BANDS; band++) {
      if ((mel[frame * BANDS + band] & 255) > (mel[frame * BANDS + loudest] & 255)) {
        loudest = band;
      }
    }
    double low = 2595 * Math.log10(1 + 20 / 700.0);
    double high = 2595 * Math.log10(1 + 7_600 / 700.0);
    double band = (2595 * Math.log10(1 + hz / 700) - low) / (high - low) * (BANDS + 1) - 1;
    assertThat((double) loudest).isCloseTo(band, within(0.75));
    assertThat(mel[frame * BANDS + loudest] & 255).isGreaterThan(250);
  }

  @Test
  void levelDoesNotMatterAndDecibelsAreEven() {
    byte[] loud = LogMel.frames(new Sound(Tones.sine(1_000, Sound.RATE, 0.3, 0.8)), BANDS);
    byte[] soft = LogMel.frames(new Sound(Tones.sine(1_000, Sound.RATE, 0.3, 0.008)), BANDS);
    for (int i = 0; i < loud.length; i++) {
      assertThat(soft[i] & 255).isCloseTo(loud[i] & 255, within(1));
    }
    // Half a second at full level, then half a second 40 dB down: half of the 80 dB range.
    float[] both = Tones.sine(1_000, Sound.RATE, 1, 1);
    for (int i = 8_000; i < both.length; i++) {
      both[i] *= 0.01f;
    }
    byte[] mel = LogMel.frames(new Sound(both), BANDS);
    int max = 0;
    for (int band = 0; band < BANDS; band++) {
      max = Math.max(max, mel[75 * BANDS + band] & 255);
    }
    assertThat(max).isCloseTo(128, within(2));
  }

  @Test
  void silenceAndShortClips() {
    assertThat(LogMel.frames(new Sound(new float[1_600]), BANDS))
        .hasSize(10 * BANDS)
        .containsOnly(0);
    assertThat(LogMel.frames(new Sound(new float[0]), BANDS)).isEmpty();
    assertThat(LogMel.frames(new Sound(new float[] {1}), BANDS)).hasSize(BANDS);
    assertThat(LogMel.frames(new Sound(new float[161]), 20)).hasSize(2 * 20);
  }

  @Test
  void refusesWhatIsNotANumber() {
    float[] samples = new float[1_000];
    samples[500] = Float.NaN;
    assertThatThrownBy(() -> LogMel.frames(new Sound(samples), BANDS))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("finite");
  }
}
