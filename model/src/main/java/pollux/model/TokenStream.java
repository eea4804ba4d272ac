package pollux.model;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Text out of tokens as they come. A token may end within a character; the bytes wait here until
 * the rest has come. All pieces together are what {@link Tokenizer#decode} makes of all tokens.
 */
public final class TokenStream {
  private final Tokenizer tokenizer;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);

  /** Bytes of a character that is not complete: three at most. */
  private byte[] waiting = new byte[0];

  /** Whether the text is still to begin. */
  private boolean first;

  TokenStream(Tokenizer tokenizer, boolean first) {
    this.tokenizer = tokenizer;
    this.first = first;
  }

  /** The text that {@code id} completes, often the token's own, sometimes none. */
  public String next(int id) {
    byte[] bytes = tokenizer.bytes(id, first);
    first &= tokenizer.isControl(id);
    return decode(bytes, false);
  }

  /** What is left at the end: U+FFFD for a character that was never completed, or nothing. */
  public String end() {
    return decode(new byte[0], true);
  }

  private String decode(byte[] more, boolean end) {
    byte[] all = Arrays.copyOf(waiting, waiting.length + more.length);
    System.arraycopy(more, 0, all, waiting.length, more.length);
    ByteBuffer in = ByteBuffer.wrap(all);
    CharBuffer out = CharBuffer.allocate(all.length + 1);
    decoder.reset();
    decoder.decode(in, out, end);
    if (end) {
      decoder.flush(out);
    }
    waiting = Arrays.copyOfRange(all, in.position(), all.length);
    return out.flip().toString();
  }
}
