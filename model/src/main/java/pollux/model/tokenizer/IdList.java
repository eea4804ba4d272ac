package pollux.model.tokenizer;

import java.util.Arrays;

/** A growing list of ints: ids, or the bounds of pieces of text. */
public final class IdList {
  private int[] ids;
  private int size;

  public IdList(int capacity) {
    ids = new int[Math.max(capacity, 8)];
  }

  public void add(int id) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, size * 2);
    }
    ids[size++] = id;
  }

  void addAll(int[] more) {
    if (size + more.length > ids.length) {
      ids = Arrays.copyOf(ids, Math.max(size * 2, size + more.length));
    }
    System.arraycopy(more, 0, ids, size, more.length);
    size += more.length;
  }

  int get(int index) {
    return ids[index];
  }

  public int size() {
    return size;
  }

  void clear() {
    size = 0;
  }

  /** Drops the entries from {@code length} on. */
  void truncate(int length) {
    size = Math.min(size, length);
  }

  /** Turns the entries from {@code from} on round. */
  void reverse(int from) {
    for (int i = from, j = size - 1; i < j; i++, j--) {
      int id = ids[i];
      ids[i] = ids[j];
      ids[j] = id;
    }
  }

  /** A copy of the entries from {@code from} on. */
  int[] from(int from) {
    return Arrays.copyOfRange(ids, from, size);
  }

  public int[] toArray() {
    return Arrays.copyOf(ids, size);
  }
}
