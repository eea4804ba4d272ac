package pollux.media;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
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
  private FlacDecoder() {}

  static void decode(InputStream in, SoundCollector sound) throws IOException {
    FLACDecoder decoder = new FLACDecoder(in);
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
}
