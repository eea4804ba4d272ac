package pollux.media;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;
import pollux.tensor.BadInputException;

/**
 * Picture files as RGB: PNG, JPEG (turned upright by its EXIF orientation), GIF, BMP, WebP and SVG,
 * told apart by their content. What is transparent is seen over white; of an animation the first
 * picture is read; colour profiles are not applied.
 *
 * <p>The size is checked against the header before anything is decoded: at most {@value
 * PictureLimits#MAX_SIDE} pixels a side and 40 million in all. Of PNG, JPEG and BMP above {@value
 * #FULL_SIDE} pixels a side only every second pixel of every second row is kept.
 */
public final class PictureReader {
  static final int MAX_BYTES = 128 << 20;

  private static final int FULL_SIDE = 4_096;

  /**
   * A progressive JPEG has some ten scans; each further one costs a pass over the whole picture.
   */
  private static final int MAX_JPEG_SCANS = 100;

  private PictureReader() {}

  /** Reads one file; {@link BadInputException} if it is missing, unknown, corrupt or too large. */
  public static Picture read(Path file) {
    return read(MediaBytes.readAll(file, MAX_BYTES), file.toString());
  }

  /** Reads the bytes of a file; {@code name} is what errors call it. */
  public static Picture read(byte[] bytes, String name) {
    if (MediaBytes.has(bytes, 0, "\u0089PNG\r\n\u001A\n")) {
      return decode("png", bytes, name);
    }
    if (MediaBytes.has(bytes, 0, "\u00FF\u00D8\u00FF")) {
      refuseManyScans(bytes, name);
      Picture picture = decode("jpeg", bytes, name);
      return ExifOrientation.upright(picture, ExifOrientation.of(bytes));
    }
    if (MediaBytes.has(bytes, 0, "BM")) {
      return decode("bmp", bytes, name);
    }
    if (Animation.begins(bytes)) {
      return Animation.parse(bytes, name).first();
    }
    if (SvgReader.begins(Arrays.copyOf(bytes, Math.min(bytes.length, MediaBytes.HEAD)))) {
      return SvgReader.read(bytes, name, SvgReader.SIDE);
    }
    throw new BadInputException(
        "%s: expected PNG, JPEG, GIF, BMP, WebP or SVG, found %s."
            .formatted(name, bytes.length == 0 ? "an empty file" : "another format"));
  }

  static ImageReader reader(String format) {
    return format.equals("webp")
        ? new WebPImageReaderSpi().createReaderInstance(null)
        : ImageIO.getImageReadersByFormatName(format).next();
  }

  private static Picture decode(String format, byte[] bytes, String name) {
    ImageReader reader = reader(format);
    try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      // Metadata is not wanted, and its compressed texts are a place for bombs.
      reader.setInput(in, true, true);
      int width = reader.getWidth(0);
      int height = reader.getHeight(0);
      PictureLimits.check(name, width, height);
      ImageReadParam param = reader.getDefaultReadParam();
      if (Math.max(width, height) > FULL_SIDE) {
        param.setSourceSubsampling(2, 2, 0, 0);
      }
      return Pixels.overWhite(read(reader, 0, param));
    } catch (Exception | OutOfMemoryError | StackOverflowError e) {
      throw corrupt(name, e);
    } finally {
      reader.dispose();
    }
  }

  /** Reads one image, and takes the decoder's word that it ended too early for what it is. */
  static BufferedImage read(ImageReader reader, int index, ImageReadParam param)
      throws IOException {
    boolean[] ended = new boolean[1];
    reader.addIIOReadWarningListener((source, warning) ->
        ended[0] |= warning.toLowerCase(Locale.ROOT).contains("premature end"));
    BufferedImage image = reader.read(index, param);
    reader.removeAllIIOReadWarningListeners();
    if (ended[0]) {
      throw new EOFException();
    }
    return image;
  }

  /** The answer to whatever a decoder stumbled over. */
  static BadInputException corrupt(String name, Throwable e) {
    if (e instanceof BadInputException bad) {
      return bad;
    }
    if (e instanceof EOFException || e.getCause() instanceof EOFException) {
      return new BadInputException(
          "%s: expected more of it, found the end of a truncated file; get a complete copy."
              .formatted(name),
          e);
    }
    return new BadInputException(
        "%s: expected an intact picture, found a corrupt one (%s)."
            .formatted(name, MediaBytes.reason(e)),
        e);
  }

  private static void refuseManyScans(byte[] bytes, String name) {
    int scans = 0;
    for (int i = 0; i + 1 < bytes.length; i++) {
      if (bytes[i] == (byte) 0xFF && bytes[i + 1] == (byte) 0xDA) {
        scans++;
      }
    }
    if (scans > MAX_JPEG_SCANS) {
      throw new BadInputException(
          "%s: expected a JPEG of at most %d scans, found %,d."
              .formatted(name, MAX_JPEG_SCANS, scans));
    }
  }
}
