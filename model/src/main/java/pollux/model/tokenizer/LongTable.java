package pollux.model.tokenizer;

import pollux.tensor.BadInputException;

/**
 * A hash table from long to long with open addressing: keys and values side by side in one array,
 * so that a look-up costs one cache line. Filled once, then read by any number of threads.
 */
final class LongTable {
  /** What {@link #get} gives where there is no entry; no value may be negative. */
  static final long NONE = -1;

  private static final long EMPTY = -1;

  /**
   * Entries looked at before a table is refused: chance keeps it below 100 at half load, a file
   * made for the purpose must not make it quadratic.
   */
  private static final int LONGEST_PROBE = 1 << 12;

  private final long[] slots;
  private final int mask;
  private final int shift;

  LongTable(int entries) {
    int capacity = Integer.highestOneBit(Math.max(entries, 4) * 2 - 1) * 2;
    slots = new long[capacity * 2];
    java.util.Arrays.fill(slots, EMPTY);
    mask = capacity - 1;
    shift = 64 - Integer.numberOfTrailingZeros(capacity);
  }

  /** Puts a value from 0 on in, unless the key, from 0 on, has one already. */
  void putIfAbsent(long key, long value) {
    int slot = slot(key);
    for (int probe = 0; probe < LONGEST_PROBE; probe++) {
      long found = slots[slot * 2];
      if (found == EMPTY) {
        slots[slot * 2] = key;
        slots[slot * 2 + 1] = value;
        return;
      }
      if (found == key) {
        return;
      }
      slot = slot + 1 & mask;
    }
    throw new BadInputException(
        "its merges collide in the hash table more often than chance allows");
  }

  long get(long key) {
    int slot = slot(key);
    while (true) {
      long found = slots[slot * 2];
      if (found == key) {
        return slots[slot * 2 + 1];
      }
      if (found == EMPTY) {
        return NONE;
      }
      slot = slot + 1 & mask;
    }
  }

  private int slot(long key) {
    return (int) ((key ^ key >>> 32) * 0x9E3779B97F4A7C15L >>> shift);
  }
}
