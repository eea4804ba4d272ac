package pollux.model.tokenizer;

import java.util.Arrays;

/**
 * A word on its way to tokens: symbols in a row, of which the neighbours with the best priority
 * merge until none may. The pairs wait in a heap, so a word of n symbols takes n log n steps.
 */
final class Symbols {
  /** Where a pair may not merge. */
  static final long NO_MERGE = Long.MAX_VALUE;

  /** Says which neighbours may merge. */
  interface Rule {
    /**
     * Whether the symbols {@code left} and {@code right}, the bytes from {@code from} to {@code
     * to}, may merge: the priority in the upper half (lowest first), the new symbol in the lower;
     * or {@link #NO_MERGE}.
     */
    long merge(int left, int right, byte[] text, int from, int to);
  }

  private int[] ids = new int[64];
  private int[] starts = new int[65];
  private int[] next = new int[64];
  private int[] previous = new int[64];

  /** What the symbol and its right neighbour would make. */
  private long[] pairs = new long[64];

  private int size;
  private long[] heap = new long[64];
  private int waiting;

  void clear() {
    size = 0;
  }

  /** Adds a symbol, which may have no id (a negative one), that starts at {@code start}. */
  void add(int id, int start) {
    if (size == ids.length) {
      int more = size * 2;
      ids = Arrays.copyOf(ids, more);
      starts = Arrays.copyOf(starts, more + 1);
      next = Arrays.copyOf(next, more);
      previous = Arrays.copyOf(previous, more);
      pairs = Arrays.copyOf(pairs, more);
    }
    ids[size] = id;
    starts[size++] = start;
  }

  /**
   * Merges what may merge; the last symbol ends at {@code end}. Equal priorities go from the left.
   */
  void merge(Rule rule, byte[] text, int end) {
    starts[size] = end;
    waiting = 0;
    for (int i = 0; i < size; i++) {
      next[i] = i + 1;
      previous[i] = i - 1;
    }
    for (int i = 0; i < size; i++) {
      offer(rule, text, i);
    }
    while (waiting > 0) {
      long best = poll();
      int left = (int) best;
      if (ids[left] == GONE || pairs[left] >> 32 != best >> 32) {
        continue; // one of the two has merged with another since this was queued
      }
      int right = next[left];
      ids[left] = (int) pairs[left];
      ids[right] = GONE;
      next[left] = next[right];
      if (next[right] < size) {
        previous[next[right]] = left;
      }
      offer(rule, text, left);
      if (previous[left] >= 0) {
        offer(rule, text, previous[left]);
      }
    }
  }

  private static final int GONE = Integer.MIN_VALUE;

  private void offer(Rule rule, byte[] text, int left) {
    int right = next[left];
    long pair =
        right < size
            ? rule.merge(ids[left], ids[right], text, starts[left], starts[next[right]])
            : NO_MERGE;
    pairs[left] = pair;
    if (pair != NO_MERGE) {
      push(pair >> 32 << 32 | left);
    }
  }

  // What is left, from the first symbol (0) over next(…) to size().

  int size() {
    return size;
  }

  int next(int symbol) {
    return next[symbol];
  }

  int id(int symbol) {
    return ids[symbol];
  }

  int start(int symbol) {
    return starts[symbol];
  }

  private void push(long entry) {
    if (waiting == heap.length) {
      heap = Arrays.copyOf(heap, waiting * 2);
    }
    int at = waiting++;
    while (at > 0 && heap[at - 1 >> 1] > entry) {
      heap[at] = heap[at - 1 >> 1];
      at = at - 1 >> 1;
    }
    heap[at] = entry;
  }

  private long poll() {
    long top = heap[0];
    long last = heap[--waiting];
    int at = 0;
    while (true) {
      int child = at * 2 + 1;
      if (child >= waiting) {
        break;
      }
      if (child + 1 < waiting && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= last) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return top;
  }
}
