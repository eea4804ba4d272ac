package pollux.skills;

import java.awt.Color;
import java.awt.geom.AffineTransform;
import java.awt.geom.NoninvertibleTransformException;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;

/**
 * A drawing without its background: what recolouring works on. Not for several threads at once.
 * Colours are not multiplied by their opacity.
 */
final class Cutout {
  private final int side;
  private final int[] argb;

  private Cutout(int side, int[] argb) {
    this.side = side;
    this.argb = argb;
  }

  /**
   * Lays {@code image} into a square of {@code side} pixels, with bilinear interpolation.
   *
   * @param placed from pixels of the image to pixels of the square
   */
  static Cutout of(BufferedImage image, AffineTransform placed, int side) {
    AffineTransform back;
    try {
      back = placed.createInverse();
    } catch (NoninvertibleTransformException e) {
      throw new IllegalArgumentException("A drawing was to be made flat: " + placed, e);
    }
    int w = image.getWidth();
    int h = image.getHeight();
    int[] from = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    int[] to = new int[side * side];
    double dx = back.getScaleX();
    double dy = back.getShearY();
    for (int y = 0; y < side; y++) {
      double sx =
          back.getScaleX() * 0.5 + back.getShearX() * (y + 0.5) + back.getTranslateX() - 0.5;
      double sy =
          back.getShearY() * 0.5 + back.getScaleY() * (y + 0.5) + back.getTranslateY() - 0.5;
      for (int x = 0; x < side; x++, sx += dx, sy += dy) {
        if (sx > -1 && sy > -1 && sx < w && sy < h) {
          to[y * side + x] = sample(from, w, h, sx, sy);
        }
      }
    }
    return new Cutout(side, to);
  }

  /** The weighted mean of four pixels; those outside are transparent. */
  private static int sample(int[] from, int w, int h, double sx, double sy) {
    int x0 = (int) Math.floor(sx);
    int y0 = (int) Math.floor(sy);
    float fx = (float) (sx - x0);
    float fy = (float) (sy - y0);
    float a = 0;
    float r = 0;
    float g = 0;
    float b = 0;
    for (int k = 0; k < 4; k++) {
      int x = x0 + (k & 1);
      int y = y0 + (k >> 1);
      if (x < 0 || y < 0 || x >= w || y >= h) {
        continue;
      }
      int p = from[y * w + x];
      float weight = ((k & 1) == 0 ? 1 - fx : fx) * ((k >> 1) == 0 ? 1 - fy : fy) * (p >>> 24);
      a += weight;
      r += weight * (p >> 16 & 255);
      g += weight * (p >> 8 & 255);
      b += weight * (p & 255);
    }
    if (a < 1) {
      return 0;
    }
    return Math.round(a) << 24
        | Math.round(r / a) << 16
        | Math.round(g / a) << 8
        | Math.round(b / a);
  }

  /**
   * Maps each colour: first by the matrix (three rows, red, green, blue from red, green, blue),
   * then {@code + offset} (0 to 255).
   */
  void recolour(float[] matrix, float offset) {
    for (int i = 0; i < argb.length; i++) {
      int p = argb[i];
      if (p >>> 24 == 0) {
        continue;
      }
      float r = p >> 16 & 255;
      float g = p >> 8 & 255;
      float b = p & 255;
      argb[i] =
          p & 0xFF000000
              | channel(matrix[0] * r + matrix[1] * g + matrix[2] * b + offset) << 16
              | channel(matrix[3] * r + matrix[4] * g + matrix[5] * b + offset) << 8
              | channel(matrix[6] * r + matrix[7] * g + matrix[8] * b + offset);
    }
  }

  private static int channel(float v) {
    return v <= 0 ? 0 : v >= 255 ? 255 : (int) (v + 0.5f);
  }

  /** Leaves {@code steps} values of each channel. */
  void posterise(int steps) {
    int[] map = new int[256];
    for (int i = 0; i < 256; i++) {
      map[i] = Math.round(Math.min(steps - 1, i * steps / 256) * 255f / (steps - 1));
    }
    for (int i = 0; i < argb.length; i++) {
      int p = argb[i];
      argb[i] = p & 0xFF000000 | map[p >> 16 & 255] << 16 | map[p >> 8 & 255] << 8 | map[p & 255];
    }
  }

