package pollux.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import pollux.model.Part;

/**
 * Media and words in the order in which the command line gives them. picocli keeps an order within
 * one option only, so all of them add to one list as they are read.
 */
final class AskedParts {
  /** One thing on the command line. */
  sealed interface Given {
    record Image(Path file) implements Given {}

    record Audio(Path file) implements Given {}

    record Video(Path file) implements Given {}

    record Words(String text) implements Given {}
  }

  private final List<Given> given = new ArrayList<>();

  @Option(
      names = "--image",
      paramLabel = "FILE",
      parameterConsumer = Consumer.class,
      description = "A picture: PNG, JPEG, GIF, BMP, WebP or SVG.")
  private List<Path> images = List.of();

  @Option(
      names = "--audio",
      paramLabel = "FILE",
      parameterConsumer = Consumer.class,
      description = "A sound: WAV, FLAC, MP3 or Ogg Vorbis.")
  private List<Path> sounds = List.of();

  @Option(
      names = "--video",
      paramLabel = "FILE",
      parameterConsumer = Consumer.class,
      description = "A film: MP4 (H.264), animated GIF or WebP, or a folder of frames.")
  private List<Path> films = List.of();

  @Parameters(
      arity = "0..*",
      paramLabel = "QUESTION",
      parameterConsumer = Consumer.class,
      description =
          "The question; read from stdin where it is not given. Files and words keep their order.")
  private List<String> words = List.of();

  List<Given> given() {
    return given;
  }

  boolean hasWords() {
    return given.stream().anyMatch(g -> g instanceof Given.Words(String text) && !text.isBlank());
  }

  /** Whether the command line has words, be they blank. */
  boolean namesWords() {
    return given.stream().anyMatch(Given.Words.class::isInstance);
  }

  boolean hasSound() {
    return given.stream().anyMatch(g -> g instanceof Given.Audio || g instanceof Given.Video);
  }

  /**
   * Reads the files.
   *
   * @param strip whether blanks around words go, and blank words with them
   */
  List<Part> read(boolean strip) {
    List<Part> parts = new ArrayList<>();
    for (Given one : given) {
      switch (one) {
        case Given.Image(Path file) -> parts.add(MediaFiles.picture(file));
        case Given.Audio(Path file) -> parts.add(MediaFiles.sound(file));
        case Given.Video(Path file) -> parts.add(MediaFiles.film(file));
        case Given.Words(String text) -> {
          if (!strip || !text.isBlank()) {
            parts.add(new Part.Text(strip ? text.strip() : text));
          }
        }
      }
    }
    return parts;
  }

  private void add(String name, String value) {
    switch (name) {
      case "--image" -> given.add(new Given.Image(Path.of(value)));
      case "--audio" -> given.add(new Given.Audio(Path.of(value)));
      case "--video" -> given.add(new Given.Video(Path.of(value)));
      default -> {
        // Words without quotes around them are one question.
        if (!given.isEmpty() && given.getLast() instanceof Given.Words(String before)) {
          given.set(given.size() - 1, new Given.Words(before + " " + value));
        } else {
          given.add(new Given.Words(value));
        }
      }
    }
  }

  /** Hears of each argument when picocli comes to it. */
  static final class Consumer implements IParameterConsumer {
    @Override
    public void consumeParameters(Stack<String> args, ArgSpec argument, CommandSpec command) {
      String name = argument instanceof OptionSpec option ? option.longestName() : "";
      if (args.isEmpty()) {
        throw new ParameterException(
            command.commandLine(), "Missing required parameter for option '" + name + "' (FILE)");
      }
      AskedParts parts = ((AskCommand) command.userObject()).asked;
      try {
        parts.add(name, args.pop());
      } catch (InvalidPathException e) {
        throw new ParameterException(
            command.commandLine(),
            name + " needs a file name, and got one that cannot be: " + e.getMessage());
      }
    }
  }
}
