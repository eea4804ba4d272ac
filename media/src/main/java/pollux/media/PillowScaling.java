package pollux.media;

import java.util.Arrays;

/**
 * Pictures at another size, to the bit as the Pillow library scales them ({@code
 * src/libImaging/Resample.c}): the preprocessing that other vendors' picture encoders were trained
 * with, and that llama.cpp repeats (tools/mtmd/mtmd-image.cpp).
 *
 * <p>First across, then down, each with a filter that widens as the picture shrinks; weights have
 * 22 fractional bits and what is between the two passes is rounded to bytes.
 */
public final class PillowScaling {
  private static final int PRECISION = 22;
  private static final int HALF = 1 << (PRECISION - 1);

  /** What the neighbours of a pixel weigh. */
  public enum Filter {
    /** A triangle over one pixel to each side. */
    BILINEAR(1),
    /** Keys' cubic with a = -0.5 over two pixels to each side. */
    BICUBIC(2);

    private final double support;

    Filter(double support) {
      this.support = support;
    }

    private double weight(double distance) {
      double x = Math.abs(distance);
      if (x >= support) {
        return 0;
      }
      if (this == BILINEAR) {
        return 1 - x;
      }
      return x < 1 ? (1.5 * x - 2.5) * x * x + 1 : (((x - 5) * x + 8) * x - 4) * -0.5;
    }
  }

  private PillowScaling() {}

  /**
   * The picture in the middle of {@code width} x {@code height} black pixels: aspect kept, sides
   * rounded up.
   */
  public static Picture fit(Picture picture, int width, int height, Filter filter) {
    if (picture.width() == width && picture.height() == height) {
      return picture;
    }
    // In floats, as the reference computes it: its rounding decides about a row of pixels.
    float scale = Math.min((float) width / picture.width(), (float) height / picture.height());
    int innerWidth = Math.min((int) Math.ceil(picture.width() * scale), width);
    int innerHeight = Math.min((int) Math.ceil(picture.height() * scale), height);
    Picture inner = scale(picture, innerWidth, innerHeight, filter);
    if (innerWidth == width && innerHeight == height) {
      return inner;
    }
    byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)];
    int left = (width - innerWidth) / 2;
    int top = (height - innerHeight) / 2;
    for (int y = 0; y < innerHeight; y++) {
      System.arraycopy(
          inner.rgb(), y * innerWidth * 3, rgb, ((top + y) * width + left) * 3, innerWidth * 3);
    }
    return new Picture(width, height, rgb);
  }

  /** The picture at {@code width} x {@code height}, aspect not kept. */
  public static Picture scale(Picture picture, int width, int height, Filter filter) {
    Picture narrow = picture;
    if (width != picture.width()) {
      Axis axis = Axis.of(picture.width(), width, filter);
      byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(width, picture.height()), 3)];
      for (int y = 0; y < picture.height(); y++) {
        axis.across(picture.rgb(), y * picture.width() * 3, rgb, y * width * 3);
      }
      narrow = new Picture(width, picture.height(), rgb);
    }
    if (height == narrow.height()) {
      return narrow;
    }
    Axis axis = Axis.of(narrow.height(), height, filter);
    byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)];
    int[] sums = new int[width * 3];
    for (int y = 0; y < height; y++) {
      axis.down(narrow.rgb(), y, sums, rgb);
    }
    return new Picture(width, height, rgb);
  }

  /** For each pixel of the target: the first pixel of the source and the weights from there on. */
  private record Axis(int[] first, int[][] weights) {
    static Axis of(int source, int target, Filter filter) {
      double step = source / (double) target;
      double stretch = Math.max(1, step);
      double support = filter.support * stretch;
      int[] first = new int[target];
      int[][] weights = new int[target][];
      for (int i = 0; i < target; i++) {
        double centre = (i + 0.5) * step;
        int from = Math.max(0, (int) (centre - support + 0.5));
        int count = Math.min(source, (int) (centre + support + 0.5)) - from;
        double[] shares = new double[count];
        double sum = 0;
        for (int j = 0; j < count; j++) {
          shares[j] = filter.weight((j + from - centre + 0.5) * (1 / stretch));
          sum += shares[j];
        }
        first[i] = from;
        weights[i] = new int[count];
        for (int j = 0; j < count; j++) {
          double share = sum == 0 ? shares[j] : shares[j] / sum;
          weights[i][j] = (int) (share * (1 << PRECISION) + (share < 0 ? -0.5 : 0.5));
        }
      }
      return new Axis(first, weights);
    }

    /** One row of pixels. */
    void across(byte[] rgb, int row, byte[] to, int at) {
      for (int x = 0; x < first.length; x++) {
        int red = HALF;
        int green = HALF;
        int blue = HALF;
        int from = row + 3 * first[x];
        for (int weight : weights[x]) {
          red += (rgb[from] & 255) * weight;
          green += (rgb[from + 1] & 255) * weight;
          blue += (rgb[from + 2] & 255) * weight;
          from += 3;
        }
        to[at++] = clipped(red);
        to[at++] = clipped(green);
        to[at++] = clipped(blue);
      }
    }

    /** Row {@code y} of the target from rows of the source that are as long. */
    void down(byte[] rgb, int y, int[] sums, byte[] to) {
      Arrays.fill(sums, HALF);
      int from = first[y] * sums.length;
      for (int weight : weights[y]) {
        for (int x = 0; x < sums.length; x++) {
          sums[x] += (rgb[from + x] & 255) * weight;
        }
        from += sums.length;
      }
      for (int x = 0; x < sums.length; x++) {
        to[y * sums.length + x] = clipped(sums[x]);
      }
    }

    private static byte clipped(int sum) {
      return (byte) Math.clamp(sum >> PRECISION, 0, 255);
    }
  }
}
