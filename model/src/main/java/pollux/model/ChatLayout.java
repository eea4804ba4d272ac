package pollux.model;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pollux.model.template.ChatTemplate;
import pollux.model.template.Conversation;
import pollux.model.template.Value;
import pollux.tensor.BadInputException;

/**
 * Lays messages out as text with a model's own chat template.
 *
 * <p>Templates differ in what they take: the content of a message as a text, or as a list of typed
 * parts ({@code {"type": "text", "text": …}}, {@code {"type": "image"}}), and a system message or
 * none. What a template takes is found by rendering short conversations with it, as llama.cpp and
 * transformers do. Thoughts of the model become {@code reasoning_content}.
 */
public final class ChatLayout {
  private static final String MARK = "pollux-probe";
  private static final LocalDateTime PROBE_TIME = LocalDateTime.of(2026, 1, 1, 12, 0);

  private final ChatTemplate template;
  private final String bos;
  private final String eos;
  private final boolean takesText;
  private final boolean takesParts;
  private final boolean takesSystem;

  /**
   * @param bos the text of the token that begins a sequence
   * @param eos the text of the token that ends a turn
   */
  public ChatLayout(ChatTemplate template, String bos, String eos) {
    this.template = template;
    this.bos = bos;
    this.eos = eos;
    takesText = shows(List.of(message("user", Value.of(MARK))));
    takesParts = shows(List.of(message("user", Value.list(List.of(textPart(MARK))))));
    Value question = message("user", content("question"));
    takesSystem = shows(List.of(message("system", content(MARK)), question));
  }

  public ChatTemplate template() {
    return template;
  }

  /** Whether the content of a message may be a list of typed parts. */
  public boolean takesParts() {
    return takesParts;
  }

  /** Whether the content of a message may be a text. */
  public boolean takesText() {
    return takesText;
  }

  /**
   * Whether the template knows system messages; where it does not, they are put before the first
   * message of the user.
   */
  public boolean takesSystem() {
    return takesSystem;
  }

  /**
   * The text of {@code messages}.
   *
   * @param open whether the model's turn is opened at the end, for it to answer
   * @param mediaMark the text that stands for a picture, a sound or a film; null to leave it to the
   *     template, which must take typed parts then
   * @param extra further variables of the template
   * @throws BadInputException if the template refuses the messages
   */
  public String render(
      List<Message> messages,
      boolean open,
      @Nullable String mediaMark,
      LocalDateTime now,
      Map<String, Value> extra) {
    List<Value> values = new ArrayList<>();
    List<Part> before = new ArrayList<>();
    for (Message message : messages) {
      if (message.role() == Message.Role.SYSTEM && !takesSystem) {
        before.addAll(message.parts());
        before.add(new Part.Text("\n\n"));
        continue;
      }
      List<Part> parts = new ArrayList<>(message.parts());
      if (message.role() == Message.Role.USER) {
        parts.addAll(0, before);
        before.clear();
      }
      values.add(value(message.role(), parts, mediaMark));
    }
    return template.render(new Conversation(values, null, open, bos, eos, now, extra));
  }

  private Value value(Message.Role role, List<Part> parts, @Nullable String mediaMark) {
    StringBuilder text = new StringBuilder();
    StringBuilder thought = new StringBuilder();
    List<Value> typed = new ArrayList<>();
    boolean media = false;
    for (Part part : parts) {
      switch (part) {
        case Part.Text(String words, boolean _) -> {
          text.append(words);
          typed.add(textPart(words));
        }
        case Part.Thought(String words) -> thought.append(words);
        case Part.Image _, Part.Audio _, Part.Video _ -> {
          media = true;
          text.append(mediaMark == null ? "" : mediaMark);
          typed.add(mediaMark == null ? mediaPart(part) : textPart(mediaMark));
        }
      }
    }
    if (media && mediaMark == null && !takesParts) {
      throw new BadInputException(
          template.name() + ": the chat template has no place for pictures, sounds or films");
    }
    boolean asParts = !takesText || (media && mediaMark == null);
    Value content = asParts && takesParts ? Value.list(typed) : Value.of(text.toString());
    Map<String, Value> message = new LinkedHashMap<>();
    message.put("role", Value.of(name(role)));
    message.put("content", content);
    if (!thought.isEmpty()) {
      message.put("reasoning_content", Value.of(thought.toString()));
    }
    return Value.mapping(message);
  }

  private static String name(Message.Role role) {
    return switch (role) {
      case SYSTEM -> "system";
      case USER -> "user";
      case MODEL -> "assistant";
    };
  }

  private static Value textPart(String text) {
    Map<String, Value> part = new LinkedHashMap<>();
    part.put("type", Value.of("text"));
    part.put("text", Value.of(text));
    return Value.mapping(part);
  }

  private static Value mediaPart(Part part) {
    String type =
        switch (part) {
          case Part.Image _ -> "image";
          case Part.Audio _ -> "audio";
          case Part.Video _ -> "video";
          case Part.Text _, Part.Thought _ -> throw new IllegalArgumentException(part.toString());
        };
    return Value.mapping(Map.of("type", Value.of(type)));
  }

  private Value content(String text) {
    return takesText || !takesParts ? Value.of(text) : Value.list(List.of(textPart(text)));
  }

  private static Value message(String role, Value content) {
    Map<String, Value> message = new LinkedHashMap<>();
    message.put("role", Value.of(role));
    message.put("content", content);
    return Value.mapping(message);
  }

  /** Whether the template renders {@code messages} with the mark as it is, not within a list. */
  private boolean shows(List<Value> messages) {
    try {
      String text =
          template.render(new Conversation(messages, null, true, bos, eos, PROBE_TIME, Map.of()));
      int mark = text.indexOf(MARK);
      return mark >= 0 && !isQuoted(text, mark);
    } catch (BadInputException e) {
      return false;
    }
  }

  /** Whether the mark is within a list that was printed as Python or JSON writes it. */
  private static boolean isQuoted(String text, int mark) {
    String before = text.substring(0, mark);
    return before.endsWith("'text': '")
        || before.endsWith("\"text\": \"")
        || before.endsWith("\"text\":\"");
  }
}
