package pollux.media;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** How a camera was held, from the EXIF part of a JPEG; and the picture turned upright. */
final class ExifOrientation {
  private static final int ORIENTATION = 0x0112;

  private ExifOrientation() {}

  /** 1 to 8 as EXIF numbers them; 1, upright, if the file does not say. */
  static int of(byte[] jpeg) {
    int at = 2;
    while (at + 4 <= jpeg.length && (jpeg[at] & 255) == 0xFF) {
      int marker = jpeg[at + 1] & 255;
      int size = (jpeg[at + 2] & 255) << 8 | (jpeg[at + 3] & 255);
      if (marker == 0xDA || size < 2) {
        return 1;
      }
      if (marker == 0xE1 && MediaBytes.has(jpeg, at + 4, "Exif\0\0")) {
        int from = at + 10;
        return tag(jpeg, from, Math.min(jpeg.length, at + 2 + size) - from);
      }
      at += 2 + size;
    }
    return 1;
  }

  private static int tag(byte[] jpeg, int from, int length) {
    if (length < 14) {
      return 1;
    }
    ByteBuffer tiff = ByteBuffer.wrap(jpeg, from, length).slice();
    tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = tiff.getInt(4);
    if (directory < 8 || directory > length - 2) {
      return 1;
    }
    int entries = tiff.getShort(directory) & 0xFFFF;
    for (int i = 0, at = directory + 2; i < entries && at + 12 <= length; i++, at += 12) {
      if ((tiff.getShort(at) & 0xFFFF) == ORIENTATION) {
        int value = tiff.getShort(at + 8) & 0xFFFF;
        return value >= 1 && value <= 8 ? value : 1;
      }
    }
    return 1;
  }

  static Picture upright(Picture picture, int orientation) {
    if (orientation == 1) {
      return picture;
    }
    boolean turned = orientation >= 5;
    int width = turned ? picture.height() : picture.width();
    int height = turned ? picture.width() : picture.height();
    byte[] rgb = new byte[picture.rgb().length];
    int right = picture.width() - 1;
    int bottom = picture.height() - 1;
    for (int y = 0, to = 0; y < height; y++) {
      for (int x = 0; x < width; x++, to += 3) {
        int sourceX =
            switch (orientation) {
              case 2, 3 -> right - x;
              case 5, 6 -> y;
              case 7, 8 -> right - y;
              default -> x;
            };
        int sourceY =
            switch (orientation) {
              case 3, 4 -> bottom - y;
              case 5, 8 -> x;
              case 6, 7 -> bottom - x;
              default -> y;
            };
        System.arraycopy(picture.rgb(), (sourceY * picture.width() + sourceX) * 3, rgb, to, 3);
      }
    }
    return new Picture(width, height, rgb);
  }
}
