package pollux.model.tokenizer;

import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns a text without special tokens into ids: normalises it, cuts it into words, and encodes each
 * word that it has not met before. Immutable but for the words it remembers; safe for many threads.
 */
public final class TextEncoder {
  private static final PreTokenizer WHOLE = new PreTokenizer(List.of());

  /**
   * Where words end when no token goes on behind a space: then each word can be encoded on its own,
   * and remembered, with the same ids as the whole text.
   */
  private static final String AT_SPACES = "▁+[^▁]*|[^▁]+";

  private final @Nullable Normalizer normalizer;
  private final PreTokenizer words;
  private final WordModel model;
  private final WordCache cache = new WordCache();

  TextEncoder(@Nullable Normalizer normalizer, PreTokenizer words, WordModel model) {
    this.normalizer = normalizer;
    this.words = words;
    this.model = model;
  }

  /** What the name of a pre-tokenizer says of a file that does not say it. */
  public record Defaults(boolean byteLevel, boolean addBos, boolean addSep) {}

  /**
   * What {@code name}, that of a pre-tokenizer in a GGUF file, stands for besides the words.
   *
   * @throws pollux.tensor.BadInputException when it stands for nothing
   */
  public static Defaults defaults(String name) {
    PreTokenizerNames.Scheme scheme = PreTokenizerNames.scheme(name);
    return new Defaults(scheme.byteLevel(), scheme.addBos(), scheme.addSep());
  }

  /**
   * Byte-pair encoding with the pre-tokenizer that GGUF files call {@code name}. Where the
   * vocabulary is not in byte-level form, spaces are U+2581.
   */
  public static TextEncoder bytePairs(Vocabulary vocabulary, Merges merges, String name) {
    PreTokenizerNames.Scheme scheme = PreTokenizerNames.scheme(name);
    boolean byteLevel = vocabulary.spelling() == Spelling.BYTE_LEVEL;
    List<String> patterns = new ArrayList<>(scheme.patterns());
    if (!byteLevel && !crossesSpaces(vocabulary)) {
      patterns.add(AT_SPACES);
    }
    return new TextEncoder(
        byteLevel ? null : Normalizer.escapeSpaces(),
        new PreTokenizer(Split.all(patterns)),
        new BytePairs(vocabulary, merges, scheme.wholeWords(), !byteLevel, -1));
  }

  /**
   * The byte-pair encoding of SentencePiece.
   *
   * @param spacePrefix whether a space goes before each text
   * @param unknown the token for what no token spells, or -1
   */
  public static TextEncoder scoredPieces(Vocabulary vocabulary, boolean spacePrefix, int unknown) {
    List<Normalizer> steps = new ArrayList<>();
    if (spacePrefix) {
      steps.add(Normalizer.prefix(new byte[] {' '}, Normalizer.Prefix.ALWAYS, false));
    }
    steps.add(Normalizer.escapeSpaces());
    return new TextEncoder(
        Normalizer.sequence(steps), atSpaces(vocabulary), new ScoredPieces(vocabulary, unknown));
  }

  /**
   * The unigram model of SentencePiece.
   *
   * @param charsmap the precompiled charsmap, empty where there is none
   * @param unknown the token for what no token spells
   * @param spacePrefix whether a space goes before each text
   * @param mergeSpaces one space for many, none before and behind a text
   */
  public static TextEncoder unigram(
      Vocabulary vocabulary,
      byte[] charsmap,
      int unknown,
      boolean spacePrefix,
      boolean mergeSpaces) {
    List<Normalizer> steps = new ArrayList<>();
    if (charsmap.length > 0) {
      steps.add(new Charsmap(charsmap)::apply);
    }
    steps.add(Normalizer.spaces(spacePrefix, mergeSpaces));
    return new TextEncoder(
        Normalizer.sequence(steps), WHOLE, new Unigram(vocabulary, unknown, false));
  }

  /**
   * WordPiece with tokens that begin with U+2581 where they begin a word, as GGUF files have them.
   */
  public static TextEncoder wordPiece(
      Vocabulary vocabulary, boolean lowerCase, boolean stripAccents, int unknown) {
    return new TextEncoder(
        bert(true, true, stripAccents, lowerCase),
        bertWords(),
        new WordPiece(vocabulary, Spelling.lowBlock(), new byte[0], unknown, Integer.MAX_VALUE));
  }

  static Normalizer bert(
      boolean clean, boolean ideographs, boolean stripAccents, boolean lowerCase) {
    List<Normalizer> steps = new ArrayList<>();
    steps.add(Normalizer.cleaned(clean, ideographs));
    if (stripAccents) {
      steps.add(Normalizer.unicode(Form.NFD));
      steps.add(Normalizer.stripMarks());
    }
    if (lowerCase) {
      steps.add(Normalizer.lowerCase());
    }
    return Normalizer.sequence(steps);
  }

  /** Words between white space, each sign a word of its own. */
  static PreTokenizer bertWords() {
    return new PreTokenizer(
        List.of(
            Split.by("\\s+", Split.Behavior.REMOVED, false), Split.by("[\\p{P}!-/:-@\\[-`{-~]")));
  }

  static PreTokenizer atSpaces(Vocabulary vocabulary) {
    return crossesSpaces(vocabulary) ? WHOLE : new PreTokenizer(Split.all(List.of(AT_SPACES)));
  }

  /** Whether a token has something else before a U+2581. */
  static boolean crossesSpaces(Vocabulary vocabulary) {
    TextArray pieces = vocabulary.pieces();
    byte[] bytes = pieces.bytes();
    for (int id = 0; id < pieces.size(); id++) {
      int end = pieces.end(id);
      int at = pieces.start(id);
      while (Spelling.isLowBlock(bytes, at, end)) {
        at += 3;
      }
      for (; at < end; at++) {
        if (Spelling.isLowBlock(bytes, at, end)
            && vocabulary.find(bytes, pieces.start(id), end) == id) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Adds the ids of the bytes {@code from} to {@code to} of {@code text}.
   *
   * @param first whether this is the first part of what is encoded
   */
  void encode(byte[] text, int from, int to, boolean first, Symbols scratch, IdList out) {
    byte[] bytes = text;
    int start = from;
    int end = to;
    if (normalizer != null) {
      bytes = normalizer.apply(Arrays.copyOfRange(text, from, to), first);
      start = 0;
      end = bytes.length;
    }
    if (start == end) {
      return;
    }
    if (words.isEmpty()) {
      model.encode(bytes, start, end, scratch, out);
      return;
    }
    CodePoints points = new CodePoints(bytes, start, end);
    IdList pieces = words.cut(points);
    for (int i = 0; i < pieces.size(); i += 2) {
      int wordStart = points.start(pieces.get(i));
      int wordEnd = points.start(pieces.get(i + 1));
      if (!cache.copy(bytes, wordStart, wordEnd, out)) {
        int before = out.size();
        model.encode(bytes, wordStart, wordEnd, scratch, out);
        cache.put(bytes, wordStart, wordEnd, out.from(before));
      }
    }
  }
}
