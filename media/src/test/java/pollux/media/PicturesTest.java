package pollux.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PicturesTest {
  static Picture plain(int width, int height, int colour) {
    byte[] rgb = new byte[width * height * 3];
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = (byte) (colour >> 16);
      rgb[i + 1] = (byte) (colour >> 8);
      rgb[i + 2] = (byte) colour;
    }
    return new Picture(width, height, rgb);
  }

  static int at(Picture picture, int x, int y) {
    int i = (y * picture.width() + x) * 3;
    return (picture.rgb()[i] & 255) << 16
        | (picture.rgb()[i + 1] & 255) << 8
        | picture.rgb()[i + 2] & 255;
  }

  static void set(Picture picture, int x, int y, int colour) {
    int i = (y * picture.width() + x) * 3;
    picture.rgb()[i] = (byte) (colour >> 16);
    picture.rgb()[i + 1] = (byte) (colour >> 8);
    picture.rgb()[i + 2] = (byte) colour;
  }

  @Test
  void widePictureIsCentredAndPaddedWithItsBorderColour() {
    Picture picture = plain(200, 100, 0x10A040);
    for (int y = 30; y < 70; y++) {
      for (int x = 60; x < 140; x++) {
        set(picture, x, y, 0xFF0000);
      }
    }
    Picture fitted = Pictures.fit(picture, 96);
    assertThat(fitted.width()).isEqualTo(96);
    assertThat(fitted.height()).isEqualTo(96);
    assertThat(at(fitted, 0, 0)).isEqualTo(0x10A040);
    assertThat(at(fitted, 48, 10)).isEqualTo(0x10A040);
    assertThat(at(fitted, 48, 48)).isEqualTo(0xFF0000);
    assertThat(at(fitted, 10, 48)).isEqualTo(0x10A040);
  }

  @Test
  void shrinkingAveragesAreas() {
    long seed = 3;
    Random random = new Random(seed);
    Picture picture = new Picture(60, 45, new byte[60 * 45 * 3]);
    random.nextBytes(picture.rgb());
    Picture small = Pictures.scale(picture, 20, 15);
    for (int y = 0; y < 15; y++) {
      for (int x = 0; x < 20; x++) {
        double sum = 0;
        for (int i = 0; i < 9; i++) {
          sum += at(picture, 3 * x + i % 3, 3 * y + i / 3) >> 8 & 255;
        }
        assertThat((double) (at(small, x, y) >> 8 & 255))
            .as("seed %d", seed)
            .isCloseTo(sum / 9, within(0.51));
      }
    }
    // A fractional ratio keeps the mean too.
    assertThat(mean(Pictures.scale(picture, 17, 13))).isCloseTo(mean(picture), within(0.5));
  }

  @Test
  void growingInterpolatesBetweenPixels() {
    Picture picture = new Picture(2, 1, new byte[] {0, 0, 0, 100, 100, 100});
    Picture wide = Pictures.scale(picture, 4, 1);
    assertThat(new int[] {at(wide, 0, 0), at(wide, 1, 0), at(wide, 2, 0), at(wide, 3, 0)})
        .containsExactly(0, 0x191919, 0x4B4B4B, 0x646464);
  }

  @Test
  void extremeShapesKeepAtLeastOnePixel() {
    assertThat(Pictures.fit(plain(1_000, 1, 0x0000FF), 48))
        .isEqualToComparingOnlyGivenFields(plain(48, 48, 0x0000FF), "width", "height");
    assertThat(Pictures.fit(plain(1, 1, 0x123456), 48).rgb())
        .isEqualTo(plain(48, 48, 0x123456).rgb());
    Picture line = Pictures.fit(plain(1, 3_000, 0xABCDEF), 96);
    assertThat(line.rgb()).isEqualTo(plain(96, 96, 0xABCDEF).rgb());
  }

  private static double mean(Picture picture) {
    long sum = 0;
    for (byte value : picture.rgb()) {
      sum += value & 255;
    }
    return sum / (double) picture.rgb().length;
  }
}
