package pollux.media;

/**
 * The size at which a picture is cut into square patches, when an encoder takes any number of them:
 * aspect nearly kept, sides multiples of a step, pixels within limits. As {@code smart_resize} of
 * Qwen2-VL's preprocessing, in the single precision of llama.cpp's {@code
 * calc_size_preserved_ratio}, whose rounding decides about rows and columns of patches.
 *
 * @param width,height of the scaled picture in pixels
 */
public record PatchGrid(int width, int height) {
  /**
   * @param step both sides are multiples of it
   * @param fewest,most pixels of the scaled picture; a side is never below {@code step}, so that of
   *     a thin picture the other one is cut where the reference goes beyond {@code most}
   */
  public static PatchGrid of(Picture picture, int step, int fewest, int most) {
    int width = picture.width();
    int height = picture.height();
    int across = Math.max(step, nearest(width, step));
    int down = Math.max(step, nearest(height, step));
    if ((long) across * down > most) {
      float shrink = (float) Math.sqrt((float) height * width / most);
      down = Math.max(step, (int) Math.floor(height / shrink / step) * step);
      across = Math.max(step, (int) Math.floor(width / shrink / step) * step);
      down = Math.min(down, Math.max(1, most / across / step) * step);
      across = Math.min(across, Math.max(1, most / down / step) * step);
    } else if ((long) across * down < fewest) {
      float grow = (float) Math.sqrt(fewest / ((float) height * width));
      down = (int) Math.ceil(height * grow / step) * step;
      across = (int) Math.ceil(width * grow / step) * step;
    }
    return new PatchGrid(across, down);
  }

  private static int nearest(int length, int step) {
    return (int) Math.floor((float) length / step + 0.5) * step;
  }
}
