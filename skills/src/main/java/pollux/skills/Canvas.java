package pollux.skills;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.random.RandomGenerator;
import pollux.media.Picture;

/**
 * A surface to draw one picture on, with antialiasing, without a display. Not for several threads
 * at once; different canvases may be drawn on different threads.
 */
final class Canvas {
  private final BufferedImage image;
  private final Graphics2D graphics;
  private final int[] pixels;

  /** A black canvas of {@code width} x {@code height} pixels. */
  Canvas(int width, int height) {
    image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    // Taking the array makes Java2D treat the image as unmanaged; for pictures this small it costs
    // nothing and saves getRGB's conversion of each pixel.
    pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    // Without it, strokes snap to pixels and angles are off by a degree or two.
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
  }

  /** A canvas that starts with what {@code base} shows now. */
  Canvas(Canvas base) {
    this(base.width(), base.height());
    System.arraycopy(base.pixels, 0, pixels, 0, pixels.length);
  }

  /** Covers this canvas with {@code small}, each of its pixels a block with hard edges. */
  void enlarge(Canvas small) {
    int w = width();
    int h = height();
    for (int y = 0; y < h; y++) {
      int row = y * small.height() / h * small.width();
      for (int x = 0; x < w; x++) {
        pixels[y * w + x] = small.pixels[row + x * small.width() / w];
      }
    }
  }

  int width() {
    return image.getWidth();
  }

  int height() {
    return image.getHeight();
  }

  /** What to draw with; a caller that changes its transform or clip puts it back. */
  Graphics2D graphics() {
    return graphics;
  }

  /** The pixels themselves, row by row, 0xRRGGBB: what is written here is drawn. */
  int[] pixels() {
    return pixels;
  }

  /** Paints the whole canvas in one colour. */
  void fill(Color color) {
    java.util.Arrays.fill(pixels, color.getRGB());
  }

  /** A copy of what is drawn so far. */
  Picture picture() {
    byte[] rgb = new byte[pixels.length * 3];
    for (int i = 0, o = 0; i < pixels.length; i++) {
      int p = pixels[i];
      rgb[o++] = (byte) (p >> 16);
      rgb[o++] = (byte) (p >> 8);
      rgb[o++] = (byte) p;
    }
    return new Picture(width(), height(), rgb);
  }

  /** Adds to each channel of each pixel a number from -amplitude to amplitude (0 to 255). */
  void noise(RandomGenerator random, int amplitude) {
    if (amplitude <= 0) {
      return;
    }
    int span = 2 * amplitude + 1;
    for (int i = 0; i < pixels.length; i++) {
      // One draw for three channels: 16 bits each.
      long bits = random.nextLong();
      int p = pixels[i];
      int r = clamp((p >> 16 & 255) + (int) ((bits & 0xFFFF) * span >>> 16) - amplitude);
      int g = clamp((p >> 8 & 255) + (int) ((bits >>> 16 & 0xFFFF) * span >>> 16) - amplitude);
      int b = clamp((p & 255) + (int) ((bits >>> 32 & 0xFFFF) * span >>> 16) - amplitude);
      pixels[i] = r << 16 | g << 8 | b;
    }
  }

  /** Softens with weights 1 2 1 in both directions; the outermost pixels count twice. */
  void blur() {
    int w = width();
    int h = height();
    int[] across = new int[pixels.length];
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        int i = y * w + x;
        across[i] = soften(pixels[x > 0 ? i - 1 : i], pixels[i], pixels[x < w - 1 ? i + 1 : i]);
      }
    }
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        int i = y * w + x;
        pixels[i] = soften(across[y > 0 ? i - w : i], across[i], across[y < h - 1 ? i + w : i]);
      }
    }
  }

  /** (a + 2 b + c) / 4 in each channel: red and blue share a word, 8 free bits above each. */
  private static int soften(int a, int b, int c) {
    int redBlue = (a & 0xFF00FF) + 2 * (b & 0xFF00FF) + (c & 0xFF00FF) + 0x020002 >> 2 & 0xFF00FF;
    int green = (a & 0xFF00) + 2 * (b & 0xFF00) + (c & 0xFF00) + 0x0200 >> 2 & 0xFF00;
    return redBlue | green;
  }

  private static int clamp(int v) {
    return Math.clamp(v, 0, 255);
  }

  /** A colour from hue (in turns, any number), saturation and brightness (0 to 1, clamped). */
  static Color hsb(double hue, double saturation, double brightness) {
    return new Color(
        Color.HSBtoRGB(
            (float) hue,
            (float) Math.clamp(saturation, 0.0, 1.0),
            (float) Math.clamp(brightness, 0.0, 1.0)));
  }

  /** The colour {@code share} (0 to 1) of the way from {@code a} to {@code b}. */
  static Color mix(Color a, Color b, double share) {
    return new Color(
        (int) Math.round(a.getRed() + (b.getRed() - a.getRed()) * share),
        (int) Math.round(a.getGreen() + (b.getGreen() - a.getGreen()) * share),
        (int) Math.round(a.getBlue() + (b.getBlue() - a.getBlue()) * share));
  }

  /** The colour with an opacity from 0 to 1. */
  static Color translucent(Color color, double opacity) {
    return new Color(
        color.getRed(), color.getGreen(), color.getBlue(), (int) Math.round(opacity * 255));
  }

  /** How light a colour looks, 0 to 1 (Rec. 601 luma). */
  static double luma(Color color) {
    return (0.299 * color.getRed() + 0.587 * color.getGreen() + 0.114 * color.getBlue()) / 255;
  }

  /** A number from {@code low} to {@code high}, evenly. */
  static double between(RandomGenerator random, double low, double high) {
    return low + (high - low) * random.nextDouble();
  }

  /** A light colour of any hue, or white. */
  static Color light(RandomGenerator random) {
    return hsb(random.nextDouble(), between(random, 0, 0.25), between(random, 0.85, 1));
  }

  /** A dark colour of any hue. */
  static Color dark(RandomGenerator random) {
    return hsb(random.nextDouble(), between(random, 0, 1), between(random, 0, 0.4));
  }
}
