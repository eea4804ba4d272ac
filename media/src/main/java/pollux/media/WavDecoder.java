package pollux.media;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import pollux.tensor.BadInputException;

/** RIFF/WAVE: integer samples of 8, 16, 24 and 32 bits, float samples of 32 and 64 bits. */
final class WavDecoder {
  private static final int PCM = 1;
  private static final int FLOAT = 3;
  private static final int EXTENSIBLE = 0xFFFE;

  private WavDecoder() {}

  private record Format(int code, int channels, int rate, int frameBytes, int bits) {
    float sample(ByteBuffer data, int at) {
      if (code == FLOAT) {
        return bits == 32 ? data.getFloat(at) : (float) data.getDouble(at);
      }
      return switch (bits) {
        case 8 -> ((data.get(at) & 255) - 128) / 128f;
        case 16 -> data.getShort(at) / 32_768f;
        case 24 -> ((data.getShort(at) & 0xFFFF) | data.get(at + 2) << 16) / 8_388_608f;
        default -> data.getInt(at) / 2_147_483_648f;
      };
    }
  }

  static void decode(InputStream in, SoundCollector sound) throws IOException {
    header(in, 12);
    Format format = null;
    while (true) {
      ByteBuffer chunk = header(in, 8);
      int id = chunk.getInt(0);
      long size = chunk.getInt(4) & 0xFFFF_FFFFL;
      if (id == tag("fmt ")) {
        if (size < 16 || size > 4096) {
          throw new BadInputException(
              "%s: expected a WAV format of 16 to 4,096 bytes, found %,d."
                  .formatted(sound.name(), size));
        }
        format = format(header(in, (int) size), sound);
      } else if (id == tag("data")) {
        if (format == null) {
          throw new BadInputException(
              "%s: expected the WAV format before its samples, found none."
                  .formatted(sound.name()));
        }
        samples(in, size, format, sound);
        return;
      } else {
        in.skipNBytes(size);
      }
      if (size % 2 == 1) {
        in.skipNBytes(1);
      }
    }
  }

  private static Format format(ByteBuffer fields, SoundCollector sound) {
    int code = fields.getShort(0) & 0xFFFF;
    if (code == EXTENSIBLE && fields.capacity() >= 26) {
      code = fields.getShort(24) & 0xFFFF;
    }
    int channels = fields.getShort(2) & 0xFFFF;
    int rate = fields.getInt(4);
    int frameBytes = fields.getShort(12) & 0xFFFF;
    int bits = fields.getShort(14) & 0xFFFF;
    boolean known =
        switch (code) {
          case PCM -> bits == 8 || bits == 16 || bits == 24 || bits == 32;
          case FLOAT -> bits == 32 || bits == 64;
          default -> false;
        };
    if (!known || frameBytes != channels * bits / 8) {
      throw new BadInputException(
          ("%s: expected WAV samples of 8, 16, 24 or 32 bits or floats, found format %d with %d bits"
                  + " in frames of %d bytes; save it as 16-bit PCM.")
              .formatted(sound.name(), code, bits, frameBytes));
    }
    sound.format(rate, channels);
    return new Format(code, channels, rate, frameBytes, bits);
  }

  private static void samples(InputStream in, long size, Format format, SoundCollector sound)
      throws IOException {
    // Programs that write to a pipe cannot go back to fill in the size: then the samples end with
    // the file.
    boolean openEnded = size == 0 || size >= 0xFFFF_F000L;
    if (!openEnded) {
      sound.expect(size / (double) format.frameBytes / format.rate);
    }
    byte[] bytes = new byte[Math.max(1, 65_536 / format.frameBytes) * format.frameBytes];
    ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    float[] piece = new float[bytes.length / format.frameBytes * format.channels];
    long left = openEnded ? Long.MAX_VALUE : size / format.frameBytes * format.frameBytes;
    while (left > 0) {
      int read = in.readNBytes(bytes, 0, (int) Math.min(bytes.length, left));
      int frames = read / format.frameBytes;
      for (int i = 0; i < frames * format.channels; i++) {
        piece[i] = format.sample(data, i * (format.bits / 8));
      }
      sound.add(piece, frames);
      left -= read;
      if (read < bytes.length && left > 0) {
        if (openEnded) {
          return;
        }
        throw new EOFException();
      }
    }
  }

  private static ByteBuffer header(InputStream in, int size) throws IOException {
    byte[] bytes = in.readNBytes(size);
    if (bytes.length < size) {
      throw new EOFException();
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int tag(String id) {
    return id.charAt(0) | id.charAt(1) << 8 | id.charAt(2) << 16 | id.charAt(3) << 24;
  }
}
