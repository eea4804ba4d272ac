package pollux.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import pollux.media.Film;
import pollux.media.LogMel;
import pollux.media.Picture;
import pollux.media.Pictures;
import pollux.media.Sound;
import pollux.model.Prompt.Kind;
import pollux.model.Prompt.Span;
import pollux.tensor.BadInputException;

/**
 * Lays conversations out as prompts, the same way for answering and for training:
 *
 * <pre>
 * &lt;|system|> text  &lt;|user|> parts  &lt;|model|> [&lt;|think|> thought &lt;|/think|>] answer &lt;|end|>
 *
 * picture: &lt;|picture|> and 6 x 6 patches of the picture fitted into 96 x 96
 * film:    for each frame &lt;|frame|> and 3 x 3 patches of 48 x 48; then its sound, if any
 * sound:   &lt;|sound|> and a position for each 12 log-mel frames (120 ms), the last padded with 0
 * </pre>
 *
 * Immutable and safe for many threads.
 */
public final class PromptEncoder implements ConversationEncoder {
  /** More than any context; refused before it takes memory. */
  static final int MOST_POSITIONS = 1 << 16;

  /** Longer texts are refused before they are cut into tokens. */
  static final int LONGEST_TEXT = 1 << 20;

  private final Tokenizer tokenizer;

