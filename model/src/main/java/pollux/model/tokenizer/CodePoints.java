package pollux.model.tokenizer;

/** A stretch of UTF-8 as code points, and where each starts. */
final class CodePoints {
  private final int[] points;
  private final int[] starts;
  private final int size;

  /** The code points of {@code utf8}, which is well-formed, from {@code from} to {@code to}. */
  CodePoints(byte[] utf8, int from, int to) {
    points = new int[to - from];
    starts = new int[to - from + 1];
    int n = 0;
    for (int at = from; at < to; ) {
      starts[n] = at;
      int lead = utf8[at];
      int length = length(utf8[at]);
      if (lead >= 0) {
        points[n] = lead;
      } else if (at + length > to) {
        points[n] = 0xFFFD; // only where somebody cut within a character
        length = to - at;
      } else {
        points[n] = decode(utf8, at, length);
      }
      at += length;
      n++;
    }
    starts[n] = to;
    size = n;
  }

  /** How many bytes the character takes that starts with {@code lead}. */
  static int length(byte lead) {
    int b = lead & 0xFF;
    return b < 0xC0 ? 1 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
  }

  private static int decode(byte[] utf8, int at, int length) {
    int point = utf8[at] & (length == 1 ? 0xFF : 0x7F >> length);
    for (int i = 1; i < length; i++) {
      point = point << 6 | utf8[at + i] & 0x3F;
    }
    return Math.min(point, Character.MAX_CODE_POINT);
  }

  int size() {
    return size;
  }

  /** The code points; entries from {@link #size()} on have no meaning. */
  int[] points() {
    return points;
  }

  /** The byte at which code point {@code index} starts, or the end for {@code size()}. */
  int start(int index) {
    return starts[index];
  }
}
