package pollux.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import pollux.model.Part;
import pollux.tensor.BadInputException;

/** Media from files, as parts of a message. */
final class MediaFiles {
  private MediaFiles() {}

  static Part picture(Path file) {
    throw unread(file);
  }

  static Part sound(Path file) {
    throw unread(file);
  }

  static Part film(Path file) {
    throw unread(file);
  }

  private static BadInputException unread(Path file) {
    return new BadInputException(
        Files.exists(file) ? "this build cannot read " + file + " yet" : "there is no file " + file);
  }
}
