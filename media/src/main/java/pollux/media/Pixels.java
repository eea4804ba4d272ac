package pollux.media;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;

/** From the JDK's pictures to ours and back. */
final class Pixels {
  private Pixels() {}

  /** The pixels over white. */
  static Picture overWhite(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)];
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      argb(image, y, row);
      overWhite(row, 0, rgb, y * width * 3, width);
    }
    return new Picture(width, height, rgb);
  }

  /** Puts {@code n} pixels of 0xAARRGGBB, colours not multiplied by alpha, over white. */
  static void overWhite(int[] argb, int from, byte[] rgb, int to, int n) {
    for (int x = 0; x < n; x++) {
      int pixel = argb[from + x];
      int alpha = pixel >>> 24;
      int white = 255 * (255 - alpha);
      rgb[to++] = (byte) (((pixel >> 16 & 255) * alpha + white + 127) / 255);
      rgb[to++] = (byte) (((pixel >> 8 & 255) * alpha + white + 127) / 255);
      rgb[to++] = (byte) (((pixel & 255) * alpha + white + 127) / 255);
    }
  }

  /**
   * A row as 0xAARRGGBB, colours not multiplied by alpha. Samples are taken as they are stored:
   * {@code getRGB} would brighten grey pictures, which the JDK holds for linear light, and go
   * through colour profiles pixel by pixel.
   */
  static void argb(BufferedImage image, int y, int[] row) {
    ColorModel model = image.getColorModel();
    int type = model.getTransferType();
    boolean grey = model.getColorSpace().getType() == ColorSpace.TYPE_GRAY;
    boolean plain =
        model instanceof ComponentColorModel
            && (type == DataBuffer.TYPE_BYTE || type == DataBuffer.TYPE_USHORT)
            && (grey || model.getColorSpace().getType() == ColorSpace.TYPE_RGB)
            && !(model.hasAlpha() && model.isAlphaPremultiplied());
    if (!plain) {
      image.getRGB(0, y, row.length, 1, row, 0, row.length);
      return;
    }
    Raster raster = image.getRaster();
    int bands = raster.getNumBands();
    int[] samples = raster.getPixels(0, y, row.length, 1, (int[]) null);
    int shift = type == DataBuffer.TYPE_BYTE ? 0 : 8;
    int colours = grey ? 1 : 3;
    for (int x = 0; x < row.length; x++) {
      int at = x * bands;
      int red = samples[at] >> shift;
      int green = grey ? red : samples[at + 1] >> shift;
      int blue = grey ? red : samples[at + 2] >> shift;
      int alpha = model.hasAlpha() ? samples[at + colours] >> shift : 255;
      row[x] = alpha << 24 | red << 16 | green << 8 | blue;
    }
  }

  static BufferedImage image(Picture picture) {
    BufferedImage image =
        new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
    int[] row = new int[picture.width()];
    byte[] rgb = picture.rgb();
    for (int y = 0, at = 0; y < picture.height(); y++) {
      for (int x = 0; x < row.length; x++, at += 3) {
        row[x] = (rgb[at] & 255) << 16 | (rgb[at + 1] & 255) << 8 | rgb[at + 2] & 255;
      }
      image.setRGB(0, y, row.length, 1, row, 0, row.length);
    }
    return image;
  }
}
