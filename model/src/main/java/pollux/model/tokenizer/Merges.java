package pollux.model.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pollux.tensor.BadInputException;

/**
 * The merges of byte-pair encoding: which two tokens make a third, and in which order. Immutable
 * once built.
 */
public final class Merges {
  private final Vocabulary vocabulary;
  private final MergeTable table;

  // By rank.
  private final int[] lefts;
  private final int[] rights;
  private final int[] wholes;

  private int size;

  // Needed while merges are added.
  private byte[] scratch = new byte[64];
  private @Nullable Set<String> controls;

  private Merges(Vocabulary vocabulary, int size) {
    this.vocabulary = vocabulary;
    table = new MergeTable(vocabulary.size(), size);
    lefts = new int[size];
    rights = new int[size];
    wholes = new int[size];
  }

  /**
   * Merges as GGUF files have them: pairs with a space between, the first merges first.
   *
   * @throws BadInputException when a pair is not two tokens that make a third
   */
  public static Merges of(List<String> pairs, Vocabulary vocabulary) {
    TextArray texts = TextArray.of(pairs);
    Merges merges = new Merges(vocabulary, texts.size());
    byte[] bytes = texts.bytes();
    for (int rank = 0; rank < texts.size(); rank++) {
      int from = texts.start(rank);
      int to = texts.end(rank);
      int space = from + 1; // a token may begin with a space
      while (space < to && bytes[space] != ' ') {
        space++;
      }
      merges.add(bytes, from, Math.min(space, to), bytes, Math.min(space + 1, to), to);
    }
    merges.done();
    return merges;
  }

  /**
   * As {@link #of(List, Vocabulary)}, of the left and the right tokens, whose texts may hold
   * spaces.
   */
  static Merges of(TextArray left, TextArray right, Vocabulary vocabulary) {
    Merges merges = new Merges(vocabulary, left.size());
    for (int rank = 0; rank < left.size(); rank++) {
      merges.add(
          left.bytes(),
          left.start(rank),
          left.end(rank),
          right.bytes(),
          right.start(rank),
          right.end(rank));
    }
    merges.done();
    return merges;
  }

  private void done() {
    scratch = new byte[0];
    controls = null;
  }

  private void add(byte[] left, int from, int to, byte[] right, int rightFrom, int rightTo) {
    int most = to - from + rightTo - rightFrom;
    if (most > scratch.length) {
      scratch = new byte[most * 2];
    }
    int middle = piece(left, from, to, 0);
    int end = middle < 0 ? -1 : piece(right, rightFrom, rightTo, middle);
    int leftId = end < 0 ? -1 : vocabulary.find(scratch, 0, middle);
    int rightId = leftId < 0 ? -1 : vocabulary.find(scratch, middle, end);
    int whole = rightId < 0 ? -1 : whole(end);
    if (whole < 0 || middle == 0 || middle == end) {
      String first = new String(left, from, to - from, StandardCharsets.UTF_8);
      String second = new String(right, rightFrom, rightTo - rightFrom, StandardCharsets.UTF_8);
      if (isControl(first + second) || isControl(first) || isControl(second)) {
        return; // text must not become a control token
      }
      throw new BadInputException(
          "merge "
              + size
              + ", '"
              + (first + " " + second).strip()
              + "', is not a pair of tokens that makes a token");
    }
    table.putIfAbsent(leftId, rightId, size);
    lefts[size] = leftId;
    rights[size] = rightId;
    wholes[size] = whole;
    size++;
  }

  private boolean isControl(String text) {
    if (controls == null) {
      controls = new HashSet<>();
      for (int id : vocabulary.ofKinds(Vocabulary.CONTROL, Vocabulary.UNKNOWN)) {
        controls.add(vocabulary.text(id));
      }
    }
    return controls.contains(text);
  }

  /** Writes the bytes of a token's text behind {@code at}; where they end, or -1. */
  private int piece(byte[] text, int from, int to, int at) {
    if (vocabulary.spelling() == Spelling.BYTE_LEVEL) {
      int n = ByteLevel.decode(text, from, to, scratch, at);
      return n < 0 ? -1 : at + n;
    }
    System.arraycopy(text, from, scratch, at, to - from);
    return at + to - from;
  }

  /**
   * The token that the bytes to {@code end} are: mostly what the last merge made, or the one behind
   * it.
   */
  private int whole(int end) {
    int last = size == 0 ? 0 : wholes[size - 1];
    for (int guess = last; guess <= last + 1 && guess < vocabulary.size(); guess++) {
      if (vocabulary.isPiece(guess, scratch, 0, end)) {
        return guess;
      }
    }
    return vocabulary.find(scratch, 0, end);
  }

  /** The rank of the merge of two tokens, or -1 where there is none. */
  int rank(int left, int right) {
    return table.rank(left, right);
  }

  /** The token that the merge makes. */
  int made(int rank) {
    return wholes[rank];
  }

  /** In the order of their rank, with a space between left and right. */
  public List<String> texts() {
    return new AbstractList<>() {
      @Override
      public String get(int rank) {
        if (rank < 0 || rank >= size) {
          throw new IndexOutOfBoundsException(rank);
        }
        return vocabulary.text(lefts[rank]) + " " + vocabulary.text(rights[rank]);
      }

      @Override
      public int size() {
        return size;
      }
    };
  }
}
