package pollux.media;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import pollux.tensor.BadInputException;

/**
 * Log-mel frames as Whisper's encoder reads them (Radford et al. 2022, {@code whisper/audio.py}),
 * cut as llama.cpp does (tools/mtmd, {@code mtmd_audio_preprocessor_whisper}).
 *
 * <p>Every {@link #HOP} samples (10 ms) a Hann window of 25 ms is transformed; its power is summed
 * into {@link MelFilters#slaney} bands. The logarithms are held within 8 decades below the loudest
 * band of the whole sound, and mapped to about -1 to 1. The sound is mirrored at its start and
 * followed by 30 s of silence; of that only whole {@linkplain #FRAMES pieces} of 30 s are kept, so
 * a short sound fills one.
 */
public final class WhisperMel {
  /** Frames of a piece: 30 s. */
  public static final int FRAMES = 3_000;

  /** Samples from one frame to the next: 10 ms. */
  public static final int HOP = 160;

  private static final int WINDOW = 400;
  private static final int SILENCE = 30 * Sound.RATE;

  /** What a band holds at least before the logarithm: 2^-24. */
  private static final double FLOOR = 0x1p-24;

  private static final double DECADES = 8;

  private static final float[] HANN = new float[WINDOW];

  static {
    for (int i = 0; i < WINDOW; i++) {
      HANN[i] = (float) (0.5 * (1 - (float) StrictMath.cos(2 * StrictMath.PI * i / WINDOW)));
    }
  }

  private WhisperMel() {}

  /** Pieces that {@code samples} samples give. */
  public static int pieces(int samples) {
    return frames(Math.max(samples, WINDOW / 2 + 1)) / FRAMES;
  }

  /**
   * The pieces of {@code sound}, each {@code [FRAMES, bands]}.
   *
   * @throws BadInputException if it is empty or holds samples that are not finite numbers
   */
  public static List<float[]> pieces(Sound sound, int bands) {
    if (sound.samples().length == 0) {
      throw new BadInputException("The sound is empty; expected at least one sample.");
    }
    // Mirroring takes half a window behind the first sample.
    float[] samples =
        Arrays.copyOf(sound.samples(), Math.max(sound.samples().length, WINDOW / 2 + 1));
    int total = frames(samples.length);
    double silent = StrictMath.log10(FLOOR);
    // Behind this frame there is but silence.
    int heard = Math.min(total, (samples.length + WINDOW / 2) / HOP + 1);
    float[] mel = spectrum(samples, heard, bands);
    double loudest = silent;
    for (float value : mel) {
      loudest = Math.max(loudest, value);
    }
    float rest = scaled((float) silent, loudest);
    for (int i = 0; i < mel.length; i++) {
      mel[i] = scaled(mel[i], loudest);
    }
    return IntStream.range(0, total / FRAMES)
        .mapToObj(piece -> piece(mel, piece * FRAMES * bands, bands, rest))
        .toList();
  }

  private static float[] piece(float[] mel, int from, int bands, float rest) {
    float[] piece = new float[FRAMES * bands];
    int count = Math.clamp(mel.length - from, 0, piece.length);
    if (count > 0) {
      System.arraycopy(mel, from, piece, 0, count);
    }
    Arrays.fill(piece, count, piece.length, rest);
    return piece;
  }

  private static float scaled(float value, double loudest) {
    return (float) (((float) Math.max(value, loudest - DECADES) + 4.0) / 4.0);
  }

  private static int frames(int samples) {
    return (samples + SILENCE) / HOP + 1;
  }

  /** Decadic logarithms {@code [frames, bands]}. */
  private static float[] spectrum(float[] samples, int frames, int bands) {
    MelFilters filters = MelFilters.slaney(bands, WINDOW);
    RealFft fft = new RealFft(WINDOW);
    float[] windowed = new float[WINDOW];
    float[] power = new float[WINDOW / 2 + 1];
    float[] mel = new float[Math.multiplyExact(frames, bands)];
    for (int t = 0; t < frames; t++) {
      int from = t * HOP - WINDOW / 2;
      for (int i = 0; i < WINDOW; i++) {
        int at = Math.abs(from + i);
        windowed[i] = at < samples.length ? samples[at] * HANN[i] : 0;
      }
      fft.power(windowed, power);
      for (int band = 0; band < bands; band++) {
        double sum = filters.apply(band, power);
        if (!(sum < Double.POSITIVE_INFINITY)) {
          throw new BadInputException(
              "The sound holds samples that are not finite numbers; expected samples within -1 to"
                  + " 1.");
        }
        mel[t * bands + band] = (float) StrictMath.log10(Math.max(sum, FLOOR));
      }
    }
    return mel;
  }
}
