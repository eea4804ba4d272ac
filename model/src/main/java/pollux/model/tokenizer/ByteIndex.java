package pollux.model.tokenizer;

import pollux.tensor.BadInputException;

/**
 * Finds an entry of a {@link TextArray} by its bytes: open addressing, the hash beside the entry,
 * no object for each. Filled once, then read by any number of threads.
 */
final class ByteIndex {
  /** The hash of no bytes at all: what {@link #extend} starts from. */
  static final int SEED = 0x811C9DC5;

  private static final int PRIME = 0x01000193;

  /** As in {@link MergeTable}. */
  private static final int LONGEST_PROBE = MergeTable.LONGEST_PROBE;

  private final TextArray texts;

  /** The hash in the upper half, the entry + 1 in the lower; 0 where empty. */
  private final long[] slots;

  private final int shift;
  private int longest;

  ByteIndex(TextArray texts, int entries) {
    this.texts = texts;
    int capacity = Integer.highestOneBit(Math.max(entries, 4) * 2 - 1) * 2;
    slots = new long[capacity];
    shift = 32 - Integer.numberOfTrailingZeros(capacity);
  }

  /** The hash of some bytes and {@code next} (FNV-1a). */
  static int extend(int hash, byte next) {
    return (hash ^ next & 0xFF) * PRIME;
  }

  static int hash(byte[] text, int from, int to) {
    int hash = SEED;
    for (int i = from; i < to; i++) {
      hash = (hash ^ text[i] & 0xFF) * PRIME;
    }
    return hash;
  }

  /** The number of bytes of the longest entry. */
  int longest() {
    return longest;
  }

  /** Puts entry {@code id} in, unless one with the same bytes is there: then gives that one. */
  int add(int id) {
    int from = texts.start(id);
    int to = texts.end(id);
    int hash = hash(texts.bytes(), from, to);
    int slot = slot(hash);
    for (int probe = 0; probe < LONGEST_PROBE; probe++) {
      long found = slots[slot];
      if (found == 0) {
        slots[slot] = (long) hash << 32 | id + 1L;
        longest = Math.max(longest, to - from);
        return id;
      }
      if ((int) (found >>> 32) == hash && texts.equals((int) found - 1, texts.bytes(), from, to)) {
        return (int) found - 1;
      }
      slot = slot + 1 & slots.length - 1;
    }
    throw new BadInputException(
        "its tokens collide in the hash table more often than chance allows");
  }

  /** The entry with these bytes, or -1. */
  int find(byte[] text, int from, int to) {
    return to - from > longest ? -1 : find(text, from, to, hash(text, from, to));
  }

  /** As {@link #find(byte[], int, int)}, where the hash is known. */
  int find(byte[] text, int from, int to, int hash) {
    int slot = slot(hash);
    while (true) {
      long found = slots[slot];
      if (found == 0) {
        return -1;
      }
      if ((int) (found >>> 32) == hash && texts.equals((int) found - 1, text, from, to)) {
        return (int) found - 1;
      }
      slot = slot + 1 & slots.length - 1;
    }
  }

  /** FNV's low bits are the better mixed ones; a multiplication brings all into the upper. */
  private int slot(int hash) {
    return (hash ^ hash >>> 15) * 0x9E3779B1 >>> shift;
  }
}
