package pollux.media;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import pollux.tensor.BadInputException;

/** Files from strangers, opened; and what their first bytes say they are. */
final class MediaBytes {
  /** Enough of the beginning to tell the formats apart. */
  static final int HEAD = 4096;

  private MediaBytes() {}

  static InputStream open(Path file) {
    refuseMissing(file);
    try {
      return new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  static byte[] readAll(Path file, int maxBytes) {
    try (InputStream in = open(file)) {
      byte[] bytes = in.readNBytes(maxBytes + 1);
      if (bytes.length > maxBytes) {
        throw new BadInputException(
            "%s: expected a file of at most %,d MB, found %,d MB."
                .formatted(file, maxBytes >> 20, Files.size(file) >> 20));
      }
      return bytes;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  static void refuseMissing(Path file) {
    if (!Files.exists(file)) {
      throw new BadInputException("%s: expected a file, found nothing there.".formatted(file));
    }
    if (Files.isDirectory(file)) {
      throw new BadInputException("%s: expected a file, found a directory.".formatted(file));
    }
  }

  static BadInputException unreadable(Path file, IOException e) {
    return new BadInputException(
        "%s: expected a readable file, found %s.".formatted(file, reason(e)), e);
  }

  /** What went wrong inside a decoder, in a few words of one line. */
  static String reason(Throwable e) {
    String message = e.getMessage();
    if (message == null || message.isBlank()) {
      return e.getClass().getSimpleName();
    }
    String line = message.strip().lines().findFirst().orElse("").strip();
    return line.length() > 120 ? line.substring(0, 120) + "…" : line;
  }

  /** Whether the bytes from {@code at} on are these characters, one byte each. */
  static boolean has(byte[] head, int at, String magic) {
    if (at + magic.length() > head.length) {
      return false;
    }
    for (int i = 0; i < magic.length(); i++) {
      if ((head[at + i] & 255) != magic.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
