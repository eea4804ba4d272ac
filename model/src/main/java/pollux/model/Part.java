package pollux.model;

import pollux.media.Film;
import pollux.media.Picture;
import pollux.media.Sound;

/** A piece of a message. Parts keep the order in which they were given. */
public sealed interface Part {
  /**
   * @param spelled whether each character is a token of its own; training teaches reading so,
   *     letter by letter
   */
  record Text(String text, boolean spelled) implements Part {
    public Text(String text) {
      this(text, false);
    }
  }

  record Image(Picture picture) implements Part {}

  record Audio(Sound sound) implements Part {}

  record Video(Film film) implements Part {}

  /** What the model notes for itself before it answers; shown apart from the answer. */
  record Thought(String text) implements Part {}
}
