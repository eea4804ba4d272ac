package pollux.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import pollux.generation.Answer;
import pollux.model.Message;
import pollux.model.Part;
import pollux.tensor.BadInputException;

/** One question, one answer. */
@Command(
    name = "ask",
    description = {
      "Answers a question about text, pictures, sounds and films.",
      "The answer streams to stdout as it is made; everything else goes to stderr."
    },
    footer = {"", "Example: pollux ask --image examples/leaves.png \"How many leaves?\""})
final class AskCommand implements Callable<Integer> {
  @ParentCommand PolluxCommand pollux;

  @Mixin ModelOptions model;

  @Mixin SamplingOptions sampling;

  @Mixin AskedParts asked;

  @Option(
      names = "--show-thoughts",
      description = "Show on stderr what the model notes before it answers.")
  boolean showThoughts;

  @Option(
      names = "--raw",
      description = "Send the text as it is, without a chat template: the model goes on with it.")
  boolean raw;

  @Option(
      names = "--json",
      description =
          "Print one JSON object at the end: text, thought, tier, tokens, timings, seed, SHA-256 of the weights.")
  boolean json;

  @Override
  public Integer call() {
    Streams io = pollux.io();
    Message question = raw ? null : question(io);
    String text = raw ? rawText(io) : "";
    try (Answerer answerer = pollux.opener().open(model)) {
      AnswerPrinter printer = new AnswerPrinter(io, !json, showThoughts);
      Answer answer =
          question == null
              ? answerer.complete(text, sampling.sampling(), printer)
              : answerer.answer(List.of(question), sampling.sampling(), printer);
      printer.end(answer);
      if (json) {
        io.println(AnswerJson.of(answer, answerer, sampling.seed));
      }
    }
    return 0;
  }

  /** What the model is to go on with, to the last space. */
  private String rawText(Streams io) {
    String text = asked.namesWords() ? asked.rawWords() : asked.rawWords() + Question.read(io);
    if (text.isEmpty()) {
      throw new BadInputException(
          "there is no text to go on with: give it as the last argument or on stdin");
    }
    return text;
  }

  /** The parts in the order of the command line; text from stdin comes last. */
  private Message question(Streams io) {
    // A spoken question needs no typed one: a person is not asked for it, but a pipe is read.
    boolean complete = asked.namesWords() || asked.hasSound() && io.typed();
    String typed = complete ? "" : Question.read(io).strip();
    if (typed.isEmpty() && !asked.hasWords() && !asked.hasSound()) {
      throw new BadInputException(
          "the question is empty: give it as the last argument or on stdin, or speak it in a file given with --audio");
    }
    List<Part> parts = new ArrayList<>(asked.read());
    if (!typed.isEmpty()) {
      parts.add(new Part.Text(typed));
    }
    return new Message(Message.Role.USER, parts);
  }
}
