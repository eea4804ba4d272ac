package pollux.skills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pollux.media.Sound;
import pollux.media.SoundReader;
import pollux.media.WavWriter;
import pollux.tensor.BadInputException;

class SpeechTest {
  @TempDir Path folder;

  private static final SpeechClip SEVEN =
      new SpeechClip(SpeechEngine.ESPEAK_NG, "en-us+m3", 160, 50, "seven");

  /** A shell script in the place of both synthesisers; it lists the voice en-us+m3. */
  private Speech fake(String body, Duration patience) throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs /bin/sh");
    Path script = folder.resolve("fake-speech");
    String listings =
        """
        #!/bin/sh
        case "$1" in
          --voices) echo ' 2  en-us  --/M  English  gmw/en'; exit 0;;
          --voices=variant) echo ' 5  variant --/M  male3  !v/m3  '; exit 0;;
        esac
        """;
    Files.writeString(script, listings + body);
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return new Speech(
        folder.resolve("clips"),
        Map.of(SpeechEngine.ESPEAK_NG, script.toString(), SpeechEngine.FLITE, script.toString()),
        patience);
  }

  private Speech real() {
    Speech speech = new Speech(folder.resolve("clips"));
    assumeTrue(speech.missing().isEmpty(), () -> "not installed: " + speech.missing());
    return speech;
  }

  @Test
  void aHangingProgramIsStopped() throws IOException {
    Speech speech = fake("sleep 60\n", Duration.ofMillis(300));
    long start = System.nanoTime();
    assertThatThrownBy(() -> speech.say(SEVEN))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("fake-speech did not end within 300 ms");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void aFailingProgramIsNamed() throws IOException {
    Speech speech = fake("exit 3\n", Duration.ofSeconds(20));
    assertThatThrownBy(() -> speech.say(SEVEN))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("fake-speech ended with status 3");
  }

  @Test
  void whatIsNotWavIsRefused() throws IOException {
    Speech speech = fake("echo hello\n", Duration.ofSeconds(20));
    assertThatThrownBy(() -> speech.say(SEVEN))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("fake-speech: expected WAV");
  }

  @Test
  void silenceIsRefused() throws IOException {
    Path wave = folder.resolve("silence.wav");
    Files.write(wave, WavWriter.bytes(new Sound(new float[8_000])));
    Speech speech = fake("cat '" + wave + "'\n", Duration.ofSeconds(20));
    assertThatThrownBy(() -> speech.say(SEVEN))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("gave silence for \"seven\"");
  }

  @Test
  void aProgramThatNeverStopsWritingIsStopped() throws IOException {
    Speech speech =
        fake("while :; do echo 0123456789012345678901234567890; done\n", Duration.ofSeconds(20));
    assertThatThrownBy(() -> speech.say(SEVEN))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("wrote more than");
  }

  @Test
  void aVoiceThatIsNotInstalledIsRefusedRatherThanReplaced() throws IOException {
    Speech speech = fake("exit 0\n", Duration.ofSeconds(20));
    for (String voice : List.of("en-us+m4", "fr+m3", "en")) {
      assertThatThrownBy(
              () -> speech.say(new SpeechClip(SpeechEngine.ESPEAK_NG, voice, 160, 50, "seven")))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("has no voice " + voice);
    }
  }

  @Test
  void aMissingProgramIsNamedWithItsPackage() {
    Speech speech =
        new Speech(
            folder,
            Map.of(SpeechEngine.ESPEAK_NG, "no-such-program", SpeechEngine.FLITE, "/no/such"),
            Duration.ofSeconds(1));
    assertThat(speech.missing())
        .containsExactly("espeak-ng (Debian package espeak-ng)", "flite (Debian package flite)");
    assertThatThrownBy(() -> speech.say(SEVEN))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("install espeak-ng (Debian package espeak-ng)");
  }

  @Test
  void clipsAreKeptAndTheSameSpokenAnewOrRead() throws IOException {
    Path wave = folder.resolve("tone.wav");
    Files.write(wave, WavWriter.bytes(tone(440, 22_050 / 2)));
    Path count = folder.resolve("count");
    Speech speech = fake("echo x >>'" + count + "'\ncat '" + wave + "'\n", Duration.ofSeconds(20));
    Sound first = speech.say(SEVEN);
    Sound second = speech.say(SEVEN);
    assertThat(second.samples()).isEqualTo(first.samples());
    assertThat(Files.readAllLines(count)).hasSize(1);
    Path kept = folder.resolve("clips").resolve(SEVEN.file());
    Files.write(kept, new byte[] {1, 2, 3});
    assertThat(speech.say(SEVEN).samples()).isEqualTo(first.samples());
    assertThat(Files.readAllLines(count)).hasSize(2);
    assertThat(SoundReader.read(kept).samples()).isEqualTo(first.samples());
  }

  @Test
  void fillSpeaksAllAndCounts() throws IOException {
    Path wave = folder.resolve("tone.wav");
    Files.write(wave, WavWriter.bytes(tone(440, 8_000)));
    Speech speech = fake("cat '" + wave + "'\n", Duration.ofSeconds(20));
    List<SpeechClip> clips = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      clips.add(new SpeechClip(SpeechEngine.ESPEAK_NG, "en-us+m3", 160, 50, "word " + i));
    }
    Set<Integer> told = java.util.Collections.synchronizedSet(new HashSet<>());
    speech.fill(clips, Double.POSITIVE_INFINITY, 2, told::add);
    assertThat(told).hasSize(12).contains(1, 12);
    try (Stream<Path> files = Files.walk(folder.resolve("clips"))) {
      assertThat(files.filter(Files::isRegularFile)).hasSize(12);
    }
    Speech broken = fake("exit 1\n", Duration.ofSeconds(20));
    clips.add(SEVEN);
    assertThatThrownBy(() -> broken.fill(clips, 9, 2, done -> {}))
        .isInstanceOf(BadInputException.class);
  }

  @Test
  void resamplingKeepsTonesAndTheirLoudness() {
    for (double step : List.of(0.5, 22_050 / 16_000.0, 1.1, 0.9)) {
      float[] out = Acoustics.resample(tone(1_000, 8_000).samples(), step);
      assertThat(out.length).isBetween((int) (8_000 / step) - 2, (int) (8_000 / step) + 2);
      double worst = 0;
      for (int i = 200; i < out.length - 200; i++) {
        double expected = 0.5 * Math.sin(2 * Math.PI * 1_000 * i * step / Sound.RATE);
        worst = Math.max(worst, Math.abs(out[i] - expected));
      }
      assertThat(worst).as("step %s", step).isLessThan(0.01);
    }
    // 7 kHz cannot be told from 1 kHz after halving: it has to go.
    assertThat(Acoustics.loudness(Acoustics.resample(tone(7_000, 8_000).samples(), 2)))
        .isLessThan(0.01);
  }

  @Test
  void realVoicesSpeakAndAreDeterministic() {
    Speech speech = real();
    Speech again = new Speech(folder.resolve("again"));
    Map<String, String> fingerprints = new HashMap<>();
    for (Split split : Split.values()) {
      for (Voices.Take take : Voices.all(split, "seven", Integer.MAX_VALUE)) {
        SpeechClip clip =
            new SpeechClip(
                take.engine(), take.voice().replaceFirst("^en-[^+]*", "en-us"), 160, 50, "seven");
        Sound sound = speech.say(clip);
        assertThat(sound.seconds()).as("%s", clip).isBetween(0.25, 1.5);
        assertThat(Acoustics.loudness(sound.samples())).as("%s", clip).isGreaterThan(0.005);
        if (clip.voice().hashCode() % 8 == 0) {
          assertThat(again.say(clip).samples()).isEqualTo(sound.samples());
        }
        String side = fingerprints.put(Arrays.hashCode(sound.samples()) + "", split.name());
        assertThat(side).as("%s is one voice on both sides", clip).isIn(null, split.name());
      }
    }
  }

  @Test
  void spokenChineseAndQuotesReachTheProgramWhole() {
    Speech speech = real();
    for (String text : List.of("图里有几片叶子？", "what's it say?", "-v \"$(id)\"", "--help")) {
      SpeechClip clip =
          new SpeechClip(
              SpeechEngine.ESPEAK_NG,
              Phrasings.isChinese(text) ? "cmn+m3" : "en-gb+m3",
              200,
              50,
              text);
      assertThat(speech.say(clip).seconds()).as(text).isBetween(0.2, 3.5);
    }
  }

  private static Sound tone(double hertz, int length) {
    float[] samples = new float[length];
    for (int i = 0; i < length; i++) {
      samples[i] = (float) (0.5 * Math.sin(2 * Math.PI * hertz * i / Sound.RATE));
    }
    return new Sound(samples);
  }

  @Test
  void clipsDifferInEveryField() {
    Set<String> files = new HashSet<>();
    files.add(SEVEN.file());
    files.add(SEVEN.at(161).file());
    files.add(new SpeechClip(SpeechEngine.FLITE, "en-us+m3", 160, 50, "seven").file());
    files.add(new SpeechClip(SpeechEngine.ESPEAK_NG, "en-us+m4", 160, 50, "seven").file());
    files.add(new SpeechClip(SpeechEngine.ESPEAK_NG, "en-us+m3", 160, 51, "seven").file());
    files.add(new SpeechClip(SpeechEngine.ESPEAK_NG, "en-us+m3", 160, 50, "eight").file());
    assertThat(files).hasSize(6);
  }
}
