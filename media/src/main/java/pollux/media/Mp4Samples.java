package pollux.media;

import java.nio.ByteBuffer;
import java.util.Arrays;
import pollux.tensor.BadInputException;

/**
 * Where the samples of an MP4 track lie in the file and when they are played, in the order in which
 * they are decoded; with B-frames that is not the order in which they are seen.
 *
 * @param seconds when a sample is played, the earliest at 0
 * @param length the length of the track in seconds
 * @param keys the numbers of the samples that need no other, ascending; the first is 0
 */
record Mp4Samples(long[] offsets, int[] sizes, double[] seconds, double length, int[] keys) {
  /** Ten minutes at 240 frames a second; of sound, more than ten minutes at 96 kHz. */
  private static final int MAX_SAMPLES = 144_000;

  private static final int MAX_SAMPLE_BYTES = 32 << 20;

  /** From the insides of the {@code stbl} box. */
  static Mp4Samples of(Mp4Boxes table, long timescale, String name) {
    if (timescale < 1) {
      throw new BadInputException(
          "%s: expected a time scale of at least 1, found %d.".formatted(name, timescale));
    }
    int[] sizes = sizes(table.require("stsz"), name);
    long[] times = new long[sizes.length];
    long end = decodingTimes(table.require("stts"), times);
    ByteBuffer later = table.find("ctts");
    if (later != null) {
      addOffsets(later, times);
    }
    long first = Arrays.stream(times).min().orElse(0);
    double[] seconds = new double[times.length];
    for (int i = 0; i < times.length; i++) {
      seconds[i] = (times[i] - first) / (double) timescale;
    }
    ByteBuffer sync = table.find("stss");
    int[] keys;
    if (sync == null) {
      keys = new int[sizes.length];
      Arrays.setAll(keys, i -> i);
    } else {
      keys = keys(sync, sizes.length);
    }
    return new Mp4Samples(
        offsets(table, sizes, name), sizes, seconds, end / (double) timescale, keys);
  }

  private static int[] sizes(ByteBuffer box, String name) {
    int common = box.getInt(4);
    int count = box.getInt(8);
    if (count < 1 || count > MAX_SAMPLES) {
      throw new BadInputException(
          "%s: expected an MP4 with a table of 1 to %,d frames, found %,d; convert it."
              .formatted(name, MAX_SAMPLES, Integer.toUnsignedLong(count)));
    }
    int[] sizes = new int[count];
    for (int i = 0; i < count; i++) {
      sizes[i] = common != 0 ? common : box.getInt(12 + 4 * i);
      if (sizes[i] < 0 || sizes[i] > MAX_SAMPLE_BYTES) {
        throw new BadInputException(
            "%s: expected frames of at most %d MB, found one of %,d bytes."
                .formatted(name, MAX_SAMPLE_BYTES >> 20, Integer.toUnsignedLong(sizes[i])));
      }
    }
    return sizes;
  }

  /** Fills in the times of decoding, and returns when the last sample is over. */
  private static long decodingTimes(ByteBuffer box, long[] times) {
    int entries = box.getInt(4);
    long time = 0;
    int sample = 0;
    for (int entry = 0; entry < entries && sample < times.length; entry++) {
      long count = Integer.toUnsignedLong(box.getInt(8 + 8 * entry));
      long duration = Integer.toUnsignedLong(box.getInt(12 + 8 * entry));
      for (long i = 0; i < count && sample < times.length; i++) {
        times[sample++] = time;
        time += duration;
      }
    }
    Arrays.fill(times, sample, times.length, time);
    return time;
  }

  private static void addOffsets(ByteBuffer box, long[] times) {
    int entries = box.getInt(4);
    int sample = 0;
    for (int entry = 0; entry < entries && sample < times.length; entry++) {
      long count = Integer.toUnsignedLong(box.getInt(8 + 8 * entry));
      // Written as unsigned by the first version of the box, but never meant to be that large.
      int offset = box.getInt(12 + 8 * entry);
      for (long i = 0; i < count && sample < times.length; i++) {
        times[sample++] += offset;
      }
    }
  }

  private static int[] keys(ByteBuffer box, int samples) {
    int entries = box.getInt(4);
    int[] keys = new int[samples];
    // Decoding begins at the first sample, whatever the table says.
    int count = 1;
    for (int entry = 0; entry < entries && count < samples; entry++) {
      int number = box.getInt(8 + 4 * entry) - 1;
      if (number > keys[count - 1] && number < samples) {
        keys[count++] = number;
      }
    }
    return Arrays.copyOf(keys, count);
  }

  private static long[] offsets(Mp4Boxes table, int[] sizes, String name) {
    ByteBuffer runs = table.require("stsc");
    ByteBuffer narrow = table.find("stco");
    ByteBuffer chunks = narrow != null ? narrow : table.require("co64");
    int chunkCount = chunks.getInt(4);
    int runCount = runs.getInt(4);
    long[] offsets = new long[sizes.length];
    int sample = 0;
    int run = 0;
    for (int chunk = 0; chunk < chunkCount && sample < sizes.length; chunk++) {
      while (run + 1 < runCount && runs.getInt(8 + 12 * (run + 1)) <= chunk + 1) {
        run++;
      }
      long at =
          narrow != null
              ? Integer.toUnsignedLong(chunks.getInt(8 + 4 * chunk))
              : chunks.getLong(8 + 8 * chunk);
      int inChunk = runs.getInt(8 + 12 * run + 4);
      for (int i = 0; i < inChunk && sample < sizes.length; i++) {
        offsets[sample] = at;
        at += sizes[sample++];
      }
    }
    if (sample < sizes.length) {
      throw new BadInputException(
          "%s: expected the places of %,d frames, found %,d; get an intact copy."
              .formatted(name, sizes.length, sample));
    }
    return offsets;
  }

  /** The number of the sample at which decoding must begin for this one. */
  int keyOf(int sample) {
    int at = Arrays.binarySearch(keys, sample);
    return keys[at >= 0 ? at : -at - 2];
  }
}
