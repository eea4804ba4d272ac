package pollux.model;

import java.util.List;
import pollux.tensor.BadInputException;

/** Lays conversations out as a decoder reads them. Immutable and safe for many threads. */
public interface ConversationEncoder {
  /**
   * The conversation, and the opening of the model's turn: what comes next is its answer.
   *
   * @throws BadInputException if the model has no place for something in it
   */
  Prompt encode(List<Message> conversation);
}
