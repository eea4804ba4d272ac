package pollux.media;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import pollux.tensor.BadInputException;

/**
 * Where a decoder puts its samples, piece by piece: they are mixed to one channel and resampled at
 * once, and the decoder is stopped at the limit, so memory follows the limit and not the file.
 */
final class SoundCollector {
  static final int MAX_CHANNELS = 64;

  // Far above any real recording; keeps the sums of what follows finite.
  private static final float LOUDEST = 1_000;

  private final String name;
  private final double maxSeconds;
  private final long maxSamples;
  private float[] samples = new float[Sound.RATE];
  private int count;
  private int rate;
  private int channels;
  private @Nullable Resampler resampler;

  SoundCollector(String name, double maxSeconds) {
    this.name = name;
    this.maxSeconds = maxSeconds;
    this.maxSamples = (long) Math.ceil(maxSeconds * Sound.RATE);
  }

  String name() {
    return name;
  }

  /** Says what comes; again when it changes within the file, as chained streams may. */
  void format(int rate, int channels) {
    if (rate < Resampler.MIN_RATE || rate > Resampler.MAX_RATE) {
      throw new BadInputException(
          "%s: expected a sample rate of %,d to %,d Hz, found %,d."
              .formatted(name, Resampler.MIN_RATE, Resampler.MAX_RATE, rate));
    }
    if (channels < 1 || channels > MAX_CHANNELS) {
      throw new BadInputException(
          "%s: expected 1 to %d channels, found %d.".formatted(name, MAX_CHANNELS, channels));
    }
    if (rate != this.rate) {
      flush();
      resampler = rate == Sound.RATE ? null : new Resampler(rate);
    }
    this.rate = rate;
    this.channels = channels;
  }

  /** Refuses a file by the length that its header gives, before any of it is decoded. */
  void expect(double seconds) {
    if (seconds > maxSeconds) {
      throw tooLong("%,.0f s".formatted(seconds));
    }
  }

  /** Takes {@code frames} times {@code channels} interleaved samples, within -1 to 1. */
  void add(float[] interleaved, int frames) {
    float[] mono = interleaved;
    if (channels > 1) {
      mono = new float[frames];
      for (int i = 0; i < frames; i++) {
        float sum = 0;
        for (int c = 0; c < channels; c++) {
          sum += interleaved[i * channels + c];
        }
        mono[i] = sum / channels;
      }
    }
    for (int i = 0; i < frames; i++) {
      // Written so that a NaN fails too.
      if (!(Math.abs(mono[i]) <= LOUDEST)) {
        throw new BadInputException(
            "%s: expected samples within -1 to 1, found %s at %.3f s."
                .formatted(name, mono[i], count / (double) Sound.RATE));
      }
    }
    if (resampler == null) {
      append(mono, frames);
    } else {
      float[] made = resampler.add(mono, frames);
      append(made, made.length);
    }
  }

  Sound finish() {
    flush();
    if (count == 0) {
      throw new BadInputException("%s: expected sound, found no samples.".formatted(name));
    }
    return new Sound(Arrays.copyOf(samples, count));
  }

  private void flush() {
    if (resampler != null) {
      float[] made = resampler.finish();
      append(made, made.length);
      resampler = null;
    }
  }

  private void append(float[] more, int n) {
    if (count + (long) n > maxSamples) {
      throw tooLong("more");
    }
    if (count + n > samples.length) {
      samples = Arrays.copyOf(samples, Math.max(count + n, samples.length * 2));
    }
    System.arraycopy(more, 0, samples, count, n);
    count += n;
  }

  private BadInputException tooLong(String found) {
    return new BadInputException(
        "%s: expected at most %,.0f s of sound, found %s; cut it into shorter pieces."
            .formatted(name, maxSeconds, found));
  }
}
