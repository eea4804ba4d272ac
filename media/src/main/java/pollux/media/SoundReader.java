package pollux.media;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import pollux.tensor.BadInputException;

/**
 * Sound files as 16 kHz mono {@link Sound}: WAV, FLAC, MP3 and Ogg Vorbis of any rate and channel
 * count, told apart by their content.
 *
 * <p>Files are decoded as a stream and given up at {@link #MAX_SECONDS}, so an hour of sound costs
 * no more memory than the limit does.
 */
public final class SoundReader {
  /** The longest sound that is read. */
  public static final double MAX_SECONDS = 600;

  private SoundReader() {}

  /** Reads one file; {@link BadInputException} if it is missing, unknown, corrupt or too long. */
  public static Sound read(Path file) {
    try (InputStream in = MediaBytes.open(file)) {
      return read(in, file.toString(), MAX_SECONDS);
    } catch (IOException e) {
      throw MediaBytes.unreadable(file, e);
    }
  }

  /** Reads the bytes of a file; {@code name} is what errors call it. */
  public static Sound read(byte[] bytes, String name) {
    return read(new ByteArrayInputStream(bytes), name, MAX_SECONDS);
  }

  private interface Decoder {
    void decode(InputStream in, SoundCollector sound) throws Exception;
  }

  static Sound read(InputStream in, String name, double maxSeconds) {
    SoundCollector sound = new SoundCollector(name, maxSeconds);
    try {
      in.mark(MediaBytes.HEAD);
      byte[] head = in.readNBytes(MediaBytes.HEAD);
      in.reset();
      decoder(head, name).decode(in, sound);
    } catch (BadInputException e) {
      throw e;
    } catch (EOFException e) {
      throw new BadInputException(
          "%s: expected more sound, found the end of a truncated file; get a complete copy."
              .formatted(name),
          e);
    } catch (Exception | OutOfMemoryError | StackOverflowError e) {
      // The libraries' decoders answer corrupt files with whatever they stumble over.
      throw new BadInputException(
          "%s: expected an intact sound file, found a corrupt one (%s)."
              .formatted(name, MediaBytes.reason(e)),
          e);
    }
    return sound.finish();
  }

  private static Decoder decoder(byte[] head, String name) {
    if (MediaBytes.has(head, 0, "RIFF") && MediaBytes.has(head, 8, "WAVE")) {
      return WavDecoder::decode;
    }
    if (MediaBytes.has(head, 0, "fLaC")) {
      return FlacDecoder::decode;
    }
    if (MediaBytes.has(head, 0, "OggS")) {
      // The first packet of the first page names the codec, behind the page's 28 bytes.
      if (MediaBytes.has(head, 28, "\u0001vorbis")) {
        return VorbisDecoder::decode;
      }
      throw new BadInputException(
          "%s: expected Vorbis inside of Ogg, found another codec; convert it to WAV."
              .formatted(name));
    }
    if (Mp3Decoder.begins(head)) {
      return Mp3Decoder::decode;
    }
    throw new BadInputException(
        "%s: expected WAV, FLAC, MP3 or Ogg Vorbis, found %s."
            .formatted(name, head.length == 0 ? "an empty file" : "another format"));
  }
}
