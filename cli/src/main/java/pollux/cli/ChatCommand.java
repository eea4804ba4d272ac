package pollux.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** A conversation. */
@Command(
    name = "chat",
    description = {
      "Talks in turns. Lines are edited and remembered at a terminal, and read one by one elsewhere.",
      "/image FILE, /audio FILE and /video FILE add to the next turn; /new starts over; /help lists all."
    })
final class ChatCommand implements Callable<Integer> {
  @ParentCommand PolluxCommand pollux;

  @Mixin SeeingOptions model;

  @Mixin SamplingOptions sampling;

  @Option(
      names = "--show-thoughts",
      description = "Show on stderr what the model notes before it answers.")
  boolean showThoughts;

  @Override
  public Integer call() throws Exception {
    Streams io = pollux.io();
    try (Answerer answerer = pollux.opener().open(model);
        ChatLines lines =
            io.typed()
                ? new TerminalLines(Home.state().resolve("history"))
                : new PlainLines(io.in())) {
      new ChatSession(answerer, sampling.sampling(), io, showThoughts).run(lines);
    }
    return 0;
  }
}
