package pollux.media;

/** An 8-bit RGB picture without alpha: {@code rgb[(y * width + x) * 3 + channel]}. */
public record Picture(int width, int height, byte[] rgb) {
  public Picture {
    if (width < 1
        || height < 1
        || rgb.length != Math.multiplyExact(Math.multiplyExact(width, height), 3)) {
      throw new IllegalArgumentException(
          width
              + " x "
              + height
              + " RGB needs "
              + 3L * width * height
              + " bytes, not "
              + rgb.length);
    }
  }
}
