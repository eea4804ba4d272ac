package pollux.media;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import pollux.media.Animation.Disposal;
import pollux.media.Animation.Piece;
import pollux.tensor.BadInputException;

/** Reads the blocks of a GIF without unpacking its pixels. */
final class GifPlan {
  private GifPlan() {}

  static boolean begins(byte[] head) {
    return MediaBytes.has(head, 0, "GIF87a") || MediaBytes.has(head, 0, "GIF89a");
  }

  static Animation parse(byte[] bytes, String name) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    try {
      in.position(6);
      int width = in.getShort() & 0xFFFF;
      int height = in.getShort() & 0xFFFF;
      int flags = in.get();
      skip(in, 2 + colourTable(flags));
      List<Piece> pieces = pieces(in);
      return new Animation("gif", bytes, name, width, height, pieces);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new BadInputException(
          "%s: expected more of the GIF, found the end of a truncated file; get a complete copy."
              .formatted(name),
          e);
    }
  }

  private static List<Piece> pieces(ByteBuffer in) {
    List<Piece> pieces = new ArrayList<>();
    Disposal disposal = Disposal.KEEP;
    int hundredths = 0;
    // A missing trailer is forgiven, a missing end of a block is not.
    while (in.hasRemaining()) {
      int block = in.get() & 255;
      if (block == 0x21 && (in.get() & 255) == 0xF9) {
        int size = in.get() & 255;
        int next = in.position() + size;
        disposal =
            switch (in.get() >> 2 & 7) {
              case 2 -> Disposal.CLEAR;
              case 3 -> Disposal.RESTORE;
              default -> Disposal.KEEP;
            };
        hundredths = in.getShort() & 0xFFFF;
        in.position(next);
        skipBlocks(in);
      } else if (block == 0x21) {
        skipBlocks(in);
      } else if (block == 0x2C) {
        int x = in.getShort() & 0xFFFF;
        int y = in.getShort() & 0xFFFF;
        int width = in.getShort() & 0xFFFF;
        int height = in.getShort() & 0xFFFF;
        skip(in, colourTable(in.get()) + 1);
        skipBlocks(in);
        // As browsers do: what is too fast to be seen takes a tenth of a second.
        double seconds = hundredths <= 1 ? 0.1 : hundredths / 100.0;
        pieces.add(new Piece(x, y, width, height, seconds, disposal, true));
        disposal = Disposal.KEEP;
        hundredths = 0;
      } else if (block == 0x3B) {
        break;
      }
    }
    return pieces;
  }

  private static int colourTable(int flags) {
    return (flags & 0x80) == 0 ? 0 : 3 << (flags & 7) + 1;
  }

  private static void skipBlocks(ByteBuffer in) {
    for (int size = in.get() & 255; size > 0; size = in.get() & 255) {
      skip(in, size);
    }
  }

  private static void skip(ByteBuffer in, int n) {
    in.position(in.position() + n);
  }
}
