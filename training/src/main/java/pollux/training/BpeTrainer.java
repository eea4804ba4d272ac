package pollux.training;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import pollux.model.ControlTokens;
import pollux.model.Tokenizer;
import pollux.model.tokenizer.ByteLevel;
import pollux.model.tokenizer.PreTokenizer;

/**
 * Learns the merges of a {@link Tokenizer} from text: the most frequent pair of neighbours within a
 * word becomes a token, again and again. The result depends on the counts of the words alone, not
 * on the order of the texts; pairs of equal count go by the order of their bytes.
 *
 * <p>Ids: 0 to 255 are the bytes, then the merges in their order, then {@link ControlTokens#ALL}.
 */
public final class BpeTrainer {
  /** Longer words are blobs (hashes, base64) that teach nothing and cost much. */
  private static final int LONGEST_WORD = 256;

  private final List<Word> words;
  private final List<byte[]> tokens = new ArrayList<>();
  private final Map<String, Integer> idOfToken = new HashMap<>();
  private final List<String> merges = new ArrayList<>();
  private final Map<Long, Pair> pairs = new HashMap<>();
  private final PriorityQueue<Candidate> candidates =
      new PriorityQueue<>(
          Comparator.comparingLong(Candidate::count)
              .reversed()
              .thenComparing(c -> tokenBytes(c.pair.left), Arrays::compareUnsigned)
              .thenComparing(c -> tokenBytes(c.pair.right), Arrays::compareUnsigned));

  private BpeTrainer(List<Word> words) {
    this.words = words;
    for (int b = 0; b < 256; b++) {
      addToken(new byte[] {(byte) b});
    }
  }

  /**
   * A tokenizer of {@code size} ids, the 256 bytes and the control tokens included; fewer when no
   * pair occurs twice any more.
   */
  public static Tokenizer train(Iterator<String> texts, int size) {
    int largest = size - ControlTokens.ALL.size();
    if (largest < 256) {
      throw new IllegalArgumentException(
          "a vocabulary of " + size + " has no room for 256 bytes and the control tokens");
    }
    BpeTrainer trainer = new BpeTrainer(countWords(texts));
    trainer.countPairs();
    while (trainer.tokens.size() < largest && trainer.mergeBest()) {}
    return trainer.tokenizer();
  }

  private static List<Word> countWords(Iterator<String> texts) {
    PreTokenizer cutter = PreTokenizer.named(Tokenizer.PRE_TOKENIZER);
    Map<String, long[]> counts = new HashMap<>();
    while (texts.hasNext()) {
      cutter.cut(
          texts.next(),
          word -> {
            if (word.length() > 1 && word.length() <= LONGEST_WORD
                || word.length() == 1 && word.charAt(0) > 0x7F) {
              counts.computeIfAbsent(word, w -> new long[1])[0]++;
            }
          });
    }
    List<Word> words = new ArrayList<>(counts.size());
    counts.forEach((word, count) -> {
      byte[] utf8 = word.getBytes(StandardCharsets.UTF_8);
      int[] symbols = new int[utf8.length];
      for (int i = 0; i < utf8.length; i++) {
        symbols[i] = utf8[i] & 0xFF;
      }
      words.add(new Word(symbols, count[0]));
    });
    return words;
  }

  private void countPairs() {
    for (int w = 0; w < words.size(); w++) {
      Word word = words.get(w);
      for (int i = 0; i + 1 < word.length; i++) {
        add(word.symbols[i], word.symbols[i + 1], word.count, w);
      }
    }
    for (Pair pair : pairs.values()) {
      candidates.add(new Candidate(pair, pair.count));
    }
  }

