package pollux.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import pollux.media.Film;
import pollux.media.LogMel;
import pollux.media.Picture;
import pollux.media.Pictures;
import pollux.media.Sound;
import pollux.tensor.BadInputException;

class PromptEncoderTest {
  private final Tokenizer tokenizer = SmallVocabulary.with("h i", "o k");
  private final PromptEncoder encoder = new PromptEncoder(tokenizer);

  private static final int HI = 256;
  private static final int OK = 257;

  private int control(String name) {
    return tokenizer.control(name);
  }

  private static Picture picture(int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i * 31 + i / width);
    }
    return new Picture(width, height, rgb);
  }

  private static Sound sound(int samples) {
    float[] s = new float[samples];
    for (int i = 0; i < samples; i++) {
      s[i] = (float) Math.sin(i * 0.3) / 2;
    }
    return new Sound(s);
  }

  @Test
  void textIsLaidOutByTurns() {
    Prompt prompt =
        encoder.encode(
            List.of(
                new Message(Message.Role.SYSTEM, List.of(new Part.Text("ok"))),
                Message.user(new Part.Text("hi"), new Part.Text("!")),
                Message.model(new Part.Thought("a"), new Part.Text("b")),
                Message.user(new Part.Text("<|end|>"))));
    List<Integer> expected =
        new ArrayList<>(
            List.of(
                control("<|system|>"),
                OK,
                control("<|user|>"),
                HI,
                (int) '!',
                control("<|model|>"),
                control("<|think|>"),
                (int) 'a',
                control("<|/think|>"),
                (int) 'b',
                control("<|end|>"),
                control("<|user|>")));
    "<|end|>".chars().forEach(expected::add);
    expected.add(control("<|model|>"));
    assertThat(prompt.tokens()).containsExactly(expected.stream().mapToInt(i -> i).toArray());
    assertThat(prompt.spans()).isEmpty();
  }

  @Test
  void whatTheModelSaysIsLearned() {
    Lesson lesson =
        encoder.teach(
            List.of(
                Message.user(new Part.Text("hi")),
                Message.model(new Part.Thought("a"), new Part.Text("ok")),
                Message.user(new Part.Text("hi")),
                Message.model(new Part.Text("b"))));
    // user hi model | think a /think ok end | user hi model | b end
    assertThat(lesson.learned())
        .containsExactly(
            false, false, false, true, true, true, true, true, false, false, false, true, true);
    assertThat(lesson.prompt().tokens()[7]).isEqualTo(control("<|end|>"));
  }

  @Test
  void teachingAndAskingShareThePrefix() {
    List<Message> asked =
        List.of(
            Message.user(
                new Part.Text("hi"), new Part.Image(picture(50, 80)), new Part.Audio(sound(5000))));
    List<Message> taught = new ArrayList<>(asked);
    taught.add(Message.model(new Part.Thought("one"), new Part.Text("ok")));
    Prompt prompt = encoder.encode(asked);
    Prompt lesson = encoder.teach(taught).prompt();
    assertThat(Arrays.copyOf(lesson.tokens(), prompt.tokens().length)).isEqualTo(prompt.tokens());
    assertThat(lesson.spans()).hasSameSizeAs(prompt.spans());
    for (int i = 0; i < prompt.spans().size(); i++) {
      assertThat(lesson.spans().get(i)).usingRecursiveComparison().isEqualTo(prompt.spans().get(i));
    }
  }

  @Test
  void aPictureIsSixBySixPatches() {
    Picture picture = picture(96, 96);
    Prompt prompt =
        encoder.encode(List.of(Message.user(new Part.Image(picture), new Part.Text("hi"))));
    assertThat(prompt.tokens()).hasSize(2 + 36 + 2);
    assertThat(prompt.tokens()[1]).isEqualTo(control("<|picture|>"));
    assertThat(Arrays.copyOfRange(prompt.tokens(), 2, 38)).containsOnly(Prompt.MEDIA);
    assertThat(prompt.tokens()[38]).isEqualTo(HI);
    Prompt.Span span = prompt.spans().getFirst();
    assertThat(span.kind()).isEqualTo(Prompt.Kind.PATCHES);
    assertThat(List.of(span.start(), span.rows(), span.columns())).containsExactly(2, 6, 6);
    assertThat(span.features()).hasSize(36 * 768);
    // Patch (row 2, column 5), pixel (x 3, y 7) of it, green.
    assertThat(span.features()[(2 * 6 + 5) * 768 + (7 * 16 + 3) * 3 + 1])
        .isEqualTo(picture.rgb()[((2 * 16 + 7) * 96 + 5 * 16 + 3) * 3 + 1]);
    Prompt wide = encoder.encode(List.of(Message.user(new Part.Image(picture(300, 40)))));
    assertThat(wide.spans().getFirst().features())
        .isEqualTo(PromptEncoder.patches(Pictures.fit(picture(300, 40), 96)));
  }

  @Test
  void soundIsTwelveFramesAPosition() {
    Sound sound = sound(16_000); // 100 frames: 8 positions and 4 frames
    Prompt prompt = encoder.encode(List.of(Message.user(new Part.Audio(sound))));
    assertThat(prompt.tokens()).hasSize(2 + 9 + 1);
    assertThat(prompt.tokens()[1]).isEqualTo(control("<|sound|>"));
    Prompt.Span span = prompt.spans().getFirst();
    assertThat(span.kind()).isEqualTo(Prompt.Kind.SOUND);
    assertThat(List.of(span.start(), span.rows(), span.columns())).containsExactly(2, 9, 1);
    byte[] frames = LogMel.frames(sound, 40);
    assertThat(frames).hasSize(100 * 40);
    assertThat(span.features()).hasSize(9 * 480).startsWith(frames);
    assertThat(Arrays.copyOfRange(span.features(), frames.length, 9 * 480)).containsOnly(0);
    assertThat(encoder.encode(List.of(Message.user(new Part.Audio(sound(0))))).spans()).isEmpty();
  }

  @Test
  void aFilmIsItsFramesAndThenItsSound() {
    List<Film.Frame> frames = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      frames.add(new Film.Frame(i, picture(48 + i, 48)));
    }
    Prompt prompt =
        encoder.encode(List.of(Message.user(new Part.Video(new Film(frames, sound(1600))))));
    assertThat(prompt.tokens()).hasSize(1 + 3 * 10 + 2 + 1);
    for (int i = 0; i < 3; i++) {
      Prompt.Span span = prompt.spans().get(i);
      assertThat(prompt.tokens()[span.start() - 1]).isEqualTo(control("<|frame|>"));
      assertThat(List.of(span.start(), span.rows(), span.columns()))
          .containsExactly(2 + i * 10, 3, 3);
      assertThat(span.features())
          .isEqualTo(PromptEncoder.patches(Pictures.fit(picture(48 + i, 48), 48)));
    }
    assertThat(prompt.tokens()[31]).isEqualTo(control("<|sound|>"));
    assertThat(prompt.spans().get(3).start()).isEqualTo(32);
  }

  @Test
  void longFilmsAreThinnedEvenly() {
    assertThat(PromptEncoder.shown(0)).isEmpty();
    assertThat(PromptEncoder.shown(24)).hasSize(24).isSorted().endsWith(23);
    assertThat(PromptEncoder.shown(47))
        .containsExactly(IntStream.range(0, 24).map(i -> 2 * i).toArray());
    int[] shown = PromptEncoder.shown(1000);
    assertThat(shown).hasSize(24).startsWith(0).endsWith(999);
    for (int i = 1; i < shown.length; i++) {
      assertThat(shown[i] - shown[i - 1]).isBetween(43, 44);
    }
  }

  @Test
  void readingIsTaughtLetterByLetter() {
    Lesson lesson =
        encoder.teach(
            List.of(Message.user(new Part.Text("hi")), Message.model(new Part.Text("hi", true))));
    assertThat(lesson.prompt().tokens())
        .containsExactly(
            control("<|user|>"), HI, control("<|model|>"), 'h', 'i', control("<|end|>"));
  }

  @Test
  void plainTextIsLearnedFromItsSecondToken() {
    Lesson lesson = encoder.teachText("hi!");
    assertThat(lesson.prompt().tokens()).containsExactly(HI, '!', control("<|end|>"));
    assertThat(lesson.learned()).containsExactly(false, true, true);
  }

  @Test
  void whatMakesNoPromptIsRefused() {
    refused(List.of(), "empty");
    refused(List.of(Message.user(new Part.Thought("a"))), "thought");
    refused(List.of(Message.model(new Part.Image(picture(9, 9)))), "media");
    refused(
        List.of(Message.user(new Part.Text("1".repeat(PromptEncoder.MOST_POSITIONS)))),
        "positions");
    refused(List.of(Message.user(new Part.Text("1".repeat(2 << 20)))), "too long");
  }

  private void refused(List<Message> conversation, String because) {
    assertThatThrownBy(() -> encoder.encode(conversation))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(because);
  }
}
