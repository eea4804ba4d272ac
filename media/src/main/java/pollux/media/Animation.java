package pollux.media;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;
import pollux.tensor.BadInputException;

/**
 * The plan of an animated (or still) GIF or WebP: which piece is drawn where, for how long, and
 * what becomes of it. The pieces are decoded when frames are asked for, each onto what the ones
 * before it left.
 */
record Animation(
    String format, byte[] bytes, String name, int width, int height, List<Piece> pieces) {
  /** Pixels that are decoded for one file: some ten seconds of work. */
  private static final long MAX_DECODED_PIXELS = 1_000_000_000;

  private static final int MAX_PIECES = 20_000;

  /** What becomes of a piece when its time is over. */
  enum Disposal {
    KEEP,
    CLEAR,
    RESTORE
  }

  /** One image of the file; {@code blend}: transparent pixels show what was there before. */
  record Piece(
      int x, int y, int width, int height, double seconds, Disposal disposal, boolean blend) {}

  Animation {
    PictureLimits.check(name, width, height);
    if (pieces.isEmpty()) {
      throw new BadInputException(
          "%s: expected a picture, found a file without any.".formatted(name));
    }
    if (pieces.size() > MAX_PIECES) {
      throw new BadInputException(
          "%s: expected at most %,d frames, found %,d.".formatted(name, MAX_PIECES, pieces.size()));
    }
    for (Piece piece : pieces) {
      PictureLimits.check(name, piece.width, piece.height);
    }
    pieces = List.copyOf(pieces);
  }

  static boolean begins(byte[] head) {
    return GifPlan.begins(head) || WebpPlan.begins(head);
  }

  static Animation parse(byte[] bytes, String name) {
    return GifPlan.begins(bytes) ? GifPlan.parse(bytes, name) : WebpPlan.parse(bytes, name);
  }

  /** The seconds at which the frames begin. */
  double[] starts() {
    double[] starts = new double[pieces.size()];
    for (int i = 1; i < starts.length; i++) {
      starts[i] = starts[i - 1] + pieces.get(i - 1).seconds;
    }
    return starts;
  }

  double seconds() {
    return starts()[pieces.size() - 1] + pieces.getLast().seconds;
  }

  Picture first() {
    return frames(new int[] {0}, Math.max(width, height)).getFirst();
  }

  /** The frames of these ascending numbers, scaled to at most {@code maxSide} pixels a side. */
  List<Picture> frames(int[] wanted, int maxSide) {
    long pixels = 0;
    for (int i = 0; i <= wanted[wanted.length - 1]; i++) {
      pixels += (long) pieces.get(i).width * pieces.get(i).height;
    }
    if (pixels > MAX_DECODED_PIXELS) {
      throw new BadInputException(
          "%s: expected at most %,d million pixels in all frames, found %,d million; scale it down."
              .formatted(name, MAX_DECODED_PIXELS / 1_000_000, pixels / 1_000_000));
    }
    ImageReader reader = PictureReader.reader(format);
    try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      reader.setInput(in, false, false);
      List<Picture> frames = new ArrayList<>();
      int[] canvas = new int[width * height];
      for (int i = 0; frames.size() < wanted.length; i++) {
        Piece piece = pieces.get(i);
        int[] before = piece.disposal == Disposal.RESTORE ? canvas.clone() : canvas;
        draw(piece, PictureReader.read(reader, i, reader.getDefaultReadParam()), canvas);
        if (i == wanted[frames.size()]) {
          frames.add(Pictures.limit(overWhite(canvas), maxSide));
        }
        if (piece.disposal == Disposal.RESTORE) {
          canvas = before;
        } else if (piece.disposal == Disposal.CLEAR) {
          clear(piece, canvas);
        }
      }
      return frames;
    } catch (Exception | OutOfMemoryError | StackOverflowError e) {
      throw PictureReader.corrupt(name, e);
    } finally {
      reader.dispose();
    }
  }

  private void draw(Piece piece, BufferedImage image, int[] canvas) {
    int[] row = new int[image.getWidth()];
    int right = Math.min(Math.min(row.length, piece.width), width - piece.x);
    int bottom = Math.min(Math.min(image.getHeight(), piece.height), height - piece.y);
    for (int y = 0; y < bottom; y++) {
      Pixels.argb(image, y, row);
      int at = (piece.y + y) * width + piece.x;
      for (int x = 0; x < right; x++) {
        canvas[at + x] = piece.blend ? over(row[x], canvas[at + x]) : row[x];
      }
    }
  }

  private static int over(int top, int below) {
    int alpha = top >>> 24;
    int belowAlpha = (below >>> 24) * (255 - alpha) / 255;
    int sum = alpha + belowAlpha;
    if (alpha == 255 || sum == 0) {
      return top;
    }
    int mixed = sum << 24;
    for (int shift = 0; shift <= 16; shift += 8) {
      int value =
          ((top >> shift & 255) * alpha + (below >> shift & 255) * belowAlpha + sum / 2) / sum;
      mixed |= value << shift;
    }
    return mixed;
  }

  private void clear(Piece piece, int[] canvas) {
    int right = Math.min(width, piece.x + piece.width);
    int bottom = Math.min(height, piece.y + piece.height);
    for (int y = piece.y; y < bottom; y++) {
      for (int x = piece.x; x < right; x++) {
        canvas[y * width + x] = 0;
      }
    }
  }

  private Picture overWhite(int[] canvas) {
    byte[] rgb = new byte[Math.multiplyExact(canvas.length, 3)];
    Pixels.overWhite(canvas, 0, rgb, 0, canvas.length);
    return new Picture(width, height, rgb);
  }
}
