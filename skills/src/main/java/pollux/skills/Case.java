package pollux.skills;

import java.util.List;
import org.jspecify.annotations.Nullable;
import pollux.model.Message;
import pollux.model.Part;

/**
 * One question with its exact ground truth.
 *
 * @param seed as {@link Split#caseSeed} made it; the case can be drawn again from it alone
 * @param question what the user sends, in order
 * @param thought what a careful model would note before answering (positions of things counted,
 *     directions of rays, digits from the right), taught in training, never shown to the checker
 * @param answer a right answer, as training teaches it
 */
public record Case(long seed, List<Part> question, @Nullable String thought, String answer) {
  public Case {
    question = List.copyOf(question);
  }

  /** The conversation that training learns from; {@code spelled} teaches the answer letter by letter. */
  public List<Message> conversation(boolean spelled) {
    Part text = new Part.Text(answer, spelled);
    Message reply =
        thought == null ? Message.model(text) : Message.model(new Part.Thought(thought), text);
    return List.of(new Message(Message.Role.USER, question), reply);
  }
}