  /** One colour from the darkest to the lightest tone: {@code dark} to {@code light}. */
  void tint(Color dark, Color light) {
    for (int i = 0; i < argb.length; i++) {
      int p = argb[i];
      int share = lightness(p);
      argb[i] =
          p & 0xFF000000
              | between(dark.getRed(), light.getRed(), share) << 16
              | between(dark.getGreen(), light.getGreen(), share) << 8
              | between(dark.getBlue(), light.getBlue(), share);
    }
  }

  private static int between(int a, int b, int share) {
    return a + (b - a) * share / 255;
  }

  private static int lightness(int p) {
    return (77 * (p >> 16 & 255) + 150 * (p >> 8 & 255) + 29 * (p & 255)) >> 8;
  }

  /** Leaves the shape alone, in one colour. */
  void silhouette(Color ink) {
    int rgb = ink.getRGB() & 0xFFFFFF;
    for (int i = 0; i < argb.length; i++) {
      argb[i] = argb[i] & 0xFF000000 | rgb;
    }
  }

  /**
   * Leaves the edges alone, as lines of one colour: where opacity or colour changes.
   *
   * @param strength how dark a change of a given size is
   */
  void edges(Color ink, float strength) {
    int rgb = ink.getRGB() & 0xFFFFFF;
    int[] lines = new int[argb.length];
    for (int y = 1; y < side - 1; y++) {
      for (int x = 1; x < side - 1; x++) {
        int i = y * side + x;
        float change =
            difference(argb[i - 1], argb[i + 1]) + difference(argb[i - side], argb[i + side]);
        lines[i] = channel(change * strength) << 24 | rgb;
      }
    }
    System.arraycopy(lines, 0, argb, 0, lines.length);
  }

  /** How unlike two pixels are, 0 to some 1000. */
  private static float difference(int p, int q) {
    int a = p >>> 24;
    int b = q >>> 24;
    return Math.abs(a - b)
        + (Math.abs((p >> 16 & 255) * a - (q >> 16 & 255) * b)
                + Math.abs((p >> 8 & 255) * a - (q >> 8 & 255) * b)
                + Math.abs((p & 255) * a - (q & 255) * b))
            / 255f;
  }

  /** Puts a rim of one colour around the shape, as of a sticker. */
  void rim(Color colour, int width) {
    int[] reach = new int[argb.length];
    for (int i = 0; i < argb.length; i++) {
      reach[i] = argb[i] >>> 24;
    }
    for (int step = 0; step < width; step++) {
      int[] before = reach.clone();
      for (int y = 1; y < side - 1; y++) {
        for (int x = 1; x < side - 1; x++) {
          int i = y * side + x;
          reach[i] =
              Math.max(
                  before[i],
                  Math.max(
                      Math.max(before[i - 1], before[i + 1]),
                      Math.max(before[i - side], before[i + side])));
        }
      }
    }
    for (int i = 0; i < argb.length; i++) {
      argb[i] = reach[i] << 24 | over(argb[i], colour.getRGB()) & 0xFFFFFF;
    }
  }

  /** Lays the drawing over {@code rgb}, {@code side * side} pixels. */
  void over(int[] rgb) {
    for (int i = 0; i < argb.length; i++) {
      rgb[i] = over(argb[i], rgb[i]);
    }
  }

  private static int over(int p, int under) {
    int a = p >>> 24;
    if (a == 0) {
      return under;
    }
    int rest = 255 - a;
    return 0xFF000000
        | ((p >> 16 & 255) * a + (under >> 16 & 255) * rest + 127) / 255 << 16
        | ((p >> 8 & 255) * a + (under >> 8 & 255) * rest + 127) / 255 << 8
        | ((p & 255) * a + (under & 255) * rest + 127) / 255;
  }

  /** The mean colour of what is opaque; grey when nothing is. */
  Color mean() {
    long[] sums = new long[4];
    for (int p : argb) {
      int a = p >>> 24;
      sums[0] += a;
      sums[1] += (long) a * (p >> 16 & 255);
      sums[2] += (long) a * (p >> 8 & 255);
      sums[3] += (long) a * (p & 255);
    }
    if (sums[0] == 0) {
      return Color.GRAY;
    }
    return new Color(
        (int) (sums[1] / sums[0]), (int) (sums[2] / sums[0]), (int) (sums[3] / sums[0]));
  }
}
