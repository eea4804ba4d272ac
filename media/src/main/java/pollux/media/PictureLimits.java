package pollux.media;

import pollux.tensor.BadInputException;

/** How large a picture may be; checked against the header, before anything is decoded. */
final class PictureLimits {
  static final int MAX_SIDE = 8_192;
  static final long MAX_PIXELS = 40_000_000;

  private PictureLimits() {}

  static void check(String name, long width, long height) {
    if (width < 1 || height < 1) {
      throw new BadInputException(
          "%s: expected a picture of at least 1 x 1 pixels, found %,d x %,d."
              .formatted(name, width, height));
    }
    if (width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_PIXELS) {
      throw new BadInputException(
          ("%s: expected a picture of at most %,d pixels a side and %,d million in all, found"
                  + " %,d x %,d; scale it down.")
              .formatted(name, MAX_SIDE, MAX_PIXELS / 1_000_000, width, height));
    }
  }
}
