package pollux.model.tokenizer;

import java.util.Arrays;
import java.util.List;

/** A set of code points, as a class of a regular expression describes it. Immutable. */
final class CharacterSet {
  /** For code points below 128: one bit each. */
  private final long low;

  private final long high;

  private final Members members;

  private CharacterSet(Members members) {
    this.members = members;
    long l = 0;
    long h = 0;
    for (int c = 0; c < 64; c++) {
      l |= members.has(c) ? 1L << c : 0;
      h |= members.has(c + 64) ? 1L << c : 0;
    }
    low = l;
    high = h;
  }

  /** The members of a set, without the table for ASCII. */
  private interface Members {
    boolean has(int point);
  }

  boolean has(int point) {
    return point < 128 ? ((point < 64 ? low : high) >>> point & 1) != 0 : members.has(point);
  }

  /** The code points from 0 to 63 (64 to 127 when {@code upper}) as bits. */
  long ascii(boolean upper) {
    return upper ? high : low;
  }

  static CharacterSet of(int... points) {
    int[] sorted = points.clone();
    Arrays.sort(sorted);
    return sorted.length == 1
        ? new CharacterSet(c -> c == sorted[0])
        : new CharacterSet(c -> Arrays.binarySearch(sorted, c) >= 0);
  }

  /** The general categories of the mask, as {@link CharacterClass#bits} makes it. */
  static CharacterSet categories(int mask) {
    return new CharacterSet(c -> CharacterClass.in(mask, c));
  }

  static CharacterSet whiteSpace() {
    return new CharacterSet(CharacterClass::isWhiteSpace);
  }

  static CharacterSet script(Character.UnicodeScript script) {
    return new CharacterSet(c -> Character.UnicodeScript.of(c) == script);
  }

  static CharacterSet all() {
    return new CharacterSet(c -> true);
  }

  /**
   * The ranges {@code bounds[0]} to {@code bounds[1]}, {@code bounds[2]} to {@code bounds[3]} and
   * so on, both ends included.
   */
  static CharacterSet ranges(int[] bounds) {
    long[] sorted = new long[bounds.length / 2];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = (long) bounds[i * 2] << 32 | bounds[i * 2 + 1];
    }
    Arrays.sort(sorted);
    // Overlapping ranges become one, so that a search has one place to look.
    int n = 0;
    for (long range : sorted) {
      if (n > 0 && range >>> 32 <= (int) sorted[n - 1] + 1L) {
        int end = Math.max((int) sorted[n - 1], (int) range);
        sorted[n - 1] = sorted[n - 1] & 0xFFFFFFFF_00000000L | end;
      } else {
        sorted[n++] = range;
      }
    }
    long[] joined = Arrays.copyOf(sorted, n);
    return new CharacterSet(c -> {
      int at = Arrays.binarySearch(joined, (long) c << 32 | Integer.MAX_VALUE);
      int range = -at - 2;
      return range >= 0 && c <= (int) joined[range];
    });
  }

  static CharacterSet union(List<CharacterSet> sets) {
    CharacterSet[] all = sets.toArray(new CharacterSet[0]);
    return all.length == 1
        ? all[0]
        : new CharacterSet(c -> {
          for (CharacterSet set : all) {
            if (set.has(c)) {
              return true;
            }
          }
          return false;
        });
  }

  CharacterSet and(CharacterSet other) {
    return new CharacterSet(c -> has(c) && other.has(c));
  }

  CharacterSet not() {
    return new CharacterSet(c -> !has(c));
  }

  /** With each letter, its other cases. */
  CharacterSet foldingCase() {
    return new CharacterSet(c -> has(c) || has(fold(c)) || has(Character.toUpperCase(fold(c))));
  }

  private static int fold(int c) {
    return Character.toLowerCase(Character.toUpperCase(c));
  }
}
