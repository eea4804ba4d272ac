package pollux.skills;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import pollux.media.Sound;

/**
 * The room, the microphone and the noise between a clean clip and what is heard. Pure functions of
 * the clip and the generator.
 */
final class Acoustics {
  /** Signal to noise in decibels: the quietest and the loudest noise. */
  private static final double LEAST_SNR = 5;

  private static final double MOST_SNR = 30;

  private Acoustics() {}

  /**
   * @param clip clean speech without silence at its ends
   * @param speed the largest change of speed (with pitch and formants), 0.1 for 10 %
   * @param before,after the most silence around the speech, in seconds
   * @param others clips of other speakers that may talk behind; none if empty
   */
  static Sound hear(
      Sound clip,
      double speed,
      double before,
      double after,
      List<Sound> others,
      RandomGenerator random) {
    float[] speech = resample(clip.samples(), 1 + speed * (2 * random.nextDouble() - 1));
    if (random.nextInt(4) == 0) {
      echo(speech, random);
    }
    int lead = (int) (Sound.RATE * (0.03 + before * random.nextDouble()));
    int tail = (int) (Sound.RATE * (0.03 + after * random.nextDouble()));
    float[] heard = new float[lead + speech.length + tail];
    System.arraycopy(speech, 0, heard, lead, speech.length);
    if (random.nextInt(6) != 0) {
      double snr = LEAST_SNR + (MOST_SNR - LEAST_SNR) * random.nextDouble();
      float[] noise = noise(heard.length, others, random);
      double gain = loudness(speech) / Math.max(1e-9, loudness(noise)) * Math.pow(10, -snr / 20);
      for (int i = 0; i < heard.length; i++) {
        heard[i] += (float) gain * noise[i];
      }
    }
    if (random.nextInt(3) == 0) {
      lowPass(heard, 2_800 + 4_000 * random.nextDouble());
    }
    if (random.nextInt(3) == 0) {
      highPass(heard, 60 + 240 * random.nextDouble());
    }
    scale(heard, 0.15 + 0.8 * random.nextDouble());
    return new Sound(heard);
  }

  /**
   * Reads {@code in} at {@code step} input samples for each output sample: 2 halves the length. A
   * sinc of 12 zero crossings a side under a Hann window; what would fold back is filtered away.
   */
  static float[] resample(float[] in, double step) {
    if (step == 1 || in.length == 0) {
      return in.clone();
    }
    double cut = Math.min(1, 1 / step);
    double reach = 12 / cut;
    int side = (int) Math.ceil(reach);
    // The kernel at 256 places between two samples; the nearest is 50 dB below what it is for.
    int places = 256;
    float[][] kernel = new float[places + 1][2 * side];
    for (int place = 0; place <= places; place++) {
      for (int tap = 0; tap < 2 * side; tap++) {
        double x = tap - side + 1 - place / (double) places;
        double window = Math.abs(x) >= reach ? 0 : 0.5 + 0.5 * Math.cos(Math.PI * x / reach);
        double angle = Math.PI * cut * x;
        kernel[place][tap] = (float) (cut * window * (x == 0 ? 1 : Math.sin(angle) / angle));
      }
    }
    float[] out = new float[(int) Math.floor((in.length - 1) / step) + 1];
    for (int i = 0; i < out.length; i++) {
      double at = i * step;
      int left = (int) at;
      float[] taps = kernel[(int) Math.round((at - left) * places)];
      int first = Math.max(0, side - 1 - left);
      int last = Math.min(2 * side, in.length - left + side - 1);
      float sum = 0;
      for (int tap = first; tap < last; tap++) {
        sum += taps[tap] * in[left - side + 1 + tap];
      }
      out[i] = sum;
    }
    return out;
  }

  private static float[] noise(int length, List<Sound> others, RandomGenerator random) {
    float[] noise = new float[length];
    switch (random.nextInt(others.isEmpty() ? 3 : 4)) {
      case 0 -> white(noise, random);
      case 1 -> {
        white(noise, random);
        pink(noise);
      }
      case 2 -> hum(noise, random);
      default -> babble(noise, others, random);
    }
    return noise;
  }

