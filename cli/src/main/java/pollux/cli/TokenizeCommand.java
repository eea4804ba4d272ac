package pollux.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import pollux.model.Tokenizer;
import pollux.tensor.BadInputException;

/** Text to token ids, and back. */
@Command(
    name = "tokenize",
    description = {
      "Reads a text from stdin and prints its token ids on one line,",
      "or reads ids and prints their text."
    },
    footer = {"", "Example: echo -n \"How are you?\" | pollux tokenize -m model.gguf"})
final class TokenizeCommand implements Callable<Integer> {
  private static final int MOST_BYTES = 64 << 20;

  @ParentCommand PolluxCommand pollux;

  @Option(
      names = {"-m", "--model"},
      paramLabel = "FILE",
      description = "A GGUF file, or a folder with tokenizer.json (default: the shipped family).")
  Path model = Home.weights();

  @Option(names = "--decode", description = "Read ids between spaces, print the text.")
  boolean decode;

  @Option(
      names = "--no-special",
      description = {
        "Leave out what the model expects before and behind a text,",
        "and take names of control tokens in the text for text."
      })
  boolean noSpecial;

  @Override
  public Integer call() {
    if (!Files.exists(model)) {
      throw new BadInputException(
          "there is no " + model + ": name a GGUF file or a folder with tokenizer.json with -m");
    }
    Tokenizer tokenizer = Tokenizer.open(model);
    String text = read(pollux.io());
    if (decode) {
      int[] ids =
          Arrays.stream(text.strip().split("\\s+", -1))
              .filter(word -> !word.isEmpty())
              .mapToInt(word -> id(word, tokenizer.size()))
              .toArray();
      pollux.io().print(tokenizer.decode(ids, !noSpecial));
      return 0;
    }
    int[] ids = noSpecial ? tokenizer.encode(text) : tokenizer.encodeWhole(text, true);
    pollux
        .io()
        .println(Arrays.stream(ids).mapToObj(Integer::toString).collect(Collectors.joining(" ")));
    return 0;
  }

  private static int id(String word, int size) {
    try {
      int id = Integer.parseInt(word);
      if (id >= 0 && id < size) {
        return id;
      }
    } catch (NumberFormatException e) {
      // falls to the error below
    }
    throw new BadInputException(
        "'" + word + "' is no token: expected ids from 0 to " + (size - 1) + " between spaces");
  }

  private static String read(Streams io) {
    try {
      byte[] bytes = io.in().readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new BadInputException(
            "the text on stdin must be at most " + MOST_BYTES + " bytes long: cut it in parts");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new BadInputException("stdin cannot be read: " + e.getMessage(), e);
    }
  }
}
