package pollux.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.tensor.BadInputException;

class PictureReaderTest {
  /** Left half red, right half blue, 40 x 30. */
  private static BufferedImage halves(int type) {
    BufferedImage image = new BufferedImage(40, 30, type);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.RED);
    graphics.fillRect(0, 0, 20, 30);
    graphics.setColor(Color.BLUE);
    graphics.fillRect(20, 0, 20, 30);
    graphics.dispose();
    return image;
  }

  static byte[] encoded(BufferedImage image, String format) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      assertThat(ImageIO.write(image, format, out)).as(format).isTrue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static void assertColour(Picture picture, int x, int y, int expected, int tolerance) {
    int found = PicturesTest.at(picture, x, y);
    for (int shift = 0; shift <= 16; shift += 8) {
      assertThat(found >> shift & 255)
          .as("pixel %d,%d: %06x, expected %06x", x, y, found, expected)
          .isBetween((expected >> shift & 255) - tolerance, (expected >> shift & 255) + tolerance);
    }
  }

  @ParameterizedTest
  @CsvSource({"png,0", "jpeg,40", "gif,0", "bmp,0"})
  void formatsAreToldApartByContent(String format, int tolerance, @TempDir Path directory)
      throws Exception {
    Path file = directory.resolve("picture.unknown");
    Files.write(file, encoded(halves(BufferedImage.TYPE_INT_RGB), format));
    Picture picture = PictureReader.read(file);
    assertThat(picture.width()).isEqualTo(40);
    assertThat(picture.height()).isEqualTo(30);
    assertColour(picture, 5, 15, 0xFF0000, tolerance);
    assertColour(picture, 35, 15, 0x0000FF, tolerance);
  }

  @Test
  void webp() {
    Picture gradient = PictureReader.read(TestFiles.bytes("picture.webp"), "picture.webp");
    assertThat(gradient.width()).isEqualTo(32);
    assertThat(gradient.height()).isEqualTo(24);
    assertColour(gradient, 16, 1, 0xFF0000, 40);
    assertColour(gradient, 16, 22, 0x0000FF, 40);
    Picture alpha = PictureReader.read(TestFiles.bytes("alpha.webp"), "alpha.webp");
    assertColour(alpha, 5, 12, 0xFF0000, 0);
    assertColour(alpha, 25, 12, 0xFFFFFF, 0);
  }

  @Test
  void transparencyIsSeenOverWhite() {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x80FF0000);
    image.setRGB(1, 0, 0x00123456);
    Picture picture = PictureReader.read(encoded(image, "png"), "a.png");
    assertColour(picture, 0, 0, 0xFF7F7F, 1);
    assertColour(picture, 1, 0, 0xFFFFFF, 0);
  }

  @Test
  void greyStaysAsItIsStored() {
    for (int type : new int[] {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY}) {
      BufferedImage image = new BufferedImage(3, 2, type);
      for (int i = 0; i < 6; i++) {
        image
            .getRaster()
            .setSample(i % 3, i / 3, 0, type == BufferedImage.TYPE_BYTE_GRAY ? 128 : 128 << 8);
      }
      assertColour(PictureReader.read(encoded(image, "png"), "grey.png"), 1, 1, 0x808080, 0);
    }
  }

  @ParameterizedTest
  @CsvSource({"1,0,0", "2,39,0", "3,39,29", "4,0,29", "5,0,0", "6,29,0", "7,29,39", "8,0,39"})
  void jpegIsTurnedUpright(int orientation, int x, int y) throws Exception {
    // A green corner at the top left of what is stored.
    BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.GREEN);
    graphics.fillRect(0, 0, 10, 10);
    graphics.dispose();
    byte[] jpeg = encoded(image, "jpeg");
    ByteBuffer exif = ByteBuffer.allocate(36);
    exif.putShort((short) 0xFFE1).putShort((short) 34).put("Exif\0\0MM\0*".getBytes("US-ASCII"));
    exif.putInt(8).putShort((short) 1).putShort((short) 0x0112).putShort((short) 3).putInt(1);
    exif.putShort((short) orientation).putShort((short) 0).putInt(0);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 2);
    out.write(exif.array());
    out.write(jpeg, 2, jpeg.length - 2);
    Picture picture = PictureReader.read(out.toByteArray(), "camera.jpg");
    assertThat(picture.width()).isEqualTo(orientation < 5 ? 40 : 30);
    assertColour(picture, x, y, 0x00FF00, 40);
    assertColour(picture, picture.width() / 2, picture.height() / 2, 0, 40);
  }

  @Test
  void writtenPngReadsBack(@TempDir Path directory) throws Exception {
    Picture picture = new Picture(17, 9, new byte[17 * 9 * 3]);
    new Random(1).nextBytes(picture.rgb());
    Path file = directory.resolve("p.png");
    PngWriter.write(picture, file);
    assertThat(PictureReader.read(file).rgb()).isEqualTo(picture.rgb());
  }

  /** A PNG of one colour: small, whatever it unpacks to. */
  private static byte[] png(int width, int height, int rowsOfData) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(data)) {
      byte[] row = new byte[1 + width / 8 + 1];
      for (int y = 0; y < rowsOfData; y++) {
        deflater.write(row, 0, 1 + (width + 7) / 8);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] header = ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) 1).array();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
    chunk(out, "IHDR", header);
    chunk(out, "IDAT", data.toByteArray());
    chunk(out, "IEND", new byte[0]);
    return out.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[] data) {
    ByteBuffer chunk = ByteBuffer.allocate(12 + data.length);
    chunk
        .putInt(data.length)
        .put(type.getBytes(java.nio.charset.StandardCharsets.US_ASCII))
        .put(data);
    CRC32 crc = new CRC32();
    crc.update(chunk.array(), 4, 4 + data.length);
    chunk.putInt((int) crc.getValue());
    out.writeBytes(chunk.array());
  }

  @Test
  void hugePicturesAreRefusedBeforeTheyAreDecoded() {
    assertThatThrownBy(() -> PictureReader.read(png(20_000, 20_000, 10), "huge.png"))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "huge.png: expected a picture of at most 8,192 pixels a side and 40 million in all,"
                + " found 20,000 x 20,000; scale it down.");
    assertThatThrownBy(() -> PictureReader.read(png(8_000, 8_000, 10), "large.png"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("8,000 x 8,000");
    byte[] gif = encoded(halves(BufferedImage.TYPE_INT_RGB), "gif");
    Arrays.fill(gif, 6, 10, (byte) 0xFF);
    assertThatThrownBy(() -> PictureReader.read(gif, "huge.gif"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("65,535 x 65,535");
    byte[] bmp = encoded(halves(BufferedImage.TYPE_INT_RGB), "bmp");
    ByteBuffer.wrap(bmp)
        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
        .putInt(18, 20_000)
        .putInt(22, 20_000);
    assertThatThrownBy(() -> PictureReader.read(bmp, "huge.bmp"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("huge.bmp");
  }

  @Test
  void largePicturesAreThinnedOut() {
    Picture picture = PictureReader.read(png(6_000, 300, 300), "wide.png");
    assertThat(picture.width()).isEqualTo(3_000);
    assertThat(picture.height()).isEqualTo(150);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "gif", "bmp", "webp"})
  void truncatedFilesAreRefused(String format) {
    byte[] intact = intact(format);
    byte[] half = Arrays.copyOf(intact, intact.length * 6 / 10);
    assertThatThrownBy(() -> PictureReader.read(half, "half." + format))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("half." + format);
  }

  private static byte[] intact(String format) {
    return format.equals("webp")
        ? TestFiles.bytes("picture.webp")
        : encoded(halves(BufferedImage.TYPE_INT_RGB), format);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "gif", "bmp", "webp"})
  void corruptFilesAreAnsweredAndNeverHang(String format) {
    byte[] intact = intact(format);
    long seed = 9;
    Random random = new Random(seed);
    for (int round = 0; round < 60; round++) {
      byte[] bytes = intact.clone();
      int flips = 1 + random.nextInt(8);
      for (int i = 0; i < flips; i++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      Assertions.assertTimeoutPreemptively(
          Duration.ofMinutes(3),
          () -> {
            try {
              PictureReader.read(bytes, "hostile");
            } catch (BadInputException e) {
              assertThat(e).hasMessageStartingWith("hostile: ");
              assertThat(e.getMessage().lines()).hasSize(1);
            }
          },
          "seed " + seed + " round " + round);
    }
  }

  @Test
  void otherFilesAreRefused(@TempDir Path directory) throws Exception {
    assertThatThrownBy(() -> PictureReader.read(directory.resolve("none.png")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("none.png");
    assertThatThrownBy(() -> PictureReader.read(new byte[0], "empty.png"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("empty file");
    assertThatThrownBy(() -> PictureReader.read(TestFiles.bytes("tone700.flac"), "sound.png"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("expected PNG, JPEG, GIF, BMP, WebP or SVG");
    byte[] jpeg = encoded(halves(BufferedImage.TYPE_INT_RGB), "jpeg");
    byte[] scans = Arrays.copyOf(jpeg, jpeg.length + 4_000);
    for (int i = jpeg.length; i < scans.length; i += 2) {
      scans[i] = (byte) 0xFF;
      scans[i + 1] = (byte) 0xDA;
    }
    assertThatThrownBy(() -> PictureReader.read(scans, "scans.jpg"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("scans");
  }
}
