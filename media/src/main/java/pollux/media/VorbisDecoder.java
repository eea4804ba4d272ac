package pollux.media;

import com.jcraft.jogg.Packet;
import com.jcraft.jogg.Page;
import com.jcraft.jogg.StreamState;
import com.jcraft.jogg.SyncState;
import com.jcraft.jorbis.Block;
import com.jcraft.jorbis.Comment;
import com.jcraft.jorbis.DspState;
import com.jcraft.jorbis.Info;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import pollux.tensor.BadInputException;

/** Ogg Vorbis, by JOrbis: the first logical stream of the file. */
final class VorbisDecoder {
  private static final int PIECE = 4096;

  private final InputStream in;
  private final SoundCollector sound;
  private final SyncState sync = new SyncState();
  private final StreamState stream = new StreamState();
  private final Page page = new Page();
  private final Packet packet = new Packet();

  private VorbisDecoder(InputStream in, SoundCollector sound) {
    this.in = in;
    this.sound = sound;
    sync.init();
  }

  static void decode(InputStream in, SoundCollector sound) throws IOException {
    new VorbisDecoder(in, sound).decode();
  }

  private void decode() throws IOException {
    nextPage();
    int serial = page.serialno();
    stream.init(serial);
    stream.reset();
    stream.pagein(page);
    Info info = new Info();
    info.init();
    Comment comment = new Comment();
    comment.init();
    for (int headers = 0; headers < 3; headers++) {
      nextPacket(serial);
      if (info.synthesis_headerin(comment, packet) < 0) {
        throw corrupt("header " + (headers + 1));
      }
    }
    sound.format(info.rate, info.channels);
    DspState synthesis = new DspState();
    synthesis.synthesis_init(info);
    Block block = new Block(synthesis);
    float[][][] pcm = new float[1][][];
    int[] index = new int[info.channels];
    float[] piece = new float[0];
    long made = 0;
    while (nextPacket(serial)) {
      if (block.synthesis(packet) == 0) {
        synthesis.synthesis_blockin(block);
      }
      int n;
      while ((n = synthesis.synthesis_pcmout(pcm, index)) > 0) {
        if (piece.length < n * info.channels) {
          piece = new float[n * info.channels];
        }
        for (int c = 0; c < info.channels; c++) {
          for (int i = 0; i < n; i++) {
            piece[i * info.channels + c] = pcm[0][c][index[c] + i];
          }
        }
        // The last page counts the samples of the stream, which ends within a block.
        int kept = packet.e_o_s == 0 ? n : (int) Math.clamp(packet.granulepos - made, 0, n);
        sound.add(piece, kept);
        made += n;
        synthesis.synthesis_read(n);
      }
    }
  }

  /** The next packet of the stream; false after its last one. */
  private boolean nextPacket(int serial) throws IOException {
    while (true) {
      int found = stream.packetout(packet);
      if (found > 0) {
        return true;
      }
      if (found < 0) {
        throw corrupt("a gap");
      }
      if (page.eos() != 0) {
        return false;
      }
      do {
        nextPage();
      } while (page.serialno() != serial);
      if (stream.pagein(page) < 0) {
        throw corrupt("a page");
      }
    }
  }

  private void nextPage() throws IOException {
    while (true) {
      int found = sync.pageout(page);
      if (found > 0) {
        return;
      }
      if (found < 0) {
        throw corrupt("a page with a wrong checksum");
      }
      int at = sync.buffer(PIECE);
      int read = in.read(sync.data, at, PIECE);
      if (read < 0) {
        throw new EOFException();
      }
      sync.wrote(read);
    }
  }

  private BadInputException corrupt(String what) {
    return new BadInputException(
        "%s: expected an intact Ogg Vorbis file, found a corrupt one (%s)."
            .formatted(sound.name(), what));
  }
}
