package pollux.media;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.io.ByteArrayInputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;
import pollux.media.Animation.Disposal;
import pollux.media.Animation.Piece;
import pollux.tensor.BadInputException;

/** Reads the chunks of a WebP without unpacking its pixels. */
final class WebpPlan {
  private WebpPlan() {}

  static boolean begins(byte[] head) {
    return MediaBytes.has(head, 0, "RIFF") && MediaBytes.has(head, 8, "WEBP");
  }

  static Animation parse(byte[] bytes, String name) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int width = 0;
    int height = 0;
    List<Piece> pieces = new ArrayList<>();
    try {
      long end = 8 + (in.getInt(4) & 0xFFFF_FFFFL);
      in.position(12);
      while (in.position() + 8 <= Math.min(end, bytes.length)) {
        int at = in.position();
        long size = in.getInt(at + 4) & 0xFFFF_FFFFL;
        if (MediaBytes.has(bytes, at, "VP8X")) {
          width = uint24(in, at + 12) + 1;
          height = uint24(in, at + 15) + 1;
        } else if (MediaBytes.has(bytes, at, "ANMF")) {
          pieces.add(piece(in, at + 8));
        }
        in.position(Math.toIntExact(at + 8 + size + size % 2));
      }
      if (end > bytes.length) {
        throw new BufferUnderflowException();
      }
    } catch (BufferUnderflowException
        | IndexOutOfBoundsException
        | ArithmeticException
        | IllegalArgumentException e) {
      throw new BadInputException(
          "%s: expected more of the WebP, found the end of a truncated file; get a complete copy."
              .formatted(name),
          e);
    }
    return pieces.isEmpty()
        ? still(bytes, name)
        : new Animation("webp", bytes, name, width, height, pieces);
  }

  private static Piece piece(ByteBuffer in, int at) {
    int flags = in.get(at + 15);
    return new Piece(
        2 * uint24(in, at),
        2 * uint24(in, at + 3),
        uint24(in, at + 6) + 1,
        uint24(in, at + 9) + 1,
        Math.max(0.01, uint24(in, at + 12) / 1_000.0),
        (flags & 1) != 0 ? Disposal.CLEAR : Disposal.KEEP,
        (flags & 2) == 0);
  }

  private static Animation still(byte[] bytes, String name) {
    ImageReader reader = new WebPImageReaderSpi().createReaderInstance(null);
    try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      reader.setInput(in, true, true);
      int width = reader.getWidth(0);
      int height = reader.getHeight(0);
      Piece piece = new Piece(0, 0, width, height, 0, Disposal.KEEP, true);
      return new Animation("webp", bytes, name, width, height, List.of(piece));
    } catch (Exception | OutOfMemoryError | StackOverflowError e) {
      throw PictureReader.corrupt(name, e);
    } finally {
      reader.dispose();
    }
  }

  private static int uint24(ByteBuffer in, int at) {
    return (in.getShort(at) & 0xFFFF) | (in.get(at + 2) & 255) << 16;
  }
}
