package pollux.generation;

import org.jspecify.annotations.Nullable;
import pollux.model.ControlTokens;
import pollux.model.TokenStream;
import pollux.model.Tokenizer;

/**
 * An answer as it grows: the thought kept apart from the text, both told on in whole characters.
 */
final class Reply {
  private final Tokenizer tokenizer;
  private final AnswerListener listener;
  private final int think;
  private final int thinkEnd;
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder thought = new StringBuilder();
  private boolean thinking;
  private TokenStream stream;
  private int thoughtTokens;
  private int textTokens;

  Reply(Tokenizer tokenizer, AnswerListener listener) {
    this.tokenizer = tokenizer;
    this.listener = listener;
    this.think = tokenizer.control(ControlTokens.THINK);
    this.thinkEnd = tokenizer.control(ControlTokens.THINK_END);
    this.stream = tokenizer.stream();
  }

  /** The next token, not the end mark. */
  void add(int token) {
    boolean mark = token == think || token == thinkEnd;
    if (mark) {
      tell(stream.end());
      stream = tokenizer.stream();
      thinking = token == think;
    }
    if (mark || thinking) {
      thoughtTokens++;
    } else {
      textTokens++;
    }
    tell(stream.next(token));
  }

  /** Nothing comes any more. */
  void end() {
    tell(stream.end());
  }

  private void tell(String piece) {
    if (piece.isEmpty()) {
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
