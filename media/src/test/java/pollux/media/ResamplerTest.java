package pollux.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResamplerTest {
  private static float[] resample(float[] in, int rate) {
    Resampler resampler = new Resampler(rate);
    return joined(resampler.add(in, in.length), resampler.finish());
  }

  private static float[] joined(float[] a, float[] b) {
    float[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  @ParameterizedTest
  @CsvSource({
    "8000,1000,75",
    "11025,1000,75",
    "22050,6500,75",
    "44100,1000,75",
    "44100,6500,75",
    "48000,3000,75",
    "96000,3000,75",
    "44056,3000,60",
    "11024,3000,60"
  })
  void sineKeepsItsShapeAndItsPlaceInTime(int rate, double hz, double decibels) {
    float[] out = resample(Tones.sine(hz, rate, 0.5, 0.5), rate);
    assertThat(out).hasSize((int) Math.ceil((long) Math.round(0.5 * rate) * 16_000.0 / rate));
    float[] expected = Tones.sine(hz, Sound.RATE, 0.5, 0.5);
    double signal = 0;
    double noise = 0;
    for (int i = 1_000; i < out.length - 1_000; i++) {
      signal += expected[i] * expected[i];
      noise += (out[i] - expected[i]) * (out[i] - expected[i]);
    }
    assertThat(10 * Math.log10(signal / noise)).isGreaterThan(decibels);
  }

  @ParameterizedTest
  @CsvSource({"44100,9000", "44100,15000", "48000,8050", "96000,30000", "22050,9000"})
  void tonesAboveTheNewBandDoNotFoldIntoIt(int rate, double hz) {
    float[] out = resample(Tones.sine(hz, rate, 0.5, 1), rate);
    double power = 0;
    for (int i = 1_000; i < out.length - 1_000; i++) {
      power += out[i] * out[i];
    }
    assertThat(10 * Math.log10(2 * power / (out.length - 2_000))).isLessThan(-70);
  }

  @ParameterizedTest
  @ValueSource(ints = {8_000, 44_100, 48_000})
  void piecesGiveWhatTheWholeGives(int rate) {
    long seed = 11;
    Random random = new Random(seed);
    float[] in = new float[20_000];
    for (int i = 0; i < in.length; i++) {
      in[i] = random.nextFloat() - 0.5f;
    }
    float[] whole = resample(in, rate);
    Resampler resampler = new Resampler(rate);
    float[] pieces = new float[0];
    for (int at = 0; at < in.length; ) {
      int n = Math.min(in.length - at, random.nextInt(700));
      pieces = joined(pieces, resampler.add(Arrays.copyOfRange(in, at, at + n), n));
      at += n;
    }
    assertThat(joined(pieces, resampler.finish())).as("seed %d", seed).isEqualTo(whole);
  }

  @Test
  void emptyInputGivesNothing() {
    assertThat(new Resampler(44_100).finish()).isEmpty();
  }
}