  private static void white(float[] noise, RandomGenerator random) {
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (float) random.nextGaussian();
    }
  }

  /** Paul Kellet's filter, as often quoted for 44.1 kHz: three decibels an octave, near enough. */
  private static void pink(float[] noise) {
    double slow = 0;
    double middle = 0;
    double fast = 0;
    for (int i = 0; i < noise.length; i++) {
      double white = noise[i];
      slow = 0.99765 * slow + white * 0.0990460;
      middle = 0.96300 * middle + white * 0.2965164;
      fast = 0.57000 * fast + white * 1.0526913;
      noise[i] = (float) (slow + middle + fast + white * 0.1848);
    }
  }

  /** Mains at 50 or 60 Hz with overtones, and a little hiss. */
  private static void hum(float[] noise, RandomGenerator random) {
    double base = random.nextBoolean() ? 50 : 60;
    for (int overtone = 1; overtone <= 8; overtone++) {
      double amplitude = random.nextDouble() / overtone;
      double phase = 2 * Math.PI * random.nextDouble();
      double step = 2 * Math.PI * base * overtone / Sound.RATE;
      for (int i = 0; i < noise.length; i++) {
        noise[i] += (float) (amplitude * Math.sin(phase + step * i));
      }
    }
    for (int i = 0; i < noise.length; i++) {
      noise[i] += (float) (0.1 * random.nextGaussian());
    }
  }

  private static void babble(float[] noise, List<Sound> others, RandomGenerator random) {
    for (Sound other : others) {
      float[] voice = other.samples();
      double gain = (0.5 + random.nextDouble()) / Math.max(1e-9, loudness(voice));
      int from = random.nextInt(voice.length);
      for (int i = 0; i < noise.length; i++) {
        noise[i] += (float) (gain * voice[(from + i) % voice.length]);
      }
    }
  }

  /** {@code sound} with up to 70 ms silenced somewhere: no word hangs on one moment. */
  static Sound withGap(Sound sound, RandomGenerator random) {
    float[] samples = sound.samples().clone();
    int length = (int) (Sound.RATE * (0.02 + 0.05 * random.nextDouble()));
    int from = random.nextInt(Math.max(1, samples.length - length));
    Arrays.fill(samples, from, Math.min(samples.length, from + length), 0);
    return new Sound(samples);
  }

  /** A few early reflections off near walls. */
  private static void echo(float[] sound, RandomGenerator random) {
    float[] dry = sound.clone();
    int reflections = random.nextInt(2, 6);
    for (int r = 0; r < reflections; r++) {
      int delay = (int) (Sound.RATE * (0.006 + 0.06 * random.nextDouble()));
      float gain = (float) ((random.nextBoolean() ? 1 : -1) * (0.1 + 0.25 * random.nextDouble()));
      for (int i = delay; i < sound.length; i++) {
        sound[i] += gain * dry[i - delay];
      }
    }
  }

  /** Two poles. */
  private static void lowPass(float[] sound, double hertz) {
    float keep = (float) Math.exp(-2 * Math.PI * hertz / Sound.RATE);
    float one = 0;
    float two = 0;
    for (int i = 0; i < sound.length; i++) {
      one += (1 - keep) * (sound[i] - one);
      two += (1 - keep) * (one - two);
      sound[i] = two;
    }
  }

  /** One pole. */
  private static void highPass(float[] sound, double hertz) {
    float keep = (float) Math.exp(-2 * Math.PI * hertz / Sound.RATE);
    float low = 0;
    for (int i = 0; i < sound.length; i++) {
      low += (1 - keep) * (sound[i] - low);
      sound[i] -= low;
    }
  }

  private static void scale(float[] sound, double peak) {
    float loudest = 1e-9f;
    for (float sample : sound) {
      loudest = Math.max(loudest, Math.abs(sample));
    }
    float gain = (float) peak / loudest;
    for (int i = 0; i < sound.length; i++) {
      sound[i] *= gain;
    }
  }

  /** Root of the mean square. */
  static double loudness(float[] sound) {
    double sum = 0;
    for (float sample : sound) {
      sum += (double) sample * sample;
    }
    return sound.length == 0 ? 0 : Math.sqrt(sum / sound.length);
  }
}
