package pollux.media;

/** Pixels as picture encoders read them. */
public final class PixelRows {
  private PixelRows() {}

  /**
   * Square patches of {@code picture}, {@code [patches, 3 * side * side]}: for each the rows of its
   * red, then of its green and of its blue pixels, {@code (value / 255 - mean) / deviation}.
   *
   * @param order the patch, counted row by row, that stands in each place
   * @param mean,deviation of red, green and blue
   */
  public static float[] patches(
      Picture picture, int side, int[] order, float[] mean, float[] deviation) {
    int columns = picture.width() / side;
    float[][] values = new float[3][256];
    for (int channel = 0; channel < 3; channel++) {
      for (int v = 0; v < 256; v++) {
        values[channel][v] = (v / 255f - mean[channel]) / deviation[channel];
      }
    }
    byte[] rgb = picture.rgb();
    float[] patches = new float[Math.multiplyExact(order.length, 3 * side * side)];
    int to = 0;
    for (int patch : order) {
      int corner = (patch / columns * side * picture.width() + patch % columns * side) * 3;
      for (int channel = 0; channel < 3; channel++) {
        for (int y = 0; y < side; y++) {
          int from = corner + y * picture.width() * 3 + channel;
          for (int x = 0; x < side; x++) {
            patches[to++] = values[channel][rgb[from + 3 * x] & 255];
          }
        }
      }
    }
    return patches;
  }
}
