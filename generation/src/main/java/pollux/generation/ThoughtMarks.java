package pollux.generation;

import java.util.OptionalInt;
import pollux.model.ControlTokens;
import pollux.model.Tokenizer;

/** The tokens by which a family keeps its thoughts apart from its answer. */
sealed interface ThoughtMarks {
  /** It thinks aloud or not at all. */
  record None() implements ThoughtMarks {}

  /** A thought stands between two tokens, as in {@code <think>…</think>}. */
  record Tags(int open, int close) implements ThoughtMarks {}

  /**
   * Each piece has a head that names its channel, {@code <|channel|>analysis<|message|>…<|end|>}
   * (OpenAI's harmony format): what is not in the channel {@code final} is a thought.
   */
  record Channels(int start, int channel, int message, int end) implements ThoughtMarks {}

  /** What {@code tokenizer} has tokens for. */
  static ThoughtMarks of(Tokenizer tokenizer) {
    OptionalInt channel = tokenizer.find("<|channel|>");
    OptionalInt message = tokenizer.find("<|message|>");
    OptionalInt start = tokenizer.find("<|start|>");
    OptionalInt end = tokenizer.find("<|end|>");
    if (channel.isPresent() && message.isPresent() && start.isPresent() && end.isPresent()) {
      return new Channels(start.getAsInt(), channel.getAsInt(), message.getAsInt(), end.getAsInt());
    }
    String[][] tags = {
      {ControlTokens.THINK, ControlTokens.THINK_END},
      {"<think>", "</think>"},
      {"[THINK]", "[/THINK]"},
      {"<seed:think>", "</seed:think>"}
    };
    for (String[] pair : tags) {
      OptionalInt open = tokenizer.find(pair[0]);
      OptionalInt close = tokenizer.find(pair[1]);
      if (open.isPresent() && close.isPresent()) {
        return new Tags(open.getAsInt(), close.getAsInt());
      }
    }
    return new None();
  }

  /** Whether an answer to {@code prompt} begins within a thought that the prompt has opened. */
  default boolean opened(int[] prompt) {
    if (this instanceof Tags(int open, int close)) {
      for (int i = prompt.length - 1; i >= 0; i--) {
        if (prompt[i] == close) {
          return false;
        }
        if (prompt[i] == open) {
          return true;
        }
      }
    }
    return false;
  }
}
