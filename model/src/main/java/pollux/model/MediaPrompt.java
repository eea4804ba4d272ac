package pollux.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pollux.tensor.BadInputException;

/**
 * Lays token ids and media one behind the other, as llama.cpp's mtmd does: the control tokens
 * around a medium are encoded as texts of their own.
 */
public final class MediaPrompt {
  /** More than any context; refused before it takes memory. */
  private static final int MOST_POSITIONS = 1 << 22;

  /** Token ids of a text, control tokens among them, nothing added at its ends. */
  public interface TextEncoder {
    int[] encode(String text);
  }

  private final TextEncoder encoder;
  private final List<Prompt.Embeddings> embeddings = new ArrayList<>();
  private int[] tokens = new int[256];
  private int size;

  public MediaPrompt(TextEncoder encoder) {
    this.encoder = encoder;
  }

  /**
   * {@code parts} as they are, without a template, and the marks at both ends that the model
   * expects.
   *
   * @param media null for a model that reads text alone
   */
  public static Prompt of(List<Part> parts, Tokenizer tokenizer, @Nullable MediaReader media) {
    MediaPrompt prompt = new MediaPrompt(text -> tokenizer.encode(text, true));
    prompt.add(tokenizer.before());
    for (Part part : parts) {
      switch (part) {
        case Part.Text text -> prompt.add(text.text());
        case Part.Thought thought -> prompt.add(thought.text());
        case Part.Image _, Part.Audio _, Part.Video _ -> {
          if (media == null) {
            throw new BadInputException(MediaReader.NONE);
          }
          prompt.add(media.read(part));
        }
      }
    }
    return prompt.add(tokenizer.behind()).prompt();
  }

  /** Adds token ids. */
  public MediaPrompt add(int... ids) {
    reserve(ids.length);
    System.arraycopy(ids, 0, tokens, size, ids.length);
    size += ids.length;
    return this;
  }

  /** Adds a text. */
  public MediaPrompt add(String text) {
    return text.isEmpty() ? this : add(encoder.encode(text));
  }

  /** Adds a picture or a sound, with the control tokens around it. */
  public MediaPrompt add(Media media) {
    add(media.before());
    for (Prompt.Embeddings piece : media.pieces()) {
      reserve(piece.positions());
      embeddings.add(piece.at(size));
      Arrays.fill(tokens, size, size + piece.positions(), Prompt.MEDIA);
      size += piece.positions();
    }
    return add(media.after());
  }

  /** Whether nothing was added yet. */
  boolean isEmpty() {
    return size == 0;
  }

  /** What was added. */
  public Prompt prompt() {
    return new Prompt(Arrays.copyOf(tokens, size), List.of(), embeddings);
  }

  private void reserve(int more) {
    if (more > MOST_POSITIONS - size) {
      throw new BadInputException(
          "The prompt takes more than "
              + MOST_POSITIONS
              + " positions; shorten it or leave media out.");
    }
    if (size + more > tokens.length) {
      tokens = Arrays.copyOf(tokens, Math.max(size + more, tokens.length * 2));
    }
  }
}
