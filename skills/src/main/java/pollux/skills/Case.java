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
 * @param spelled whether the answer is taught letter by letter
 */
public record Case(
    long seed, List<Part> question, @Nullable String thought, String answer, boolean spelled) {
  public Case {
    question = List.copyOf(question);
  }

  /** A case whose answer is taught in whole tokens. */
  public Case(long seed, List<Part> question, @Nullable String thought, String answer) {
    this(seed, question, thought, answer, false);
  }

  /** The conversation that training learns from. */
  public List<Message> conversation() {
    Part text = new Part.Text(answer, spelled);
    Message reply =
        thought == null ? Message.model(text) : Message.model(new Part.Thought(thought), text);
    return List.of(new Message(Message.Role.USER, question), reply);
  }
}
