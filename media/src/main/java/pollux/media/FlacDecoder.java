package pollux.media;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import org.jflac.ChannelData;
import org.jflac.FLACDecoder;
import org.jflac.frame.Frame;
import org.jflac.metadata.StreamInfo;
import pollux.tensor.BadInputException;

/**
 * FLAC, by jflac. Its integer channels are taken as they are: asking its sound service for 16-bit
 * samples of a 24-bit file fails.
 */
final class FlacDecoder {
  /** Bytes of the metadata that describe the samples. */
  private static final int STREAM_INFO = 34;

  /** The bit that marks the last piece of metadata. */
  private static final int LAST = 0x80;

  private FlacDecoder() {}

  static void decode(InputStream in, SoundCollector sound) throws IOException {
    FLACDecoder decoder = new FLACDecoder(withoutMetadata(in, sound.name()));
    decoder.readMetadata();
    StreamInfo info = decoder.getStreamInfo();
    int channels = info.getChannels();
    sound.format(info.getSampleRate(), channels);
    sound.expect(info.getTotalSamples() / (double) info.getSampleRate());
    float scale = 1f / (1L << (info.getBitsPerSample() - 1));
    float[] piece = new float[0];
    long samples = 0;
    for (Frame frame = decoder.readNextFrame(); frame != null; frame = decoder.readNextFrame()) {
      int size = frame.header.blockSize;
      ChannelData[] data = decoder.getChannelData();
      if (piece.length < size * channels) {
        piece = new float[size * channels];
      }
      for (int c = 0; c < channels; c++) {
        int[] values = data[c].getOutput();
        for (int i = 0; i < size; i++) {
          piece[i * channels + c] = values[i] * scale;
        }
      }
      sound.add(piece, size);
      samples += size;
    }
    if (decoder.getBadFrames() > 0) {
      throw new BadInputException(
          "%s: expected an intact FLAC file, found %,d damaged frames."
              .formatted(sound.name(), decoder.getBadFrames()));
    }
    if (samples < info.getTotalSamples()) {
      throw new EOFException();
    }
  }

  /**
   * The stream with the first of its metadata alone, which describes the samples: jflac would read
   * comments and pictures into memory at whatever size they claim.
   */
  private static InputStream withoutMetadata(InputStream in, String name) throws IOException {
    byte[] begin = in.readNBytes(4 + 4 + STREAM_INFO);
    if (begin.length < 4 + 4 + STREAM_INFO) {
      throw new EOFException();
    }
    boolean last = begin[4] < 0;
    if ((begin[4] & 0x7F) != 0 || size(begin, 5) != STREAM_INFO) {
      throw new BadInputException(
          "%s: expected a FLAC file that begins with its format, found something else."
              .formatted(name));
    }
    begin[4] = (byte) LAST;
    while (!last) {
      byte[] header = in.readNBytes(4);
      if (header.length < 4) {
        throw new EOFException();
      }
      last = header[0] < 0;
      in.skipNBytes(size(header, 1));
    }
    return new SequenceInputStream(new ByteArrayInputStream(begin), in);
  }

  private static int size(byte[] bytes, int at) {
    return (bytes[at] & 255) << 16 | (bytes[at + 1] & 255) << 8 | (bytes[at + 2] & 255);
  }
}
