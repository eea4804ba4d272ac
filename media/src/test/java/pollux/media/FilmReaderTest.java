package pollux.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.tensor.BadInputException;

class FilmReaderTest {
  @TempDir Path directory;

  private Film read(String name, int maxFrames) throws Exception {
    return FilmReader.read(TestFiles.copy(name, directory), maxFrames);
  }

  private static void assertColour(Picture picture, int x, int y, int expected) {
    int found = PicturesTest.at(picture, x, y);
    for (int shift = 0; shift <= 16; shift += 8) {
      assertThat((found >> shift & 255) - (expected >> shift & 255))
          .as("pixel %d,%d: %06x, expected %06x", x, y, found, expected)
          .isBetween(-30, 30);
    }
  }

  private static List<Double> seconds(Film film) {
    return film.frames().stream().map(Film.Frame::seconds).toList();
  }

  /** Red, green, blue, white, half a second each; a black square goes right 40 pixels a second. */
  @ParameterizedTest
  @ValueSource(strings = {"colours.mp4", "silent.mp4", "baseline.mp4", "noise.mp4"})
  void mp4WithBFramesComesInTheOrderOfTime(String name) throws Exception {
    Film film = read(name, 24);
    assertThat(seconds(film)).containsExactly(0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75);
    int[] colours = {0xFF0000, 0x00FF00, 0x0000FF, 0xFFFFFF};
    for (int i = 0; i < 8; i++) {
      Picture picture = film.frames().get(i).picture();
      assertThat(picture.width()).isEqualTo(96);
      assertThat(picture.height()).isEqualTo(64);
      assertColour(picture, 90, 10, colours[i / 2]);
      assertColour(picture, 5, 60, colours[i / 2]);
      int square = i * 10;
      assertColour(picture, square + 8, 32, 0x000000);
    }
    if (!name.equals("colours.mp4")) {
      // The AAC of noise.mp4 uses noise substitution, at which the decoder fails.
      assertThat(film.sound()).isNull();
    } else {
      assertThat(film.sound()).isNotNull();
      assertThat(film.sound().seconds()).isCloseTo(2, within(0.1));
      assertThat(Tones.loudest(film.sound())).isEqualTo(900);
    }
  }

  @Test
  void framesAreThinnedEvenly() throws Exception {
    Film film = read("silent.mp4", 4);
    assertThat(seconds(film)).containsExactly(0.0, 0.5, 1.0, 1.5);
    assertColour(film.frames().get(2).picture(), 90, 10, 0x0000FF);
    assertThat(seconds(read("silent.mp4", 1))).containsExactly(0.0);
  }

  @Test
  void turnedMp4IsUpright() throws Exception {
    Picture picture = read("rotated.mp4", 24).frames().getFirst().picture();
    assertThat(picture.width()).isEqualTo(64);
    assertThat(picture.height()).isEqualTo(96);
    // The black square at the left, in the middle, comes to the bottom.
    assertColour(picture, 32, 88, 0x000000);
    assertColour(picture, 32, 20, 0xFF0000);
  }

  @Test
  void gifKeepsWhatEachFrameLeaves() throws Exception {
    Film film = read("disposal.gif", 24);
    assertThat(seconds(film)).containsExactly(0.0, 0.5, 1.0, 1.5);
    List<Picture> pictures = film.frames().stream().map(Film.Frame::picture).toList();
    assertColour(pictures.get(1), 4, 4, 0xFF0000);
    assertColour(pictures.get(1), 12, 12, 0xFFFF00);
    assertColour(pictures.get(2), 4, 4, 0xFFFF00);
    assertColour(pictures.get(2), 12, 12, 0x0000FF);
    assertColour(pictures.get(3), 4, 4, 0xFFFF00);
    assertColour(pictures.get(3), 12, 12, 0xFFFFFF);
    assertColour(pictures.get(3), 20, 20, 0x00FF00);
    assertColour(PictureReader.read(directory.resolve("disposal.gif")), 4, 4, 0xFFFF00);
  }

  @Test
  void animatedWebp() throws Exception {
    Film film = read("squares.webp", 24);
    assertThat(seconds(film)).containsExactly(0.0, 0.5, 1.0);
    int[][] squares = {{12, 36, 0x0000FF}, {36, 12, 0x00FF00}, {12, 12, 0xFF0000}};
    for (int i = 0; i < 3; i++) {
      Picture picture = film.frames().get(i).picture();
      for (int j = 0; j < 3; j++) {
        assertColour(picture, squares[j][0], squares[j][1], i == j ? squares[j][2] : 0xFFFFFF);
      }
    }
    for (Film.Frame frame : film.frames()) {
      assertColour(frame.picture(), 40, 40, 0xFFFFFF);
    }
  }

