package pollux.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import pollux.evaluation.Perplexity;
import pollux.generation.Engine;
import pollux.tensor.BadInputException;

/** How surprised a model is by a text. */
@Command(
    name = "perplexity",
    description = {
      "Measures how surprised a model is by a text file, as llama-perplexity does: windows of the context's length,",
      "the second half of each scored. Lower is better; figures of different vocabularies cannot be compared."
    },
    footer = {"", "Example: pollux perplexity -m model.gguf text.txt"})
final class PerplexityCommand implements Callable<Integer> {
  private static final long LONGEST_TEXT = 256L << 20;

  @ParentCommand PolluxCommand pollux;

  @Mixin ModelOptions model;

  @Parameters(paramLabel = "TEXT", description = "A text file, UTF-8.")
  Path text = Path.of("");

  @Option(
      names = {"-c", "--context"},
      paramLabel = "N",
      defaultValue = "512",
      description = "Tokens of a window (default: ${DEFAULT-VALUE}).")
  int context = 512;

  @Override
  public Integer call() {
    String words = read();
    ProgressLine progress = new ProgressLine(pollux.io());
    try (Engine engine = Engine.open(model.weights(), model.engine())) {
      Perplexity result =
          Perplexity.measure(
              engine,
              words,
              context,
              soFar ->
                  progress.accept(
                      String.format(
                          Locale.ROOT,
                          "%.4f after %d tokens",
                          soFar.perplexity(),
                          soFar.tokens())));
      progress.end();
      pollux
          .io()
          .println(
              String.format(
                  Locale.ROOT,
                  "perplexity %.4f +/- %.4f, %d tokens scored",
                  result.perplexity(),
                  result.deviation(),
                  result.tokens()));
    } finally {
      progress.end();
    }
    return 0;
  }

  private String read() {
    try {
      if (!Files.isRegularFile(text)) {
        throw new BadInputException("there is no text file " + text + ": name one to measure");
      }
      if (Files.size(text) > LONGEST_TEXT) {
        throw new BadInputException(
            text + " has " + Files.size(text) + " bytes, at most " + LONGEST_TEXT + " are read");
      }
      return Files.readString(text);
    } catch (CharacterCodingException e) {
      throw new BadInputException(text + " is not UTF-8: convert it first", e);
    } catch (IOException e) {
      throw new BadInputException("the text " + text + " cannot be read: " + e.getMessage(), e);
    }
  }
}
