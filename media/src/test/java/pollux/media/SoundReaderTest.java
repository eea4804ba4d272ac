package pollux.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.tensor.BadInputException;

class SoundReaderTest {
  /**
   * A WAV of a sine in every channel; {@code code} 1 is integer, 3 is float, 0xFFFE extensible
   * integer.
   */
  private static byte[] wav(int code, int bits, int channels, int rate, double hz, double seconds) {
    float[] sine = Tones.sine(hz, rate, seconds, 0.5);
    int format = code == 0xFFFE ? 40 : 16;
    int size = sine.length * channels * bits / 8;
    ByteBuffer out = ByteBuffer.allocate(28 + format + size + 10).order(ByteOrder.LITTLE_ENDIAN);
    out.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(out.capacity() - 8);
    out.put("WAVE".getBytes(StandardCharsets.US_ASCII));
    // An unknown chunk of odd size comes first, with its padding.
    out.put("junk".getBytes(StandardCharsets.US_ASCII)).putInt(1).put((byte) 7).put((byte) 0);
    out.put("fmt ".getBytes(StandardCharsets.US_ASCII)).putInt(format).putShort((short) code);
    out.putShort((short) channels).putInt(rate).putInt(rate * channels * bits / 8);
    out.putShort((short) (channels * bits / 8)).putShort((short) bits);
    if (format == 40) {
      out.putShort((short) 22)
          .putShort((short) bits)
          .putInt(0)
          .putShort((short) 1)
          .put(new byte[14]);
    }
    out.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(size);
    for (float sample : sine) {
      for (int c = 0; c < channels; c++) {
        if (code == 3 && bits == 32) {
          out.putFloat(sample);
        } else if (code == 3) {
          out.putDouble(sample);
        } else if (bits == 8) {
          out.put((byte) Math.round(sample * 127 + 128));
        } else {
          long value = Math.round(sample * Math.pow(2, bits - 1));
          for (int i = 0; i < bits; i += 8) {
            out.put((byte) (value >> i));
          }
        }
      }
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  @ParameterizedTest
  @CsvSource({
    "1,8,1,16000",
    "1,16,2,44100",
    "1,24,1,48000",
    "1,32,6,22050",
    "3,32,1,8000",
    "3,64,2,96000",
    "65534,24,2,44100"
  })
  void wavOfEveryKind(int code, int bits, int channels, int rate) {
    Sound sound = SoundReader.read(wav(code, bits, channels, rate, 1_200, 0.4), "tone.wav");
    assertThat(sound.seconds()).isCloseTo(0.4, within(0.001));
    assertThat(Tones.loudest(sound)).isEqualTo(1_200);
    float[] middle = Arrays.copyOfRange(sound.samples(), 1_600, 4_800);
    assertThat(Tones.power(middle, 1_200, Sound.RATE)).isCloseTo(0.25, within(0.01));
  }

  @ParameterizedTest
  @CsvSource({
    "tone1000.mp3,1000,0.6,2",
    "tone600-mpeg2.mp3,600,0.6,1",
    "tone1500.ogg,1500,0.6,2",
    "tone700.flac,700,0.25,1",
    "tone800-24bit.flac,800,0.2,2"
  })
  void compressedTones(String name, double hz, double seconds, int channels) {
    Sound sound = SoundReader.read(TestFiles.bytes(name), name);
    // MP3 encoders add silence at both ends.
    assertThat(sound.seconds()).isCloseTo(seconds, within(name.endsWith("mp3") ? 0.12 : 0.001));
    assertThat(Tones.loudest(sound)).isEqualTo(hz);
    int middle = sound.samples().length / 2;
    float[] part = Arrays.copyOfRange(sound.samples(), middle - 1_200, middle + 1_200);
    // ffmpeg's sine has an amplitude of 1/8, and 3 dB less in each of two channels.
    double expected = 1 / 64.0 / channels;
    assertThat(Tones.power(part, hz, Sound.RATE)).isCloseTo(expected, within(0.15 * expected));
  }

  @Test
  void writtenWavReadsBack(@TempDir Path directory) throws Exception {
    Sound sound = new Sound(Tones.sine(440, Sound.RATE, 0.2, 0.9));
    Path file = directory.resolve("any-name");
    WavWriter.write(sound, file);
    float[] back = SoundReader.read(file).samples();
    assertThat(back).hasSize(sound.samples().length);
    for (int i = 0; i < back.length; i++) {
      assertThat(back[i]).isCloseTo(sound.samples()[i], within(2e-5f));
    }
  }

  @Test
  void openEndedWavEndsWithTheFile() {
    byte[] bytes = wav(1, 16, 1, 16_000, 500, 0.2);
    int sizeAt = bytes.length - 3_200 * 2 - 4;
    Arrays.fill(bytes, sizeAt, sizeAt + 4, (byte) 0xFF);
    assertThat(SoundReader.read(bytes, "pipe.wav").samples()).hasSize(3_200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tone1000.mp3", "tone1500.ogg", "tone700.flac", "wav"})
  void corruptFilesAreAnsweredAndNeverHang(String name) {
    byte[] intact = name.equals("wav") ? wav(1, 16, 2, 44_100, 500, 0.05) : TestFiles.bytes(name);
    long seed = 5;
    Random random = new Random(seed);
    for (int round = 0; round < 80; round++) {
      byte[] bytes = intact.clone();
      int flips = 1 + random.nextInt(8);
      for (int i = 0; i < flips; i++) {
        // The headers are hit as often as the rest.
        int at = random.nextInt(random.nextBoolean() ? Math.min(200, bytes.length) : bytes.length);
        bytes[at] = (byte) random.nextInt();
      }
      byte[] cut =
          random.nextInt(3) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
      Assertions.assertTimeoutPreemptively(
          Duration.ofMinutes(3),
          () -> {
            try {
              SoundReader.read(cut, "hostile");
            } catch (BadInputException e) {
              assertThat(e).hasMessageStartingWith("hostile: ");
              assertThat(e.getMessage().lines()).hasSize(1);
            }
          },
          "seed " + seed + " round " + round);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tone1500.ogg", "tone700.flac", "wav"})
  void truncatedFilesAreRefused(String name) {
    byte[] intact = name.equals("wav") ? wav(1, 16, 2, 44_100, 500, 0.05) : TestFiles.bytes(name);
    byte[] half = Arrays.copyOf(intact, intact.length / 2);
    assertThatThrownBy(() -> SoundReader.read(half, "half." + name))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("half." + name)
        .hasMessageContaining("truncated");
  }

  @Test
  void otherFilesAreRefused(@TempDir Path directory) throws Exception {
    Path missing = directory.resolve("missing.wav");
    assertThatThrownBy(() -> SoundReader.read(missing))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("missing.wav");
    assertThatThrownBy(() -> SoundReader.read(directory)).isInstanceOf(BadInputException.class);
    assertThatThrownBy(() -> SoundReader.read(new byte[0], "empty.wav"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("empty");
    Path text = Files.writeString(directory.resolve("text.mp3"), "This is not a sound.");
    assertThatThrownBy(() -> SoundReader.read(text))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("expected WAV, FLAC, MP3 or Ogg Vorbis");
    byte[] nan = wav(3, 32, 1, 16_000, 500, 0.1);
    ByteBuffer.wrap(nan).order(ByteOrder.LITTLE_ENDIAN).putFloat(nan.length - 400, Float.NaN);
    assertThatThrownBy(() -> SoundReader.read(nan, "nan.wav"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("NaN");
    byte[] rate = wav(1, 16, 1, 16_000, 500, 0.1);
    ByteBuffer.wrap(rate).order(ByteOrder.LITTLE_ENDIAN).putInt(34, 3);
    assertThatThrownBy(() -> SoundReader.read(rate, "slow.wav"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("sample rate");
  }

  @Test
  void anHourOfSoundIsRefusedByItsHeader() {
    byte[] bytes = wav(1, 16, 1, 16_000, 500, 0.1);
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(bytes.length - 3_204, 3_600 * 32_000);
    assertThatThrownBy(() -> SoundReader.read(bytes, "hour.wav"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("hour.wav")
        .hasMessageContaining("3,600 s");
  }

  @Test
  void soundWithoutALengthIsStoppedAtTheLimit() {
    // An MP3 that never ends: the frames of the test file again and again.
    byte[] mp3 = TestFiles.bytes("tone1000.mp3");
    InputStream endless =
        new SequenceInputStream(
            java.util.Collections.enumeration(
                java.util.stream.Stream.generate(
                        () -> (InputStream) new java.io.ByteArrayInputStream(mp3))
                    .limit(1_000)
                    .toList()));
    assertThatThrownBy(
            () -> SoundReader.read(new java.io.BufferedInputStream(endless), "endless.mp3", 5))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("at most 5 s");
  }
}
