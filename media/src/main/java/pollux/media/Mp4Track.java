package pollux.media;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pollux.tensor.BadInputException;

/**
 * A track of an MP4 file.
 *
 * @param handler {@code vide} for pictures, {@code soun} for sound
 * @param codec the four letters of the codec, {@code avc1} or {@code mp4a} for instance
 * @param settings what the decoder needs to know beforehand: the {@code avcC} or {@code esds} box
 * @param orientation how its pictures must be turned, numbered as in EXIF
 */
record Mp4Track(
    String name,
    SeekableByteChannel file,
    String handler,
    String codec,
    @Nullable ByteBuffer settings,
    int orientation,
    Mp4Samples samples) {
  private static final int MAX_INDEX_BYTES = 64 << 20;

  /** The tracks of pictures and sound of a file. */
  static List<Mp4Track> of(SeekableByteChannel file, String name) throws IOException {
    Mp4Boxes movie = Mp4Boxes.in(index(file, name), name);
    List<Mp4Track> tracks = new ArrayList<>();
    for (ByteBuffer box : movie.all("trak")) {
      Mp4Boxes track = Mp4Boxes.in(box, name);
      String handler = text(track.require("mdia", "hdlr"), 8);
      if (handler.equals("vide") || handler.equals("soun")) {
        tracks.add(track(file, name, handler, track));
      }
    }
    return tracks;
  }

  /** The insides of the box {@code moov}, wherever in the file it lies. */
  private static ByteBuffer index(SeekableByteChannel file, String name) throws IOException {
    long at = 0;
    while (at + 8 <= file.size()) {
      ByteBuffer header = read(file, at, (int) Math.min(16, file.size() - at));
      long size = Integer.toUnsignedLong(header.getInt(0));
      int headerSize = 8;
      if (size == 1 && header.capacity() == 16) {
        size = header.getLong(8);
        headerSize = 16;
      } else if (size == 0) {
        size = file.size() - at;
      }
      if (size < headerSize || size > file.size() - at) {
        break;
      }
      if (text(header, 4).equals("moov")) {
        if (size > MAX_INDEX_BYTES) {
          throw new BadInputException(
              "%s: expected an index of at most %d MB, found %,d bytes."
                  .formatted(name, MAX_INDEX_BYTES >> 20, size));
        }
        return read(file, at + headerSize, (int) size - headerSize);
      }
      at += size;
    }
    throw new BadInputException(
        "%s: expected an MP4 with an index, found a truncated or corrupt file; get a complete copy."
            .formatted(name));
  }

  private static Mp4Track track(
      SeekableByteChannel file, String name, String handler, Mp4Boxes track) {
    ByteBuffer times = track.require("mdia", "mdhd");
    long timescale = Integer.toUnsignedLong(times.getInt(times.get(0) == 1 ? 20 : 12));
    Mp4Boxes table = Mp4Boxes.in(track.require("mdia", "minf", "stbl"), name);
    ByteBuffer descriptions = table.require("stsd").position(8);
    String codec = text(descriptions, 12);
    Mp4Boxes first = Mp4Boxes.in(descriptions, name);
    ByteBuffer entry = first.require(codec);
    ByteBuffer settings = null;
    if (codec.equals("avc1") || codec.equals("avc3")) {
      settings = Mp4Boxes.in(entry.position(78), name).find("avcC");
    } else if (codec.equals("mp4a")) {
      // QuickTime's later versions of the entry are longer.
      int more =
          switch (entry.getShort(8)) {
            case 1 -> 16;
            case 2 -> 36;
            default -> 0;
          };
      Mp4Boxes inside = Mp4Boxes.in(entry.position(28 + more), name);
      settings = inside.find("esds");
      settings = settings != null ? settings : inside.find("wave", "esds");
    }
    return new Mp4Track(
        name,
        file,
        handler,
        codec,
        settings,
        orientation(track.require("tkhd")),
        Mp4Samples.of(table, timescale, name));
  }

  /** From the matrix of the track's header, which may turn the pictures by quarters. */
  private static int orientation(ByteBuffer header) {
    int at = header.get(0) == 1 ? 52 : 40;
    int a = Integer.signum(header.getInt(at));
    int b = Integer.signum(header.getInt(at + 4));
    if (a == 0 && b > 0) {
      return 6;
    }
    if (a == 0 && b < 0) {
      return 8;
    }
    return a < 0 && b == 0 ? 3 : 1;
  }

  /** The bytes of a sample. */
  ByteBuffer read(int sample) throws IOException {
    long at = samples.offsets()[sample];
    int size = samples.sizes()[sample];
    if (at < 0 || at + size > file.size()) {
      throw new EOFException();
    }
    return read(file, at, size);
  }

  private static ByteBuffer read(SeekableByteChannel file, long at, int size) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(size);
    file.position(at);
    while (bytes.hasRemaining()) {
      if (file.read(bytes) < 0) {
        throw new EOFException();
      }
    }
    return bytes.flip();
  }

  private static String text(ByteBuffer bytes, int at) {
    byte[] letters = new byte[4];
    bytes.get(at, letters);
    return new String(letters, StandardCharsets.ISO_8859_1);
  }
}
