package pollux.model.tokenizer;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The ids of words met before. A word has one slot, and takes it from the word that was there:
 * memory is bounded, and no thread waits. (An entry is a record, whose final fields any thread sees
 * whole.)
 */
final class WordCache {
  /** 32k words: what a text of some megabytes repeats. */
  private static final int SLOTS = 1 << 15;

  /** Longer words seldom come twice. */
  private static final int LONGEST = 48;

  private final @Nullable Entry[] entries = new @Nullable Entry[SLOTS];

  private record Entry(byte[] word, int[] ids) {}

  /** Adds the ids of a word that is known; false when it is not. */
  boolean copy(byte[] text, int from, int to, IdList out) {
    if (to - from > LONGEST) {
      return false;
    }
    Entry entry = entries[slot(text, from, to)];
    if (entry == null || !Arrays.equals(entry.word, 0, entry.word.length, text, from, to)) {
      return false;
    }
    if (entry.ids.length == 1) {
      out.add(entry.ids[0]);
    } else {
      out.addAll(entry.ids);
    }
    return true;
  }

  void put(byte[] text, int from, int to, int[] ids) {
    if (to - from <= LONGEST) {
      entries[slot(text, from, to)] = new Entry(Arrays.copyOfRange(text, from, to), ids);
    }
  }

  private static int slot(byte[] text, int from, int to) {
    int hash = ByteIndex.hash(text, from, to);
    return (hash ^ hash >>> 15) * 0x9E3779B1 >>> 32 - 15;
  }
}
