package pollux.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PillowScalingTest {
  /** The checksums are of what Pillow 12.3.0's {@code Image.resize} makes of the same pixels. */
  @ParameterizedTest
  @CsvSource({
    "BILINEAR, 19, 11, 188f7233",
    "BILINEAR, 50, 40, 3b5b5088",
    "BICUBIC, 19, 11, 88976d9a",
    "BICUBIC, 80, 9, 48c8e862",
    "BICUBIC, 37, 50, 57832ae5"
  })
  void everyByteIsAsPillowMakesIt(
      PillowScaling.Filter filter, int width, int height, String checksum) {
    Picture scaled = PillowScaling.scale(pattern(37, 23), width, height, filter);
    CRC32 crc = new CRC32();
    crc.update(scaled.rgb());
    assertThat(scaled.width()).isEqualTo(width);
    assertThat(Long.toHexString(crc.getValue())).isEqualTo(checksum);
  }

  @Test
  void fittingKeepsTheAspectAndCentresInBlack() {
    byte[] white = new byte[40 * 10 * 3];
    java.util.Arrays.fill(white, (byte) 255);
    Picture fitted =
        PillowScaling.fit(new Picture(40, 10, white), 20, 20, PillowScaling.Filter.BILINEAR);
    for (int y = 0; y < 20; y++) {
      for (int x = 0; x < 20; x++) {
        assertThat(fitted.rgb()[(y * 20 + x) * 3] & 255)
            .as("row %d, column %d", y, x)
            .isEqualTo(y >= 7 && y < 12 ? 255 : 0);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    // Sizes by Qwen2-VL's own smart_resize, step 28.
    "100, 60, 28, 6272, 3211264, 112, 56",
    "20, 20, 28, 6272, 3211264, 84, 84",
    "4000, 3000, 28, 6272, 3211264, 2044, 1540",
    "8000, 1, 28, 6272, 3211264, 8008, 28"
  })
  void gridsKeepToTheirLimits(
      int width, int height, int step, int fewest, int most, int across, int down) {
    PatchGrid grid =
        PatchGrid.of(new Picture(width, height, new byte[width * height * 3]), step, fewest, most);
    assertThat(grid).isEqualTo(new PatchGrid(across, down));
  }

  @Test
  void patchesLieChannelByChannelInTheOrderAskedFor() {
    Picture picture = pattern(4, 4);
    float[] mean = {0, 0.5f, 0};
    float[] deviation = {1, 0.5f, 2};
    float[] patches = PixelRows.patches(picture, 2, new int[] {3, 0}, mean, deviation);
    assertThat(patches).hasSize(2 * 12);
    // Patch 3 begins at row 2, column 2.
    int corner = (2 * 4 + 2) * 3;
    assertThat(patches[0]).isEqualTo((picture.rgb()[corner] & 255) / 255f);
    assertThat(patches[4]).isEqualTo(((picture.rgb()[corner + 1] & 255) / 255f - 0.5f) / 0.5f);
    assertThat(patches[11]).isEqualTo((picture.rgb()[corner + 15 + 2] & 255) / 255f / 2);
    assertThat(patches[12]).isEqualTo((picture.rgb()[0] & 255) / 255f);
  }

  private static Picture pattern(int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i * i * 31 + 7 * i >> 3);
    }
    return new Picture(width, height, rgb);
  }
}
