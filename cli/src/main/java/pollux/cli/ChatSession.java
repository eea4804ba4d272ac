package pollux.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import pollux.generation.Answer;
import pollux.generation.AnswerListener;
import pollux.generation.Sampling;
import pollux.model.Message;
import pollux.model.Part;
import pollux.tensor.BadInputException;

/** The turns of one conversation, and the commands between them. */
final class ChatSession {
  private static final String HELP =
      """
      /image FILE   add a picture to the next turn
      /audio FILE   add a sound
      /video FILE   add a film
      /new          forget the conversation
      /exit         leave (so does Ctrl-D)
      An empty line sends what was added alone. Ctrl-C stops an answer.\
      """;

  private final Answerer answerer;
  private final Sampling sampling;
  private final Streams io;
  private final boolean showThoughts;
  private final List<Message> conversation = new ArrayList<>();
  private final List<Part> added = new ArrayList<>();
  private volatile boolean stopped;

  ChatSession(Answerer answerer, Sampling sampling, Streams io, boolean showThoughts) {
    this.answerer = answerer;
    this.sampling = sampling;
    this.io = io;
    this.showThoughts = showThoughts;
  }

  /** Talks until the lines end. */
  void run(ChatLines lines) throws IOException {
    if (io.typed()) {
      io.err()
          .println(
              "Pollux " + answerer.tier() + ". /help lists what else can be typed; Ctrl-D leaves.");
    }
    for (String line = lines.next(); line != null; line = lines.next()) {
      String text = line.strip();
      if (text.equals("/exit") || text.equals("/quit")) {
        return;
      }
      try {
        if (text.startsWith("/")) {
          command(text);
        } else if (!text.isEmpty() || !added.isEmpty()) {
          turn(text, lines);
        }
      } catch (BadInputException e) { // a conversation goes on after a wrong file name
        if (!io.typed()) {
          throw e;
        }
        io.err().println("pollux: " + e.getMessage());
      }
    }
  }

  private void command(String line) {
    int space = line.indexOf(' ');
    String name = space < 0 ? line : line.substring(0, space);
    String argument = space < 0 ? "" : line.substring(space + 1).strip();
    switch (name) {
      case "/image" -> added.add(MediaFiles.picture(file(name, argument)));
      case "/audio" -> added.add(MediaFiles.sound(file(name, argument)));
      case "/video" -> added.add(MediaFiles.film(file(name, argument)));
      case "/new" -> {
        conversation.clear();
        added.clear();
      }
      case "/help" -> io.err().println(HELP);
      default ->
          throw new BadInputException(name + " is not a command of the chat: /help lists them");
    }
  }

  private static Path file(String command, String argument) {
    if (argument.isEmpty()) {
      throw new BadInputException(command + " needs a file, as in " + command + " FILE");
    }
    return Path.of(argument);
  }

  private void turn(String text, ChatLines lines) {
    List<Part> parts = new ArrayList<>(added);
    if (!text.isEmpty()) {
      parts.add(new Part.Text(text));
    }
    conversation.add(new Message(Message.Role.USER, parts));
    added.clear();
    stopped = false;
    AnswerPrinter printer = new AnswerPrinter(io, true, showThoughts);
    StoppableListener listener = new StoppableListener(printer);
    boolean answered = false;
    try {
      lines.whileAnswering(
          () -> {
            Answer answer = answerer.answer(List.copyOf(conversation), sampling, listener);
            printer.end(answer);
            conversation.add(reply(answer.thought(), answer.text()));
          },
          () -> stopped = true);
      answered = true;
    } catch (CancellationException e) { // Ctrl-C: what was said so far stands
      io.println("");
      conversation.add(reply(null, listener.text.toString()));
      answered = true;
    } finally {
      if (!answered) {
        conversation.removeLast();
      }
    }
  }

  private static Message reply(@Nullable String thought, String text) {
    return thought == null
        ? Message.model(new Part.Text(text))
        : Message.model(new Part.Thought(thought), new Part.Text(text));
  }

  /** Passes an answer on until Ctrl-C; then ends it from inside. */
  private final class StoppableListener implements AnswerListener {
    private final AnswerPrinter printer;
    private final StringBuilder text = new StringBuilder();

    StoppableListener(AnswerPrinter printer) {
      this.printer = printer;
    }

    @Override
    public void thought(String piece) {
      check();
      printer.thought(piece);
    }

    @Override
    public void text(String piece) {
      check();
      text.append(piece);
      printer.text(piece);
    }

    private void check() {
      if (stopped) {
        throw new CancellationException("stopped by Ctrl-C");
      }
    }
  }
}