  /** Merges the most frequent pair everywhere; false when none occurs twice. */
  private boolean mergeBest() {
    Candidate best = candidates.poll();
    while (best != null && best.count != best.pair.count) {
      // The count fell since this was queued: back with what it is now.
      if (best.pair.count > 1) {
        candidates.add(new Candidate(best.pair, best.pair.count));
      }
      best = candidates.poll();
    }
    if (best == null || best.count < 2) {
      return false;
    }
    Pair pair = best.pair;
    pairs.remove(key(pair.left, pair.right));
    pair.count = 0;
    byte[] left = tokens.get(pair.left);
    byte[] right = tokens.get(pair.right);
    byte[] both = Arrays.copyOf(left, left.length + right.length);
    System.arraycopy(right, 0, both, left.length, right.length);
    merges.add(ByteLevel.toText(left) + " " + ByteLevel.toText(right));
    int merged = addToken(both);
    Set<Pair> grown = new HashSet<>();
    for (int i = 0; i < pair.places; i++) {
      replace(pair.words[i], pair.left, pair.right, merged, grown);
    }
    for (Pair p : grown) {
      candidates.add(new Candidate(p, p.count));
    }
    return true;
  }

  /**
   * Writes {@code merged} for each {@code left, right} in a word and moves the counts of the pairs
   * around it.
   */
  private void replace(int at, int left, int right, int merged, Set<Pair> grown) {
    Word word = words.get(at);
    int[] s = word.symbols;
    int out = 0;
    for (int i = 0; i < word.length; i++) {
      if (i + 1 == word.length || s[i] != left || s[i + 1] != right) {
        s[out++] = s[i];
        continue;
      }
      if (out > 0) {
        take(s[out - 1], left, word.count);
        grown.add(add(s[out - 1], merged, word.count, at));
      }
      if (i + 2 < word.length) {
        take(right, s[i + 2], word.count);
        grown.add(add(merged, s[i + 2], word.count, at));
      }
      s[out++] = merged;
      i++;
    }
    word.length = out;
  }

  private Pair add(int left, int right, long count, int word) {
    Pair pair = pairs.computeIfAbsent(key(left, right), k -> new Pair(left, right));
    pair.count += count;
    pair.occursIn(word);
    return pair;
  }

  private void take(int left, int right, long count) {
    Pair pair = pairs.get(key(left, right));
    if (pair != null) {
      pair.count -= count;
    }
  }

  /** The id of the token; two merges may make the same one. */
  private int addToken(byte[] bytes) {
    Integer known = idOfToken.putIfAbsent(ByteLevel.toText(bytes), tokens.size());
    if (known != null) {
      return known;
    }
    tokens.add(bytes);
    return tokens.size() - 1;
  }

  private byte[] tokenBytes(int id) {
    return tokens.get(id);
  }

  private Tokenizer tokenizer() {
    List<String> vocabulary = new ArrayList<>();
    tokens.forEach(t -> vocabulary.add(ByteLevel.toText(t)));
    BitSet control = new BitSet();
    control.set(vocabulary.size(), vocabulary.size() + ControlTokens.ALL.size());
    vocabulary.addAll(ControlTokens.ALL);
    return new Tokenizer(vocabulary, merges, control);
  }

  private static long key(int left, int right) {
    return (long) left << 32 | right;
  }

  /** A pair and the count it had when it was queued. */
  private record Candidate(Pair pair, long count) {}

  /** A distinct word, how often it occurs, and the tokens that it is made of by now. */
  private static final class Word {
    final int[] symbols;
    final long count;
    int length;

    Word(int[] symbols, long count) {
      this.symbols = symbols;
      this.count = count;
      this.length = symbols.length;
    }
  }

  /**
   * Two neighbours, how often they occur, and in which words (some left it since, some stand
   * twice).
   */
  private static final class Pair {
    final int left;
    final int right;
    long count;
    int[] words = new int[4];
    int places;

    Pair(int left, int right) {
      this.left = left;
      this.right = right;
    }

    void occursIn(int word) {
      if (places > 0 && words[places - 1] == word) {
        return;
      }
      if (places == words.length) {
        words = Arrays.copyOf(words, places * 2);
      }
      words[places++] = word;
    }
  }
}
