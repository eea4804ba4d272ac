package pollux.model;

import java.time.Clock;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import pollux.tensor.BadInputException;

/** Lays conversations out with a model's own chat template and tokenizer. */
public final class TemplateEncoder implements ConversationEncoder {
  /** Longer texts are refused before they are cut into tokens. */
  private static final int LONGEST_TEXT = 1 << 22;

  /** Stands around marks; a character for private use, which is taken out of what is given. */
  private static final String VEIL = "\uF8FF";

  /** Marks are characters for private use, too. */
  private static final char FIRST_MARK = '\uE000';

  private static final int MOST_NAMES = 4_000;

  private final ChatLayout layout;
  private final Tokenizer tokenizer;
  private final Clock clock;

  /**
   * @param clock tells the time to templates that print it
   */
  public TemplateEncoder(ChatLayout layout, Tokenizer tokenizer, Clock clock) {
    this.layout = layout;
    this.tokenizer = tokenizer;
    this.clock = clock;
  }

  @Override
  public Prompt encode(List<Message> conversation) {
    List<String> names = new ArrayList<>();
    List<Message> safe = new ArrayList<>();
    for (Message message : conversation) {
      List<Part> parts = new ArrayList<>();
      for (Part part : message.parts()) {
        parts.add(
            switch (part) {
              case Part.Text text -> new Part.Text(veiled(text.text(), names));
              case Part.Thought thought -> new Part.Thought(veiled(thought.text(), names));
              case Part.Image _, Part.Audio _, Part.Video _ ->
                  throw new BadInputException(
                      layout.template().name()
                          + " reads text alone: leave pictures, sound and film out");
            });
      }
      safe.add(new Message(message.role(), parts));
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
    return new Prompt(withBos(unveiled(text, names)), List.of());
  }

  /**
   * What somebody has written, with the names of control tokens in it replaced by marks: else a
   * question could end its own turn and speak as the model.
   */
  private String veiled(String text, List<String> names) {
    String veiled = text.replace(VEIL, "");
    for (int id : tokenizer.encode(veiled, true)) {
      String name = tokenizer.text(id);
      if (tokenizer.isControl(id) && veiled.contains(name) && names.size() < MOST_NAMES) {
        names.add(name);
        veiled = veiled.replace(name, VEIL + (char) (FIRST_MARK + names.size() - 1) + VEIL);
      }
    }
    return veiled;
  }

  /**
   * The ids of a rendered text: the template's control tokens are parsed, the veiled are spelled.
   */
  private int[] unveiled(String text, List<String> names) {
    if (names.isEmpty()) {
      return tokenizer.encode(text, true);
    }
    IntStream.Builder ids = IntStream.builder();
    String[] pieces = text.split(VEIL, -1);
    for (int i = 0; i < pieces.length; i++) {
      String piece = i % 2 == 0 ? pieces[i] : names.get(pieces[i].charAt(0) - FIRST_MARK);
      for (int id : tokenizer.encode(piece, i % 2 == 0)) {
        ids.add(id);
      }
    }
    return ids.build().toArray();
  }

  /** Templates that know the first token print it; for the others it is put before the text. */
  private int[] withBos(int[] ids) {
    int bos = tokenizer.bos().orElse(-1);
    if (!tokenizer.addsBos() || bos < 0 || ids.length > 0 && ids[0] == bos) {
      return ids;
    }
    int[] all = new int[ids.length + 1];
    all[0] = bos;
    System.arraycopy(ids, 0, all, 1, ids.length);
    return all;
  }
}
