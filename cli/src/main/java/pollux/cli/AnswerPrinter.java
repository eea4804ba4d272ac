package pollux.cli;

import pollux.generation.Answer;
import pollux.generation.AnswerListener;

/** Shows an answer as it grows: its text on stdout, its thought on stderr if asked for. */
final class AnswerPrinter implements AnswerListener {
  private static final String DIM = "\033[2m";
  private static final String PLAIN = "\033[0m";

  private final Streams io;
  private final boolean showText;
  private final boolean showThoughts;
  private boolean inThought;
  private boolean lineOpen;

  AnswerPrinter(Streams io, boolean showText, boolean showThoughts) {
    this.io = io;
    this.showText = showText;
    this.showThoughts = showThoughts;
  }

  @Override
  public void thought(String piece) {
    if (!showThoughts) {
      return;
    }
    if (!inThought && io.seen()) {
      io.err().print(DIM);
    }
    inThought = true;
    io.err().print(piece);
    io.err().flush();
  }

  @Override
  public void text(String piece) {
    endThought();
    if (showText && !piece.isEmpty()) {
      io.print(piece);
      lineOpen = !piece.endsWith("\n");
    }
  }

  /** Ends the line, and says so if the answer was cut off. */
  void end(Answer answer) {
    endThought();
    if (lineOpen) {
      io.println("");
      lineOpen = false;
    }
    switch (answer.stop()) {
      case END -> {}
      case LENGTH -> io.err().println("pollux: the answer was cut off at --max-tokens");
      case CONTEXT ->
          io.err().println("pollux: the answer was cut off, as the model's context is full");
    }
  }

  private void endThought() {
    if (inThought) {
      io.err().println(io.seen() ? PLAIN : "");
      inThought = false;
    }
  }
}
