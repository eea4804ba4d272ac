package pollux.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import pollux.tensor.BadInputException;

/** A question from stdin. */
final class Question {
  /** Far more than any context holds; a stream without an end stops here. */
  private static final int MAX_BYTES = 1 << 20;

  private Question() {}

  /** All of stdin, as UTF-8. */
  static String read(Streams io) {
    if (io.typed()) {
      io.err().println("The question, then Ctrl-D on a line of its own:");
    }
    byte[] bytes;
    try {
      bytes = io.in().readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (bytes.length > MAX_BYTES) {
      throw new BadInputException(
          "the question on stdin must be at most 1 MiB of text: shorten it");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new BadInputException(
          "the question on stdin must be UTF-8 text; give other media with --image, --audio or --video",
          e);
    }
  }
}
