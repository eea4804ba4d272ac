package pollux.model;

import java.time.Clock;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pollux.tensor.BadInputException;

/**
 * Lays conversations out with a model's own chat template and tokenizer. Pictures and sounds stand
 * where the template puts the words around them, with the control tokens of their encoder, as
 * llama.cpp's mtmd lays them out.
 */
public final class TemplateEncoder implements ConversationEncoder {
  /** Longer texts are refused before they are cut into tokens. */
  private static final int LONGEST_TEXT = 1 << 22;

  /** Stands around marks: no character, so that no text misses it when it is taken out. */
  private static final char VEIL = '\uFDD0';

  /** Marks are characters for private use. */
  private static final char FIRST_MARK = '\uE000';

  private static final int MARK_LENGTH = 3;
  private static final int MOST_MARKS = 4_000;

  private final ChatLayout layout;
  private final Tokenizer tokenizer;
  private final Clock clock;
  private final @Nullable MediaReader media;

  /**
   * @param clock tells the time to templates that print it
   * @param media null for a model that reads text alone
   */
  public TemplateEncoder(
      ChatLayout layout, Tokenizer tokenizer, Clock clock, @Nullable MediaReader media) {
    this.layout = layout;
    this.tokenizer = tokenizer;
    this.clock = clock;
    this.media = media;
  }

  @Override
  public Prompt encode(List<Message> conversation) {
    Veiled veiled = new Veiled();
    List<Message> safe = new ArrayList<>();
    for (Message message : conversation) {
      safe.add(new Message(message.role(), veiled.parts(message.parts())));
    }
    String text = layout.render(safe, true, null, LocalDateTime.now(clock), Map.of());
    if (text.length() > LONGEST_TEXT) {
      throw new BadInputException(
          "the conversation has "
              + text.length()
              + " characters, at most "
              + LONGEST_TEXT
              + " are read: shorten it");
    }
    return veiled.lay(text);
  }

  /** What the template is not to see, and stands in its text as marks. */
  private final class Veiled {
    /** Names of control tokens that somebody wrote ({@link String}), and {@link Part}s. */
    private final List<Object> hidden = new ArrayList<>();

    /**
     * What the template sees of {@code parts}. Text around a picture or sound is one with its mark:
     * a template may trim each text, or write something between two.
     */
    List<Part> parts(List<Part> parts) {
      int before = hidden.size();
      List<Part> seen = new ArrayList<>();
      StringBuilder text = new StringBuilder();
      for (Part part : parts) {
        Part words = part(part);
        seen.add(words);
        text.append(words instanceof Part.Text(String own, boolean _) ? own : "");
      }
      if (hidden.stream().skip(before).anyMatch(Part.class::isInstance)) {
        seen.removeIf(Part.Text.class::isInstance);
        seen.add(new Part.Text(text.toString()));
      }
      return seen;
    }

    private Part part(Part part) {
      return switch (part) {
        case Part.Text text -> new Part.Text(words(text.text()));
        case Part.Thought thought -> new Part.Thought(words(thought.text()));
        case Part.Image _, Part.Audio _, Part.Video _ -> {
          if (media == null) {
            throw new BadInputException(layout.template().name() + ": " + MediaReader.NONE);
          }
          hidden.add(part);
          yield new Part.Text(mark(hidden.size() - 1));
        }
      };
    }

    /**
     * What somebody has written, with the names of control tokens in it replaced by marks: else a
     * question could end its own turn and speak as the model.
     */
    private String words(String text) {
      String veiled = text.replace(Character.toString(VEIL), "");
      BitSet met = new BitSet(); // each is replaced wherever it is, once
      for (int id : tokenizer.encode(veiled, true)) {
        if (tokenizer.isControl(id) && !met.get(id)) {
          met.set(id);
          String name = tokenizer.text(id);
          int index = hidden.indexOf(name);
          if (index < 0) {
            index = hidden.size();
            hidden.add(name);
          }
          veiled = veiled.replace(name, mark(index));
        }
      }
      return veiled;
    }

    private String mark(int index) {
      if (index >= MOST_MARKS) {
        throw new BadInputException(
            "the conversation holds more than "
                + MOST_MARKS
                + " pictures, sounds and names of control tokens: shorten it");
      }
      return "" + VEIL + (char) (FIRST_MARK + index) + VEIL;
    }

    /**
     * A rendered text as the decoder reads it: the template's control tokens are parsed, hidden
     * ones are spelled, pictures and sounds are encoded.
     */
    Prompt lay(String text) {
      requireEachOnce(text);
      MediaPrompt prompt = new MediaPrompt(words -> tokenizer.encode(words, true));
      int from = 0;
      for (int at = next(text, 0); at >= 0; at = next(text, from)) {
        int index = index(text, at);
        begin(prompt, text.substring(from, at));
        switch (hidden.get(index)) {
          case Part part when media != null -> prompt.add(media.read(part));
          case Object name -> prompt.add(tokenizer.encode(name.toString(), false));
        }
        from = at + MARK_LENGTH;
      }
      begin(prompt, text.substring(from));
      return prompt.prompt();
    }

    /** Where the next mark that stands for something begins, from {@code from} on; -1 for none. */
    private int next(String text, int from) {
      int at = text.indexOf(VEIL, from);
      while (at >= 0 && index(text, at) < 0) {
        at = text.indexOf(VEIL, at + 1); // the template's own
      }
      return at;
    }

    /** What the mark at {@code at} stands for; -1 for nothing. */
    private int index(String text, int at) {
      boolean closed = at + 2 < text.length() && text.charAt(at + 2) == VEIL;
      int index = closed ? text.charAt(at + 1) - FIRST_MARK : -1;
      return index < hidden.size() ? index : -1;
    }

    /** Refuses a template that hides or repeats media, before they are encoded. */
    private void requireEachOnce(String text) {
      int[] shown = new int[hidden.size()];
      for (int at = next(text, 0); at >= 0; at = next(text, at + MARK_LENGTH)) {
        shown[index(text, at)]++;
      }
      for (int i = 0; i < shown.length; i++) {
        if (hidden.get(i) instanceof Part && shown[i] != 1) {
          throw new BadInputException(
              layout.template().name()
                  + ": the chat template shows a picture or sound of the conversation "
                  + shown[i]
                  + " times, expected once: do without the template, with --raw on the command"
                  + " line");
        }
      }
    }

    /** Templates that know the first token print it; for the others it is put before the text. */
    private void begin(MediaPrompt prompt, String text) {
      int[] ids = text.isEmpty() ? new int[0] : tokenizer.encode(text, true);
      int bos = tokenizer.bos().orElse(-1);
      boolean first = prompt.isEmpty() && tokenizer.addsBos() && bos >= 0;
      if (first && (ids.length == 0 || ids[0] != bos)) {
        prompt.add(bos);
      }
      prompt.add(ids);
    }
  }
}
