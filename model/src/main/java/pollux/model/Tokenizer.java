package pollux.model;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import pollux.tensor.BadInputException;

/**
 * Byte-level byte-pair encoding with the same ids as llama.cpp's {@code gpt2} tokenizer with the
 * {@code qwen2} pre-tokenizer: text is cut into {@link Words}, the UTF-8 bytes of a word are tokens
 * at first, and the pair of neighbours with the lowest rank merges until none is left.
 *
 * <p>Immutable and safe for many threads.
 */
public final class Tokenizer {
  private final List<String> vocabulary;
  private final List<String> merges;
  private final BitSet control;
  private final Map<String, Integer> controlIds = new HashMap<>();
  private final byte[][] bytes;
  private final int[] idOfByte = new int[256];

  /** By {@link #pair}: the rank of the merge in the upper half, the token it makes in the lower. */
  private final Map<Long, Long> rankAndToken;

  /**
   * @param vocabulary the tokens by id: {@link ByteLevel} forms, control tokens by their name
   * @param merges pairs of {@link ByteLevel} forms with a space between, the first merges first
   * @param control ids of the control tokens, which are written by name and never come from text
   * @throws BadInputException when the parts do not fit together
   */
  public Tokenizer(List<String> vocabulary, List<String> merges, BitSet control) {
    this.vocabulary = List.copyOf(vocabulary);
    this.merges = List.copyOf(merges);
    this.control = (BitSet) control.clone();
    this.bytes = new byte[vocabulary.size()][];
    Map<String, Integer> ids = HashMap.newHashMap(vocabulary.size());
    for (int id = 0; id < bytes.length; id++) {
      String token = vocabulary.get(id);
      if (control.get(id)) {
        controlIds.putIfAbsent(token, id);
        bytes[id] = new byte[0];
      } else {
        byte[] form = ByteLevel.toBytes(token);
        if (form == null || form.length == 0) {
          throw new BadInputException(
              "token " + id + " of the vocabulary, '" + token + "', is not in byte-level form");
        }
        if (ids.putIfAbsent(token, id) != null) {
          throw new BadInputException("token '" + token + "' is in the vocabulary twice");
        }
        bytes[id] = form;
      }
    }
    for (int b = 0; b < 256; b++) {
      Integer id = ids.get(ByteLevel.toText(new byte[] {(byte) b}));
      if (id == null) {
        throw new BadInputException("the vocabulary lacks a token for the byte " + b);
      }
      idOfByte[b] = id;
    }
    this.rankAndToken = HashMap.newHashMap(merges.size());
    for (int rank = 0; rank < merges.size(); rank++) {
      String merge = merges.get(rank);
      int space = merge.indexOf(' ');
      Integer left = ids.get(merge.substring(0, Math.max(space, 0)));
      Integer right = ids.get(merge.substring(space + 1));
      Integer whole = ids.get(merge.replace(" ", ""));
      if (left == null || right == null || whole == null) {
        throw new BadInputException(
            "merge " + rank + ", '" + merge + "', is not a pair of tokens that makes a token");
      }
      rankAndToken.putIfAbsent(pair(left, right), (long) rank << 32 | whole);
    }
  }

  /** The number of ids: they are 0 to {@code size() - 1}. */
  public int size() {
    return bytes.length;
  }

  /** Tokens by id, as a weights file holds them. */
  public List<String> vocabulary() {
    return vocabulary;
  }

  /** The merges in order of their rank, as a weights file holds them. */
  public List<String> merges() {
    return merges;
  }

  public boolean isControl(int id) {
    return control.get(id);
  }

  /** The id of the control token {@code name}, one of {@link ControlTokens}. */
  public int control(String name) {
    Integer id = controlIds.get(name);
    if (id == null) {
      throw new BadInputException("the vocabulary has no control token " + name);
    }
    return id;
  }

  /**
   * The ids of {@code text}. No control tokens come out, also where the text spells their names.
   */
  public int[] encode(String text) {
    Ids ids = new Ids(text.length() / 3 + 8);
    Words.cut(wellFormed(text), word -> encodeWord(word, ids));
    return ids.toArray();
  }

  /**
   * The ids of {@code text} with each character (code point) encoded on its own: the same text,
   * written letter by letter.
   */
  public int[] spell(String text) {
    Ids ids = new Ids(text.length() + 8);
    wellFormed(text).codePoints().forEach(c -> encodeWord(Character.toString(c), ids));
    return ids.toArray();
  }

  /** The text of {@code ids}; control tokens give none, bytes that are not UTF-8 give U+FFFD. */
  public String decode(int[] ids) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(ids.length * 4);
    for (int id : ids) {
      out.writeBytes(bytes[id]);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Decodes token by token; a character appears when its last byte has come. */
  public TokenStream stream() {
    return new TokenStream(this);
  }

  /** The bytes of one token; none for a control token. */
  byte[] bytes(int id) {
    return bytes[id];
  }

  private void encodeWord(String word, Ids out) {
    byte[] utf8 = word.getBytes(StandardCharsets.UTF_8);
    int n = utf8.length;
    if (n == 1) {
      out.add(idOfByte[utf8[0] & 0xFF]);
      return;
    }
    // A list of symbols linked by position, and the pairs that may merge, lowest rank and then
    // leftmost first.
    int[] id = new int[n];
    int[] next = new int[n];
    int[] previous = new int[n];
    for (int i = 0; i < n; i++) {
      id[i] = idOfByte[utf8[i] & 0xFF];
      next[i] = i + 1;
      previous[i] = i - 1;
    }
    PriorityQueue<Long> queue = new PriorityQueue<>();
    for (int i = 0; i + 1 < n; i++) {
      offer(queue, id, i, i + 1);
    }
    while (!queue.isEmpty()) {
      long head = queue.poll();
      int left = (int) head;
      int right = next[left];
      if (id[left] < 0 || right >= n) {
        continue;
      }
      Long merge = rankAndToken.get(pair(id[left], id[right]));
      if (merge == null || merge >>> 32 != head >>> 32) {
        continue; // one of the two has merged with another since this was queued
      }
      id[left] = merge.intValue();
      id[right] = -1;
      next[left] = next[right];
      if (next[left] < n) {
        previous[next[left]] = left;
        offer(queue, id, left, next[left]);
      }
      if (previous[left] >= 0) {
        offer(queue, id, previous[left], left);
      }
    }
    for (int i = 0; i < n; i = next[i]) {
      out.add(id[i]);
    }
  }

  private void offer(PriorityQueue<Long> queue, int[] id, int left, int right) {
    Long merge = rankAndToken.get(pair(id[left], id[right]));
    if (merge != null) {
      queue.add(merge & 0xFFFFFFFF_00000000L | left);
    }
  }

  private static long pair(int left, int right) {
    return (long) left << 32 | right;
  }

  /** Halves of surrogate pairs have no UTF-8 form; they become U+FFFD. */
  private static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        int[] points = text.codePoints().toArray();
        for (int p = 0; p < points.length; p++) {
          if (points[p] >= Character.MIN_SURROGATE && points[p] <= Character.MAX_SURROGATE) {
            points[p] = 0xFFFD;
          }
        }
        return new String(points, 0, points.length);
      }
    }
    return text;
  }

  /** A growing list of ids. */
  private static final class Ids {
    private int[] ids;
    private int size;

    Ids(int capacity) {
      ids = new int[capacity];
    }

    void add(int id) {
      if (size == ids.length) {
        ids = Arrays.copyOf(ids, size * 2);
      }
      ids[size++] = id;
    }

    int[] toArray() {
      return Arrays.copyOf(ids, size);
    }
  }
}
