package pollux.model.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * Many short texts, as UTF-8 in one array: a vocabulary of 256k entries takes no 256k objects, and
 * a String is made only of an entry that somebody asks for. Immutable.
 */
public final class TextArray extends AbstractList<String> implements RandomAccess {
  private final byte[] bytes;
  private final int[] starts;
  private final int gap;

  /**
   * @param bytes the texts one behind the other, which nobody changes any more
   * @param starts where each text starts; one more entry says where the next one would
   * @param gap bytes between a text's end and the start of the next
   */
  public TextArray(byte[] bytes, int[] starts, int gap) {
    this.bytes = bytes;
    this.starts = starts;
    this.gap = gap;
  }

  /** The same texts as {@code texts}. */
  public static TextArray of(List<String> texts) {
    if (texts instanceof TextArray array) {
      return array;
    }
    Builder builder = new Builder(texts.size());
    for (String text : texts) {
      builder.add(text.getBytes(StandardCharsets.UTF_8));
    }
    return builder.build();
  }

  @Override
  public String get(int index) {
    Objects.checkIndex(index, size());
    return new String(bytes, start(index), end(index) - start(index), StandardCharsets.UTF_8);
  }

  @Override
  public int size() {
    return starts.length - 1;
  }

  /** The array that holds all texts: not to be changed. */
  byte[] bytes() {
    return bytes;
  }

  /** Where text {@code index} starts in {@link #bytes()}. */
  int start(int index) {
    return starts[index];
  }

  /** Behind the last byte of text {@code index}. */
  int end(int index) {
    return starts[index + 1] - gap;
  }

  byte[] copy(int index) {
    return Arrays.copyOfRange(bytes, start(index), end(index));
  }

  boolean equals(int index, byte[] text, int from, int to) {
    return Arrays.equals(bytes, start(index), end(index), text, from, to);
  }

  /** Collects texts. */
  static final class Builder {
    private byte[] bytes;
    private int[] starts;
    private int size;

    Builder(int capacity) {
      starts = new int[capacity + 1];
      bytes = new byte[capacity * 8 + 16];
    }

    int size() {
      return size;
    }

    void add(byte[] text) {
      add(text, 0, text.length);
    }

    void add(byte[] text, int from, int to) {
      int at = starts[size];
      int end = Math.addExact(at, to - from);
      if (end > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(end, (int) Math.min(bytes.length * 2L, 1 << 30)));
      }
      System.arraycopy(text, from, bytes, at, to - from);
      size++;
      if (size == starts.length) {
        starts = Arrays.copyOf(starts, size * 2);
      }
      starts[size] = end;
    }

    TextArray build() {
      return new TextArray(bytes, Arrays.copyOf(starts, size + 1), 0);
    }
  }
}