  @Test
  void writtenGifReadsBack() throws Exception {
    List<Film.Frame> frames = new ArrayList<>();
    int[] colours = {0xFF0000, 0x00FF00, 0x0000FF};
    double[] starts = {0, 0.4, 1.2};
    for (int i = 0; i < 3; i++) {
      frames.add(new Film.Frame(starts[i], PicturesTest.plain(20, 10, colours[i])));
    }
    Path file = directory.resolve("film.gif");
    GifWriter.write(new Film(frames, null), file);
    Film back = FilmReader.read(file, 24);
    for (int i = 0; i < 3; i++) {
      assertThat(seconds(back).get(i)).isCloseTo(starts[i], within(1e-9));
    }
    for (int i = 0; i < 3; i++) {
      assertThat(back.frames().get(i).picture().rgb()).isEqualTo(frames.get(i).picture().rgb());
    }
  }

  @Test
  void directoryOfNumberedPictures() throws Exception {
    for (int i = 1; i <= 12; i++) {
      Path file = directory.resolve("frame" + i + ".png");
      PngWriter.write(PicturesTest.plain(8, 8, i * 0x101010), file);
    }
    Files.writeString(directory.resolve("notes.txt"), "not a frame");
    Film film = FilmReader.read(directory, 24);
    assertThat(film.frames()).hasSize(12);
    for (int i = 1; i <= 12; i++) {
      assertThat(film.frames().get(i - 1).seconds()).isEqualTo(i - 1);
      assertColour(film.frames().get(i - 1).picture(), 3, 3, i * 0x101010);
    }
    assertThat(seconds(FilmReader.read(directory, 6)))
        .containsExactly(0.0, 2.0, 4.0, 6.0, 8.0, 10.0);
  }

  @Test
  void choiceOfFramesFollowsTimeAndNotNumber() {
    // Many frames in the first second, one long one after it.
    double[] starts = new double[101];
    for (int i = 0; i < 100; i++) {
      starts[i] = i / 100.0;
    }
    starts[100] = 1;
    assertThat(FrameChoice.pick(starts, 10, 10)).containsExactly(0, 100);
    assertThat(FrameChoice.pick(starts, 10, 24)).containsExactly(0, 41, 83, 100);
    assertThat(FrameChoice.pick(new double[] {0}, 0, 24)).containsExactly(0);
  }

  @Test
  void otherFilesAreRefused() throws Exception {
    assertThatThrownBy(() -> FilmReader.read(directory.resolve("none.mp4"), 24))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("none.mp4");
    assertThatThrownBy(() -> FilmReader.read(directory, 24))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("found none");
    assertThatThrownBy(() -> read("mpeg4.mp4", 24))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("H.264");
    assertThatThrownBy(() -> read("yuv444.mp4", 24))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("4:2:0");
    assertThatThrownBy(() -> read("tone700.flac", 24))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("expected MP4");
  }

  @Test
  void truncatedFilmsAreRefused() throws Exception {
    for (String name : new String[] {"silent.mp4", "colours.mp4", "disposal.gif", "squares.webp"}) {
      byte[] bytes = TestFiles.bytes(name);
      Path file =
          Files.write(
              directory.resolve("half." + name), Arrays.copyOf(bytes, bytes.length * 2 / 3));
      assertThatThrownBy(() -> FilmReader.read(file, 24))
          .as(name)
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("half." + name)
          .hasMessageContaining("truncated");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"silent.mp4", "colours.mp4", "disposal.gif", "squares.webp"})
  void corruptFilmsAreAnsweredAndNeverHang(String name) throws Exception {
    byte[] intact = TestFiles.bytes(name);
    long seed = 13;
    Random random = new Random(seed);
    Path file = directory.resolve("hostile");
    for (int round = 0; round < 25; round++) {
      byte[] bytes = intact.clone();
      int flips = 1 + random.nextInt(6);
      for (int i = 0; i < flips; i++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      Files.write(file, bytes);
      Assertions.assertTimeoutPreemptively(
          Duration.ofMinutes(3),
          () -> {
            try {
              FilmReader.read(file, 8);
            } catch (BadInputException e) {
              assertThat(e).hasMessageStartingWith(file.toString());
              assertThat(e.getMessage().lines()).hasSize(1);
            }
          },
          "seed " + seed + " round " + round);
    }
  }
}
