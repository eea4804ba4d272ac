package pollux.media;

import java.util.Arrays;

/** What is done to pictures before they are cut into patches. */
public final class Pictures {
  private Pictures() {}

  /**
   * The picture in a square of {@code side} pixels: aspect kept, centred, the rest filled with the
   * colour that is most frequent along its border.
   */
  public static Picture fit(Picture picture, int side) {
    if (side < 1) {
      throw new IllegalArgumentException("A side of at least 1 pixel, not " + side);
    }
    int longer = Math.max(picture.width(), picture.height());
    int width = Math.max(1, Math.round(picture.width() * (float) side / longer));
    int height = Math.max(1, Math.round(picture.height() * (float) side / longer));
    Picture scaled = scale(picture, width, height);
    if (width == side && height == side) {
      return scaled;
    }
    byte[] rgb = filled(side, borderColour(picture));
    int left = (side - width) / 2;
    int top = (side - height) / 2;
    for (int y = 0; y < height; y++) {
      System.arraycopy(scaled.rgb(), y * width * 3, rgb, ((top + y) * side + left) * 3, width * 3);
    }
    return new Picture(side, side, rgb);
  }

  /** The picture, scaled down if one of its sides has more than {@code maxSide} pixels. */
  public static Picture limit(Picture picture, int maxSide) {
    int longer = Math.max(picture.width(), picture.height());
    if (longer <= maxSide) {
      return picture;
    }
    double factor = maxSide / (double) longer;
    return scale(
        picture,
        Math.max(1, (int) Math.round(picture.width() * factor)),
        Math.max(1, (int) Math.round(picture.height() * factor)));
  }

  /**
   * The picture at another size. An axis that shrinks averages the area that a pixel covers; an
   * axis that grows is interpolated linearly between the centres of pixels.
   */
  public static Picture scale(Picture picture, int width, int height) {
    if (width == picture.width() && height == picture.height()) {
      return picture;
    }
    Axis across = Axis.of(picture.width(), width);
    Axis down = Axis.of(picture.height(), height);
    byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)];
    // Rows of the source are shrunk one at a time, and summed into the row of the target.
    float[] narrow = new float[width * 3];
    float[] sum = new float[width * 3];
    for (int y = 0; y < height; y++) {
      Arrays.fill(sum, 0);
      float[] weights = down.weights[y];
      for (int i = 0; i < weights.length; i++) {
        across.apply(picture.rgb(), (down.first[y] + i) * picture.width() * 3, narrow);
        for (int x = 0; x < sum.length; x++) {
          sum[x] += weights[i] * narrow[x];
        }
      }
      for (int x = 0; x < sum.length; x++) {
        rgb[y * sum.length + x] = (byte) Math.clamp(Math.round(sum[x]), 0, 255);
      }
    }
    return new Picture(width, height, rgb);
  }

  /**
   * The most frequent colour of the outermost pixels (colours told apart by their upper 4 bits; the
   * answer is the mean of the winning group), as 0xRRGGBB.
   */
  public static int borderColour(Picture picture) {
    int[] count = new int[4096];
    long[][] sum = new long[3][4096];
    int width = picture.width();
    int height = picture.height();
    for (int y = 0; y < height; y++) {
      boolean edge = y == 0 || y == height - 1;
      for (int x = 0; x < width; x += edge ? 1 : Math.max(1, width - 1)) {
        int at = (y * width + x) * 3;
        int r = picture.rgb()[at] & 255;
        int g = picture.rgb()[at + 1] & 255;
        int b = picture.rgb()[at + 2] & 255;
        int group = r >> 4 << 8 | g >> 4 << 4 | b >> 4;
        count[group]++;
        sum[0][group] += r;
        sum[1][group] += g;
        sum[2][group] += b;
      }
    }
    int best = 0;
    for (int group = 1; group < count.length; group++) {
      if (count[group] > count[best]) {
        best = group;
      }
    }
    int colour = 0;
    for (int channel = 0; channel < 3; channel++) {
      colour = colour << 8 | (int) ((sum[channel][best] + count[best] / 2) / count[best]);
    }
    return colour;
  }

  private static byte[] filled(int side, int colour) {
    byte[] rgb = new byte[side * side * 3];
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = (byte) (colour >> 16);
      rgb[i + 1] = (byte) (colour >> 8);
      rgb[i + 2] = (byte) colour;
    }
    return rgb;
  }

  /** For each pixel of the target: the first pixel of the source and the weights from there on. */
  private record Axis(int[] first, float[][] weights) {
    static Axis of(int source, int target) {
      int[] first = new int[target];
      float[][] weights = new float[target][];
      double step = source / (double) target;
      for (int i = 0; i < target; i++) {
        if (step > 1) {
          double from = i * step;
          double to = Math.min(source, from + step);
          first[i] = (int) from;
          int end = Math.max(first[i] + 1, Math.min(source, (int) Math.ceil(to - 1e-9)));
          weights[i] = new float[end - first[i]];
          for (int j = first[i]; j < end; j++) {
            weights[i][j - first[i]] = (float) ((Math.min(j + 1, to) - Math.max(j, from)) / step);
          }
        } else {
          double centre = Math.clamp((i + 0.5) * step - 0.5, 0, source - 1.0);
          first[i] = (int) centre;
          float second = (float) (centre - first[i]);
          weights[i] = second == 0 ? new float[] {1} : new float[] {1 - second, second};
        }
      }
      return new Axis(first, weights);
    }

    void apply(byte[] rgb, int row, float[] out) {
      for (int x = 0; x < first.length; x++) {
        float[] taps = weights[x];
        int at = row + first[x] * 3;
        float r = 0;
        float g = 0;
        float b = 0;
        for (float tap : taps) {
          r += tap * (rgb[at] & 255);
          g += tap * (rgb[at + 1] & 255);
          b += tap * (rgb[at + 2] & 255);
          at += 3;
        }
        out[x * 3] = r;
        out[x * 3 + 1] = g;
        out[x * 3 + 2] = b;
      }
    }
  }
}
