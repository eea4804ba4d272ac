package pollux.cli;

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
    footer = {
      "",
      "Example: pollux ask --image examples/leaves.png \"How many leaves?\"",
      "         pollux ask -m model.gguf --projector mmproj.gguf --image cat.png \"What is it?\""
    })
final class AskCommand implements Callable<Integer> {
  @ParentCommand PolluxCommand pollux;

  @Mixin SeeingOptions model;

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
    List<Part> parts = raw ? rawParts(io) : question(io);
    try (Answerer answerer = pollux.opener().open(model)) {
      AnswerPrinter printer = new AnswerPrinter(io, !json, showThoughts);
      Answer answer =
          raw
              ? answerer.complete(parts, sampling.sampling(), printer)
              : answerer.answer(
                  List.of(new Message(Message.Role.USER, parts)), sampling.sampling(), printer);
      printer.end(answer);
      if (json) {
        io.println(AnswerJson.of(answer, answerer, sampling.seed));
      }
    }
    return 0;
  }

  /** What the model is to go on with, to the last space; text from stdin comes last. */
  private List<Part> rawParts(Streams io) {
    List<Part> parts = asked.read(false);
    if (!asked.namesWords()) {
      parts.add(new Part.Text(Question.read(io)));
    }
    if (parts.stream().allMatch(part -> part instanceof Part.Text text && text.text().isEmpty())) {
      throw new BadInputException(
          "there is no text to go on with: give it as the last argument or on stdin");
    }
    return parts;
  }

  /** The parts in the order of the command line; text from stdin comes last. */
  private List<Part> question(Streams io) {
    // A spoken question needs no typed one: a person is not asked for it, but a pipe is read.
    boolean complete = asked.namesWords() || asked.hasSound() && io.typed();
    String typed = complete ? "" : Question.read(io).strip();
    if (typed.isEmpty() && !asked.hasWords() && !asked.hasSound()) {
      throw new BadInputException(
          "the question is empty: give it as the last argument or on stdin, or speak it in a file given with --audio");
    }
    List<Part> parts = asked.read(true);
    if (!typed.isEmpty()) {
      parts.add(new Part.Text(typed));
    }
    return parts;
  }
}
