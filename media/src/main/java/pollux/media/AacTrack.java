package pollux.media;

import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.sourceforge.jaad.aac.Decoder;
import net.sourceforge.jaad.aac.SampleBuffer;
import net.sourceforge.jaad.aac.syntax.SyntacticElements;
import org.jspecify.annotations.Nullable;

/**
 * The AAC sound of an MP4 file, by JAAD, which comes with JCodec.
 *
 * <p>JAAD's source of noise runs dry: what is coded as noise (by some encoders, ffmpeg's among
 * them) makes it divide zero by zero, and everything from there on comes out silent. Such a sound,
 * like one that is not AAC, is left out of the film, and the log says so.
 */
final class AacTrack {
  private static final int AAC = 0x40;

  private static final System.Logger LOG = System.getLogger(AacTrack.class.getName());

  private AacTrack() {}

  /** The sound, or null if it is one that cannot be decoded here. */
  static @Nullable Sound read(Mp4Track track, double maxSeconds) throws Exception {
    byte[] settings = settings(track);
    if (settings == null) {
      return leaveOut(track, "it is not AAC but " + track.codec());
    }
    SoundCollector sound = new SoundCollector(track.name(), maxSeconds);
    sound.expect(track.samples().length());
    Decoder decoder = new Decoder(settings);
    SampleBuffer buffer = new SampleBuffer();
    buffer.setBigEndian(false);
    float[] piece = new float[0];
    for (int i = 0; i < track.samples().sizes().length; i++) {
      decoder.decodeFrame(track.read(i).array(), buffer);
      if (lost(decoder)) {
        return leaveOut(track, "its AAC uses noise substitution");
      }
      ByteBuffer data = ByteBuffer.wrap(buffer.getData());
      data.order(buffer.isBigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
      int n = data.remaining() / 2;
      if (piece.length < n) {
        piece = new float[n];
      }
      for (int j = 0; j < n; j++) {
        piece[j] = data.getShort(2 * j) / 32_768f;
      }
      sound.format(buffer.getSampleRate(), buffer.getChannels());
      sound.add(piece, n / buffer.getChannels());
    }
    return sound.finish();
  }

  private static @Nullable Sound leaveOut(Mp4Track track, String why) {
    LOG.log(
        System.Logger.Level.WARNING,
        "{0}: the sound is left out, since {1}, which cannot be decoded here.",
        track.name(),
        why);
    return null;
  }

  /**
   * Whether the decoder's samples are no numbers any more, which its 16-bit output does not tell.
   */
  private static boolean lost(Decoder decoder) throws ReflectiveOperationException {
    Field elements = Decoder.class.getDeclaredField("syntacticElements");
    elements.setAccessible(true);
    Field data = SyntacticElements.class.getDeclaredField("data");
    data.setAccessible(true);
    for (float[] channel : (float[][]) data.get(elements.get(decoder))) {
      for (float sample : channel) {
        if (Float.isNaN(sample)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * The settings within the descriptors of the {@code esds} box (3 holds 4, which holds 5), or
   * null.
   */
  private static byte @Nullable [] settings(Mp4Track track) {
    ByteBuffer in = track.settings();
    if (in != null) {
      in = in.duplicate().position(4);
      while (in.remaining() > 2) {
        int tag = in.get() & 255;
        int size = size(in);
        if (tag == 3) {
          in.position(in.position() + 3);
        } else if (tag == 4) {
          if ((in.get() & 255) != AAC) {
            break;
          }
          in.position(in.position() + 12);
        } else if (tag == 5) {
          byte[] settings = new byte[Math.min(size, in.remaining())];
          in.get(settings);
          return settings;
        } else {
          in.position(in.position() + size);
        }
      }
    }
    return null;
  }

  private static int size(ByteBuffer in) {
    int size = 0;
    for (int i = 0; i < 4; i++) {
      int next = in.get();
      size = size << 7 | (next & 0x7F);
      if ((next & 0x80) == 0) {
        break;
      }
    }
    return size;
  }
}
