package pollux.model.tokenizer;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The printable form of bytes in which byte-level vocabularies are written down (that of GPT-2):
 * printable Latin-1 bytes stand for themselves, the others follow from U+0100 on in their order.
 */
public final class ByteLevel {
  private static final char[] CHAR_OF_BYTE = new char[256];

  /** By character; -1 where no byte has that form. */
  private static final short[] BYTE_OF_CHAR = new short[0x100 + 68];

  static {
    Arrays.fill(BYTE_OF_CHAR, (short) -1);
    int next = 0x100;
    for (int b = 0; b < 256; b++) {
      boolean printable = b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE;
      CHAR_OF_BYTE[b] = (char) (printable ? b : next++);
      BYTE_OF_CHAR[CHAR_OF_BYTE[b]] = (short) b;
    }
  }

  private ByteLevel() {}

  /** The printable form: one character for each byte. */
  public static String toText(byte[] bytes) {
    char[] chars = new char[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      chars[i] = CHAR_OF_BYTE[bytes[i] & 0xFF];
    }
    return new String(chars);
  }

  /** The bytes behind a printable form, or null when {@code text} is none. */
  public static byte @Nullable [] toBytes(String text) {
    byte[] bytes = new byte[text.length()];
    for (int i = 0; i < bytes.length; i++) {
      char c = text.charAt(i);
      if (c >= BYTE_OF_CHAR.length || BYTE_OF_CHAR[c] < 0) {
        return null;
      }
      bytes[i] = (byte) BYTE_OF_CHAR[c];
    }
    return bytes;
  }

  /**
   * The bytes behind a printable form that is given as UTF-8.
   *
   * @return how many bytes were written to {@code out} from {@code at} on; -1 when the text is no
   *     such form
   */
  static int decode(byte[] text, int from, int to, byte[] out, int at) {
    int n = at;
    for (int i = from; i < to; i++) {
      int c = text[i];
      if (c < 0) {
        // All forms above ASCII have two bytes: they end before U+0180.
        if ((c & 0xE0) != 0xC0 || i + 1 == to) {
          return -1;
        }
        c = (c & 0x1F) << 6 | text[++i] & 0x3F;
      }
      if (c >= BYTE_OF_CHAR.length || BYTE_OF_CHAR[c] < 0) {
        return -1;
      }
      out[n++] = (byte) BYTE_OF_CHAR[c];
    }
    return n - at;
  }
}