  public PromptEncoder(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  public Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public Prompt encode(List<Message> conversation) {
    Layout layout = layOut(conversation);
    layout.control(ControlTokens.MODEL, false);
    return layout.prompt();
  }

  /**
   * The conversation, with the marks of what the model says in it: its thoughts, its answers and
   * the control tokens that it sets itself.
   */
  public Lesson teach(List<Message> conversation) {
    return layOut(conversation).lesson();
  }

  /** Plain text to be learned from its second token to the {@code <|end|>} behind it. */
  public Lesson teachText(String text) {
    Layout layout = new Layout();
    layout.text(new Part.Text(text), true);
    layout.control(ControlTokens.END, true);
    layout.learned.clear(0); // nothing stands before it to predict it from
    return layout.lesson();
  }

  private Layout layOut(List<Message> conversation) {
    if (conversation.isEmpty()) {
      throw new BadInputException("The conversation is empty; expected at least one message.");
    }
    Layout layout = new Layout();
    for (Message message : conversation) {
      switch (message.role()) {
        case SYSTEM -> {
          layout.control(ControlTokens.SYSTEM, false);
          given(layout, message);
        }
        case USER -> {
          layout.control(ControlTokens.USER, false);
          given(layout, message);
        }
        case MODEL -> {
          layout.control(ControlTokens.MODEL, false);
          said(layout, message);
          layout.control(ControlTokens.END, true);
        }
      }
    }
    return layout;
  }

  private static void given(Layout layout, Message message) {
    for (Part part : message.parts()) {
      switch (part) {
        case Part.Text text -> layout.text(text, false);
        case Part.Image(Picture picture) ->
            layout.picture(ControlTokens.PICTURE, picture, MediaFrontEnd.PICTURE_SIDE);
        case Part.Audio(Sound sound) -> layout.sound(sound);
        case Part.Video(Film film) -> layout.film(film);
        case Part.Thought _ ->
            throw new BadInputException(
                "A message of the "
                    + message.role()
                    + " holds a thought; expected thoughts in those of the MODEL only.");
      }
    }
  }

  private static void said(Layout layout, Message message) {
    for (Part part : message.parts()) {
      switch (part) {
        case Part.Text text -> layout.text(text, true);
        case Part.Thought(String thought) -> {
          layout.control(ControlTokens.THINK, true);
          layout.text(new Part.Text(thought), true);
          layout.control(ControlTokens.THINK_END, true);
        }
        case Part.Image _, Part.Audio _, Part.Video _ ->
            throw new BadInputException(
                "A message of the MODEL holds media; expected texts and thoughts only.");
      }
    }
  }

  /** The bytes of a picture's patches, row by row; within a patch rows of R, G, B. */
  static byte[] patches(Picture square) {
    int patch = MediaFrontEnd.PATCH;
    int grid = square.width() / patch;
    byte[] features = new byte[grid * grid * MediaFrontEnd.PATCH_BYTES];
    int to = 0;
    for (int row = 0; row < grid; row++) {
      for (int column = 0; column < grid; column++) {
        for (int y = 0; y < patch; y++) {
          int from = ((row * patch + y) * square.width() + column * patch) * 3;
          System.arraycopy(square.rgb(), from, features, to, patch * 3);
          to += patch * 3;
        }
      }
    }
    return features;
  }

  /**
   * Which of {@code frames} frames are shown: all, or {@link MediaFrontEnd#MAX_FRAMES} spread
   * evenly, first and last included.
   */
  static int[] shown(int frames) {
    int n = Math.min(frames, MediaFrontEnd.MAX_FRAMES);
    int[] shown = new int[n];
    for (int i = 0; i < n; i++) {
      shown[i] = n == frames ? i : (int) (((long) i * (frames - 1) + (n - 1) / 2) / (n - 1));
    }
    return shown;
  }

  /** Positions as they grow. */
  private final class Layout {
    private int[] tokens = new int[256];
    private int size;
    private final BitSet learned = new BitSet();
    private final List<Span> spans = new ArrayList<>();

    void control(String name, boolean learn) {
      reserve(1);
      learned.set(size, learn);
      tokens[size++] = tokenizer.control(name);
    }

    void text(Part.Text part, boolean learn) {
      if (part.text().length() > LONGEST_TEXT) {
        throw new BadInputException(
            "A text of "
                + part.text().length()
                + " characters is too long; expected at most "
                + LONGEST_TEXT
                + ".");
      }
      int[] ids = part.spelled() ? tokenizer.spell(part.text()) : tokenizer.encode(part.text());
      reserve(ids.length);
      System.arraycopy(ids, 0, tokens, size, ids.length);
      learned.set(size, size + ids.length, learn);
      size += ids.length;
    }

    void picture(String opening, Picture picture, int side) {
      int grid = side / MediaFrontEnd.PATCH;
      control(opening, false);
      reserve(grid * grid);
      media(Kind.PATCHES, grid, grid, patches(Pictures.fit(picture, side)));
    }

    void film(Film film) {
      for (int i : shown(film.frames().size())) {
        picture(ControlTokens.FRAME, film.frames().get(i).picture(), MediaFrontEnd.FRAME_SIDE);
      }
      Sound sound = film.sound();
      if (sound != null) {
        sound(sound);
      }
    }

    void sound(Sound sound) {
      control(ControlTokens.SOUND, false);
      int frames = LogMel.count(sound.samples().length);
      int positions = Math.ceilDiv(frames, MediaFrontEnd.FRAMES_PER_POSITION);
      reserve(positions);
      if (positions > 0) {
        byte[] bytes = LogMel.frames(sound, MediaFrontEnd.MEL_BANDS);
        media(
            Kind.SOUND, positions, 1, Arrays.copyOf(bytes, positions * MediaFrontEnd.SOUND_BYTES));
      }
    }

    private void media(Kind kind, int rows, int columns, byte[] features) {
      spans.add(new Span(kind, size, rows, columns, features));
      Arrays.fill(tokens, size, size + rows * columns, Prompt.MEDIA);
      size += rows * columns;
    }

    private void reserve(int more) {
      if (more > MOST_POSITIONS - size) {
        throw new BadInputException(
            "The conversation takes more than "
                + MOST_POSITIONS
                + " positions; shorten it or leave media out.");
      }
      if (size + more > tokens.length) {
        tokens = Arrays.copyOf(tokens, Math.max(size + more, tokens.length * 2));
      }
    }

    Prompt prompt() {
      return new Prompt(Arrays.copyOf(tokens, size), spans);
    }

    Lesson lesson() {
      boolean[] marks = new boolean[size];
      for (int i = 0; i < size; i++) {
        marks[i] = learned.get(i);
      }
      return new Lesson(prompt(), marks);
    }
  }
}
