package pollux.model.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import pollux.tensor.BadInputException;

/**
 * The normalisation of a SentencePiece model ({@code precompiled_charsmap}): which beginnings of a
 * text are replaced by what. A double array of 32-bit entries (Kanda et al., "Space- and
 * time-efficient string dictionaries", 2018), then the replacements, each with a zero at its end.
 */
final class Charsmap {
  /** A replacement is a few bytes long; a file made for the purpose must not make gigabytes. */
  private static final long MOST_GROWTH = 32;

  private final int[] entries;
  private final byte[] replacements;

  /** How many bytes of the text are replaced, and by which of the replacements. */
  private record Match(int length, int from, int to) {}

  Charsmap(byte[] blob) {
    ByteBuffer in = ByteBuffer.wrap(blob).order(ByteOrder.LITTLE_ENDIAN);
    long bytes = blob.length < 4 ? -1 : Integer.toUnsignedLong(in.getInt());
    if (bytes < 0 || bytes + 4 >= blob.length || bytes % 4 != 0) {
      throw new BadInputException(
          "the precompiled charsmap of " + blob.length + " bytes cannot have a table of " + bytes);
    }
    entries = new int[(int) bytes / 4];
    in.asIntBuffer().get(entries);
    replacements = Arrays.copyOfRange(blob, (int) bytes + 4, blob.length);
    if (replacements[replacements.length - 1] != 0) {
      throw new BadInputException("the precompiled charsmap ends within a replacement");
    }
  }

  /** The longest beginning of the text from {@code from} on that is replaced, or null. */
  private @Nullable Match longest(byte[] text, int from, int to) {
    Match best = null;
    int node = base(entry(0));
    for (int at = from; at < to && text[at] != 0; at++) {
      node ^= text[at] & 0xFF;
      int entry = entry(node);
      if ((entry & 0x800000FF) != (text[at] & 0xFF)) {
        break; // not a child of the node before
      }
      node ^= base(entry);
      if ((entry >>> 8 & 1) != 0) {
        int start = entry(node) & Integer.MAX_VALUE;
        if (start >= replacements.length) {
          throw new BadInputException(
              "the precompiled charsmap points to a replacement at " + start + ", behind its end");
        }
        int end = start;
        while (replacements[end] != 0) {
          end++;
        }
        best = new Match(at + 1 - from, start, end);
      }
    }
    return best;
  }

  /** Replaces all that it knows in {@code text}. */
  byte[] apply(byte[] text, boolean first) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length + 16);
    for (int at = 0; at < text.length; ) {
      Match match = longest(text, at, text.length);
      int length = match == null ? CodePoints.length(text[at]) : match.length();
      int end = Math.min(text.length, at + length);
      if (match == null) {
        out.write(text, at, end - at);
      } else {
        out.write(replacements, match.from(), match.to() - match.from());
      }
      if (out.size() > MOST_GROWTH * text.length + 1024) {
        throw new BadInputException(
            "the precompiled charsmap makes a text more than " + MOST_GROWTH + " times longer");
      }
      at = end;
    }
    return out.toByteArray();
  }

  private int entry(int node) {
    if (node < 0 || node >= entries.length) {
      throw new BadInputException(
          "the precompiled charsmap points to entry "
              + Integer.toUnsignedString(node)
              + " of "
              + entries.length);
    }
    return entries[node];
  }

  private static int base(int entry) {
    return entry >>> 10 << ((entry & 1 << 9) >>> 6);
  }
}
