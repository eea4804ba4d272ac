package pollux.cli;

import java.util.ArrayList;
import java.util.List;
import pollux.generation.Answer;
import pollux.generation.AnswerListener;
import pollux.generation.Sampling;
import pollux.model.Message;
import pollux.model.Part;

/** Stands in for a model: thinks "hm", says the last text back, and remembers what it was asked. */
final class Parrot implements Answerer {
  final List<List<Message>> asked = new ArrayList<>();
  final List<Sampling> samplings = new ArrayList<>();
  Answer.Stop stop = Answer.Stop.END;

  @Override
  public Answer answer(List<Message> conversation, Sampling sampling, AnswerListener listener) {
    asked.add(conversation);
    samplings.add(sampling);
    String said = "";
    for (Part part : conversation.getLast().parts()) {
      if (part instanceof Part.Text text) {
        said = text.text();
      }
    }
    if (said.equals("fail")) {
      throw new IllegalStateException("the parrot\nflew away");
    }
    listener.thought("hm");
    for (String word : said.split("(?<= )")) {
      listener.text(word);
    }
    return new Answer(said, "hm", 5, 1, said.length(), new Answer.Timings(0.25, 0.125, 1), stop);
  }

  @Override
  public Answer complete(List<Part> parts, Sampling sampling, AnswerListener listener) {
    String text = ((Part.Text) parts.getLast()).text();
    listener.text(text + text);
    return new Answer(
        text + text, null, 5, 0, text.length(), new Answer.Timings(0.25, 0.125, 1), stop);
  }

  @Override
  public String tier() {
    return "nano";
  }

  @Override
  public String sha256() {
    return "ba78";
  }

  @Override
  public void close() {}
}
