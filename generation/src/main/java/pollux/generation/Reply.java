package pollux.generation;

import org.jspecify.annotations.Nullable;
import pollux.model.TokenStream;
import pollux.model.Tokenizer;

/**
 * An answer as it grows: the thought kept apart from the text, both told on in whole characters.
 */
final class Reply {
  /** The channel whose messages are the answer. */
  private static final String FINAL = "final";

  private final Tokenizer tokenizer;
  private final ThoughtMarks marks;
  private final AnswerListener listener;
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder thought = new StringBuilder();

  /** The name of the channel that is being opened; null where a message goes on. */
  private @Nullable StringBuilder head;

  private boolean thinking;
  private TokenStream stream;
  private int thoughtTokens;
  private int textTokens;

  /**
   * @param stream that decodes the first tokens
   * @param thinking whether the prompt has opened a thought
   */
  Reply(
      Tokenizer tokenizer,
      TokenStream stream,
      ThoughtMarks marks,
      boolean thinking,
      AnswerListener listener) {
    this.tokenizer = tokenizer;
    this.marks = marks;
    this.thinking = thinking;
    this.listener = listener;
    this.stream = stream;
  }

  /** The next token, not the end mark. */
  void add(int token) {
    if (mark(token)) {
      thoughtTokens++;
      return;
    }
    if (head != null) {
      head.append(stream.next(token));
      thoughtTokens++;
      return;
    }
    if (thinking) {
      thoughtTokens++;
    } else {
      textTokens++;
    }
    tell(stream.next(token));
  }

  /** Whether {@code token} says where a thought begins or ends, which is done. */
  private boolean mark(int token) {
    switch (marks) {
      case ThoughtMarks.None _ -> {
        return false;
      }
      case ThoughtMarks.Tags(int open, int close) -> {
        if (token != open && token != close) {
          return false;
        }
        cut();
        thinking = token == open;
      }
      case ThoughtMarks.Channels(int start, int channel, int message, int end) -> {
        if (token == start || token == channel) {
          cut();
          head = new StringBuilder();
        } else if (token == message) {
          String name = (head == null ? "" : head.toString()) + stream.end();
          stream = tokenizer.continuation();
          head = null;
          thinking = !name.strip().startsWith(FINAL);
        } else if (token == end) {
          cut();
        } else {
          return false;
        }
      }
    }
    return true;
  }

  private void cut() {
    tell(stream.end());
    stream = tokenizer.continuation();
  }

  /** Nothing comes any more. */
  void end() {
    tell(stream.end());
  }

  private void tell(String piece) {
    if (piece.isEmpty() || head != null) {
      return;
    }
    (thinking ? thought : text).append(piece);
    if (thinking) {
      listener.thought(piece);
    } else {
      listener.text(piece);
    }
  }

  String text() {
    return text.toString();
  }

  /** Null where the model noted nothing. */
  @Nullable String thought() {
    return thoughtTokens == 0 ? null : thought.toString();
  }

  int thoughtTokens() {
    return thoughtTokens;
  }

  int textTokens() {
    return textTokens;
  }

  /** Tokens so far. */
  int size() {
    return thoughtTokens + textTokens;
  }
}
