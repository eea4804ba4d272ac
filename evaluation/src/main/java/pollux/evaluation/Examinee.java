package pollux.evaluation;

import java.util.List;
import pollux.generation.AnswerListener;
import pollux.generation.Engine;
import pollux.generation.Sampling;
import pollux.model.Message;

/**
 * Who is asked: an engine, or a stand-in of the tests. One examinee is asked by one thread at a
 * time.
 */
@FunctionalInterface
public interface Examinee {
  /** The visible answer, without thoughts, of at most {@code maxTokens} tokens in all. */
  String answer(List<Message> conversation, int maxTokens);

  /** {@code engine}, which takes the likeliest token each time. */
  static Examinee of(Engine engine) {
    return (conversation, maxTokens) ->
        engine.answer(conversation, new Sampling(0, 1, maxTokens, 0), AnswerListener.SILENT).text();
  }
}
