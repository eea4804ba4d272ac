package pollux.cli;

import java.nio.file.Path;
import java.util.List;
import pollux.generation.Answer;
import pollux.generation.AnswerListener;
import pollux.generation.Sampling;
import pollux.model.Message;
import pollux.tensor.BadInputException;

/** An opened model as the commands see it: the engine, or a stand-in of the tests. */
interface Answerer extends AutoCloseable {
  /** Opens the weights that the options name. */
  interface Opener {
    Answerer open(ModelOptions options);
  }

  Answer answer(List<Message> conversation, Sampling sampling, AnswerListener listener);

  /** The tier that answers, e.g. {@code nano}. */
  String tier();

  /** The file that was opened. */
  Path weights();

  @Override
  void close();

  static Answerer open(ModelOptions options) {
    throw new BadInputException("this build of Pollux has no engine yet, so " + options.weights() + " cannot answer");
  }
}
