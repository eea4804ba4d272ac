package pollux.media;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import javazoom.jl.decoder.Bitstream;
import javazoom.jl.decoder.Decoder;
import javazoom.jl.decoder.Header;
import javazoom.jl.decoder.JavaLayerException;
import javazoom.jl.decoder.SampleBuffer;
import pollux.tensor.BadInputException;

/** MP3 (MPEG 1, 2 and 2.5), by JLayer. The silence that encoders put before the sound is kept. */
final class Mp3Decoder {
  private Mp3Decoder() {}

  /** Whether a file begins as MP3s do: with a tag, or with the header of a frame. */
  static boolean begins(byte[] head) {
    if (MediaBytes.has(head, 0, "ID3")) {
      return true;
    }
    return head.length >= 4
        && head[0] == (byte) 0xFF
        && (head[1] & 0xE0) == 0xE0
        && (head[1] & 0x18) != 0x08 // version
        && (head[1] & 0x06) != 0 // layer
        && (head[2] & 0xF0) != 0xF0 // bit rate
        && (head[2] & 0x0C) != 0x0C; // sample rate
  }

  static void decode(InputStream in, SoundCollector sound) throws IOException, JavaLayerException {
    Bitstream stream = new Bitstream(withoutTag(in));
    Decoder decoder = new Decoder();
    int rate = 0;
    int channels = 0;
    float[] piece = new float[0];
    for (Header header = stream.readFrame(); header != null; header = stream.readFrame()) {
      SampleBuffer buffer = (SampleBuffer) decoder.decodeFrame(header, stream);
      int frameChannels = header.mode() == Header.SINGLE_CHANNEL ? 1 : 2;
      if (rate == 0) {
        rate = header.frequency();
        channels = frameChannels;
        sound.format(rate, channels);
      } else if (rate != header.frequency() || channels != frameChannels) {
        throw new BadInputException(
            "%s: expected %,d Hz and %d channels throughout, found %,d Hz and %d channels later."
                .formatted(sound.name(), rate, channels, header.frequency(), frameChannels));
      }
      short[] values = buffer.getBuffer();
      int n = buffer.getBufferLength();
      if (piece.length < n) {
        piece = new float[n];
      }
      for (int i = 0; i < n; i++) {
        piece[i] = values[i] / 32_768f;
      }
      sound.add(piece, n / channels);
      stream.closeFrame();
    }
  }

  /** Skips ID3 tags here, since JLayer would read them into memory at the size that they claim. */
  private static InputStream withoutTag(InputStream in) throws IOException {
    PushbackInputStream pushback = new PushbackInputStream(in, 10);
    while (true) {
      byte[] tag = pushback.readNBytes(10);
      if (!MediaBytes.has(tag, 0, "ID3") || tag.length < 10) {
        pushback.unread(tag);
        return pushback;
      }
      long size = 0;
      for (int i = 6; i < 10; i++) {
        size = size << 7 | (tag[i] & 0x7F);
      }
      boolean footer = (tag[5] & 0x10) != 0;
      pushback.skipNBytes(size + (footer ? 10 : 0));
    }
  }
}
