package pollux.model.tokenizer;

/**
 * Which entries of a {@link TextArray} begin at a place of a text: a {@link ByteIndex}, and a bit
 * for the hash of each beginning of each entry, so that a search stops where no entry goes on. (A
 * bit may be set by chance; then the search goes a byte further and finds nothing.) Building it
 * takes a fraction of what a trie takes.
 */
final class PrefixIndex {
  private final TextArray texts;
  private final ByteIndex index;
  private final long[] beginnings;
  private final int shift;
  private int entries;

  /**
   * @param entries how many will be added, at most
   * @param bytes how many bytes they have together, at most
   */
  PrefixIndex(TextArray texts, int entries, long bytes) {
    this.texts = texts;
    index = new ByteIndex(texts, entries);
    int bits = 64 - Long.numberOfLeadingZeros(Math.clamp(bytes, 64, 1L << 27) * 4 - 1);
    beginnings = new long[1 << bits - 6];
    shift = 32 - bits;
  }

  /** One for the entries of {@code texts} that are named. */
  static PrefixIndex of(TextArray texts, int[] ids) {
    long bytes = 0;
    for (int id : ids) {
      bytes += texts.end(id) - texts.start(id);
    }
    PrefixIndex index = new PrefixIndex(texts, ids.length, bytes);
    for (int id : ids) {
      index.add(id);
    }
    return index;
  }

  /** Adds an entry; where one with the same bytes is there already, that one stays. */
  void add(int id) {
    if (texts.end(id) == texts.start(id)) {
      return;
    }
    index.add(id);
    entries++;
    int hash = ByteIndex.SEED;
    for (int i = texts.start(id); i < texts.end(id); i++) {
      hash = ByteIndex.extend(hash, texts.bytes()[i]);
      int bit = bit(hash);
      beginnings[bit >> 6] |= 1L << bit;
    }
  }

  boolean isEmpty() {
    return entries == 0;
  }

  /** Whether an entry may begin with bytes of this hash. */
  boolean goesOn(int hash) {
    int bit = bit(hash);
    return (beginnings[bit >> 6] >>> bit & 1) != 0;
  }

  /** The entry that is exactly these bytes, or -1. */
  int find(byte[] text, int from, int to, int hash) {
    return index.find(text, from, to, hash);
  }

  /** The longest entry that begins at {@code from} and ends by {@code to}, or -1. */
  int longest(byte[] text, int from, int to) {
    int best = -1;
    int hash = ByteIndex.SEED;
    for (int i = from; i < to; i++) {
      hash = ByteIndex.extend(hash, text[i]);
      if (!goesOn(hash)) {
        break;
      }
      int found = index.find(text, from, i + 1, hash);
      if (found >= 0) {
        best = found;
      }
    }
    return best;
  }

  private int bit(int hash) {
    return (hash ^ hash >>> 13) * 0x85EBCA6B >>> shift;
  }
}
