package pollux.cli;

import java.util.List;
import pollux.generation.Answer;
import pollux.generation.AnswerListener;
import pollux.generation.Engine;
import pollux.generation.Sampling;
import pollux.model.Message;
import pollux.model.Part;

/** An opened model as the commands see it: the engine, or a stand-in of the tests. */
interface Answerer extends AutoCloseable {
  /** Opens the weights that the options name. */
  interface Opener {
    Answerer open(ModelOptions options);
  }

  Answer answer(List<Message> conversation, Sampling sampling, AnswerListener listener);

  /** Goes on with texts, pictures and sounds as they are. */
  Answer complete(List<Part> parts, Sampling sampling, AnswerListener listener);

  /** The tier that answers, e.g. {@code nano}. */
  String tier();

  /** The SHA-256 of the weights in lower-case hexadecimal; reads all of them. */
  String sha256();

  @Override
  void close();

  /** The engine over the weights that {@code options} name. */
  static Answerer open(ModelOptions options) {
    Engine engine = Engine.open(options.weights(), options.engine(null));
    return new Answerer() {
      @Override
      public Answer answer(List<Message> conversation, Sampling sampling, AnswerListener listener) {
        return engine.answer(conversation, sampling, listener);
      }

      @Override
      public Answer complete(List<Part> parts, Sampling sampling, AnswerListener listener) {
        return engine.complete(parts, sampling, listener);
      }

      @Override
      public String tier() {
        return engine.tier().label();
      }

      @Override
      public String sha256() {
        return engine.sha256();
      }

      @Override
      public void close() {
        engine.close();
      }
    };
  }
}
