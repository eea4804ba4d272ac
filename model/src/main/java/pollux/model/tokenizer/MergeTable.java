package pollux.model.tokenizer;

import java.util.Arrays;
import pollux.tensor.BadInputException;

/**
 * The rank of each merge by its two tokens: a hash table with open addressing, tokens and rank in
 * one long, so that a look-up costs one cache line. Filled once, then read by any number of
 * threads.
 */
final class MergeTable {
  /** Bits of a token; the rank takes the rest. */
  private static final int TOKEN_BITS = 21;

  private static final int RANK_BITS = 64 - 2 * TOKEN_BITS;
  private static final long EMPTY = -1;

  /**
   * Slots looked at before a table is refused: chance keeps it below 100 at half load, a file made
   * for the purpose must not make it quadratic.
   */
  static final int LONGEST_PROBE = 1 << 12;

  private final long[] slots;
  private final int shift;

  /**
   * @throws BadInputException when there are more tokens or merges than a slot has bits for
   */
  MergeTable(int tokens, int merges) {
    if (tokens >= 1 << TOKEN_BITS || merges >= 1 << RANK_BITS) {
      throw new BadInputException(
          "%d tokens and %d merges are more than the %d and %d that are supported"
              .formatted(tokens, merges, (1 << TOKEN_BITS) - 1, (1 << RANK_BITS) - 1));
    }
    int capacity = Integer.highestOneBit(Math.max(merges, 4) * 2 - 1) * 2;
    slots = new long[capacity];
    Arrays.fill(slots, EMPTY);
    shift = 64 - Integer.numberOfTrailingZeros(capacity);
  }

  /** Puts a merge in, unless there is one of the same tokens already. */
  void putIfAbsent(int left, int right, int rank) {
    long pair = pair(left, right);
    int slot = slot(pair);
    for (int probe = 0; probe < LONGEST_PROBE; probe++) {
      if (slots[slot] == EMPTY) {
        slots[slot] = pair << RANK_BITS | rank;
        return;
      }
      if (slots[slot] >>> RANK_BITS == pair) {
        return;
      }
      slot = slot + 1 & slots.length - 1;
    }
    throw new BadInputException(
        "its merges collide in the hash table more often than chance allows");
  }

  /** The rank of the merge of two tokens, or -1 where there is none. */
  int rank(int left, int right) {
    long pair = pair(left, right);
    int slot = slot(pair);
    while (true) {
      long found = slots[slot];
      if (found >>> RANK_BITS == pair) {
        return (int) found & (1 << RANK_BITS) - 1;
      }
      if (found == EMPTY) {
        return -1;
      }
      slot = slot + 1 & slots.length - 1;
    }
  }

  private static long pair(int left, int right) {
    return (long) left << TOKEN_BITS | right;
  }

  private int slot(long pair) {
    return (int) (pair * 0x9E3779B97F4A7C15L >>> shift);
  }
}
