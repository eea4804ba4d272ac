package pollux.training;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import pollux.model.Lesson;
import pollux.model.Message;
import pollux.model.Part;
import pollux.model.PromptEncoder;

/** A piece of a text source that is learned as a whole. */
public sealed interface Passage {
  /** Code points from here on are Chinese characters and marks, or as rare and long as they. */
  int FIRST_CHINESE = 0x2E80;

  /** Running text; every token is learned. */
  record Plain(String text) implements Passage {}

  /** A conversation; what the model says is learned. */
  record Talk(List<Message> messages) implements Passage {
    public Talk {
      messages = List.copyOf(messages);
    }

    /** A question and its answer. */
    static Talk of(String question, String answer) {
      return new Talk(
          List.of(Message.user(new Part.Text(question)), Message.model(new Part.Text(answer))));
    }
  }

  /** What training reads, and where its loss stands. */
  default Lesson lesson(PromptEncoder encoder) {
    return switch (this) {
      case Plain(String text) -> encoder.teachText(text);
      case Talk(List<Message> messages) -> encoder.teach(messages);
    };
  }

  /** All its texts in order. */
  default List<String> texts() {
    return switch (this) {
      case Plain(String text) -> List.of(text);
      case Talk(List<Message> messages) -> messages.stream().flatMap(Passage::texts).toList();
    };
  }

  /** UTF-8 bytes of what is learned, the unit under a loss in bits per byte. */
  default long learnedBytes() {
    Stream<String> learned =
        switch (this) {
          case Plain(String text) -> Stream.of(text);
          case Talk(List<Message> messages) ->
              messages.stream().filter(m -> m.role() == Message.Role.MODEL).flatMap(Passage::texts);
        };
    return learned.mapToLong(t -> t.getBytes(StandardCharsets.UTF_8).length).sum();
  }

  /**
   * About how many tokens {@code text} takes, before there is a tokenizer: a Chinese character one,
   * other writing one for three and a half characters.
   */
  static double tokens(String text) {
    return text.codePoints().mapToDouble(c -> c < FIRST_CHINESE ? 1 / 3.5 : 1).sum();
  }

  private static Stream<String> texts(Message message) {
    return message.parts().stream()
        .map(part ->
            switch (part) {
              case Part.Text text -> text.text();
              case Part.Thought(String thought) -> thought;
              case Part.Image _, Part.Audio _, Part.Video _ -> "";
            });
  }
}
