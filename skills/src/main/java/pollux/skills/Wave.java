package pollux.skills;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import pollux.media.Sound;
import pollux.tensor.BadInputException;

/**
 * The little of WAV that synthesisers write: 16-bit mono. {@link #decode} believes the bytes, not the
 * length in the header, because a program that writes to a pipe does not know it yet.
 */
final class Wave {
  private static final int HEADER = 44;

  private Wave() {}

  static Sound decode(byte[] wave, String from) {
    ByteBuffer in = ByteBuffer.wrap(wave).order(ByteOrder.LITTLE_ENDIAN);
    if (wave.length < HEADER || !tag(in, 0).equals("RIFF") || !tag(in, 8).equals("WAVE")) {
      throw bad(from, wave.length + " bytes without its header");
    }
    int rate = 0;
    for (int at = 12; at <= wave.length - 8; ) {
      String chunk = tag(in, at);
      long size = Math.min(in.getInt(at + 4) & 0xFFFF_FFFFL, wave.length - at - 8L);
      if (chunk.equals("fmt ") && size >= 16) {
        int channels = in.getShort(at + 10);
        int bits = in.getShort(at + 22);
        rate = in.getInt(at + 12);
        if (channels != 1 || bits != 16 || rate < 4_000 || rate > 48_000) {
          throw bad(from, channels + " channels of " + bits + " bits at " + rate + " Hz");
        }
      } else if (chunk.equals("data") && rate != 0) {
        float[] samples = new float[(int) (size / 2)];
        for (int i = 0; i < samples.length; i++) {
          samples[i] = in.getShort(at + 8 + 2 * i) / 32768f;
        }
        return new Sound(resample(samples, rate / (double) Sound.RATE));
      }
      at = (int) Math.min(wave.length, at + 8 + size + (size & 1));
    }
    throw bad(from, "a file without samples");
  }

  /** 16-bit WAV at {@link Sound#RATE}. */
  static byte[] encode(Sound sound) {
    int bytes = 2 * sound.samples().length;
    ByteBuffer out = ByteBuffer.allocate(HEADER + bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(HEADER - 8 + bytes);
    out.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    out.putShort((short) 1).putShort((short) 1);
    out.putInt(Sound.RATE).putInt(2 * Sound.RATE).putShort((short) 2).putShort((short) 16);
    out.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(bytes);
    for (float sample : sound.samples()) {
      out.putShort((short) Math.clamp(Math.round(sample * 32768), -32768, 32767));
    }
    return out.array();
  }

  /** Without what is 46 dB or more below the peak at both ends, but for 10 ms. */
  static Sound trim(Sound sound) {
    float[] samples = sound.samples();
    float peak = 0;
    for (float sample : samples) {
      peak = Math.max(peak, Math.abs(sample));
    }
    if (peak == 0) {
      return new Sound(new float[0]);
    }
    int from = 0;
    while (Math.abs(samples[from]) < 0.005f * peak) {
      from++;
    }
    int to = samples.length;
    while (Math.abs(samples[to - 1]) < 0.005f * peak) {
      to--;
    }
    int margin = Sound.RATE / 100;
    return new Sound(
        Arrays.copyOfRange(
            samples, Math.max(0, from - margin), Math.min(samples.length, to + margin)));
  }

  /**
   * Reads {@code in} at {@code step} input samples for each output sample: 2 halves the length. A sinc
   * of 12 zero crossings a side under a Hann window; what would fold back is filtered away.
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

  private static String tag(ByteBuffer in, int at) {
    return new String(in.array(), at, 4, StandardCharsets.US_ASCII);
  }

  private static BadInputException bad(String from, String found) {
    return new BadInputException(
        from + " gave " + found + " where 16-bit mono WAV was expected; run it by hand to see why.");
  }
}
