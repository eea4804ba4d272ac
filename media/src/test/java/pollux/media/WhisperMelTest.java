package pollux.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pollux.tensor.BadInputException;

class WhisperMelTest {
  @ParameterizedTest
  @CsvSource({"1, 1", "16000, 1", "479839, 1", "479840, 2", "960000, 3"})
  void soundAndTheSilenceBehindItIsCutIntoHalfMinutes(int samples, int pieces) {
    assertThat(WhisperMel.pieces(samples)).isEqualTo(pieces);
    List<float[]> found = WhisperMel.pieces(new Sound(new float[samples]), 8);
    assertThat(found).hasSize(pieces);
    assertThat(found.getFirst()).hasSize(WhisperMel.FRAMES * 8);
  }

  /** Values by the definition: the whole transform in doubles, filters by their formula. */
  @Test
  void framesAreThoseOfTheDefinition() {
    float[] samples = Tones.sine(440, Sound.RATE, 0.2, 0.5);
    float[] noise = Tones.sine(3_100, Sound.RATE, 0.2, 0.01);
    for (int i = 0; i < samples.length; i++) {
      samples[i] += noise[i];
    }
    int bands = 80;
    double[][] logs = new double[WhisperMel.FRAMES][bands];
    double loudest = -100;
    for (int t = 0; t < 25; t++) {
      for (int band = 0; band < bands; band++) {
        logs[t][band] = Math.log10(Math.max(Math.pow(2, -24), band(samples, t, band, bands)));
        loudest = Math.max(loudest, logs[t][band]);
      }
    }
    float[] found = WhisperMel.pieces(new Sound(samples), bands).getFirst();
    for (int t = 0; t < 25; t++) {
      for (int band = 0; band < bands; band++) {
        double wanted = (Math.max(logs[t][band], loudest - 8) + 4) / 4;
        assertThat((double) found[t * bands + band])
            .as("frame %d, band %d", t, band)
            .isCloseTo(wanted, within(2e-3));
      }
    }
    double silent = (Math.max(Math.log10(Math.pow(2, -24)), loudest - 8) + 4) / 4;
    assertThat((double) found[2_000 * bands]).isCloseTo(silent, within(1e-6));
  }

  @Test
  void emptyAndInfiniteSoundIsRefused() {
    assertThatThrownBy(() -> WhisperMel.pieces(new Sound(new float[0]), 80))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("empty");
    float[] samples = new float[1000];
    samples[500] = Float.NaN;
    assertThatThrownBy(() -> WhisperMel.pieces(new Sound(samples), 80))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("finite");
  }

  private static double band(float[] samples, int t, int band, int bands) {
    double top = mel(8000);
    double left = hz(top * band / (bands + 1));
    double centre = hz(top * (band + 1) / (bands + 1));
    double right = hz(top * (band + 2) / (bands + 1));
    double sum = 0;
    for (int k = 0; k <= 200; k++) {
      double f = k * 40.0;
      double height = Math.min((f - left) / (centre - left), (right - f) / (right - centre));
      if (height <= 0) {
        continue;
      }
      double re = 0;
      double im = 0;
      for (int i = 0; i < 400; i++) {
        int at = Math.abs(t * 160 - 200 + i);
        double window = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / 400);
        double x = at < samples.length ? samples[at] * window : 0;
        re += x * Math.cos(2 * Math.PI * k * i / 400);
        im += x * Math.sin(2 * Math.PI * k * i / 400);
      }
      sum += height * 2 / (right - left) * (re * re + im * im);
    }
    return sum;
  }

  private static double mel(double hz) {
    return hz < 1000 ? hz * 3 / 200 : 15 + Math.log(hz / 1000) / (Math.log(6.4) / 27);
  }

  private static double hz(double mel) {
    return mel < 15 ? mel * 200 / 3 : 1000 * Math.exp((mel - 15) * Math.log(6.4) / 27);
  }
}
