package pollux.model.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/**
 * Cuts text into the words within which tokens may merge: splits, each of which cuts the pieces of
 * the one before. Immutable and safe for many threads.
 */
public final class PreTokenizer {
  private final List<Split> splits;

  PreTokenizer(List<Split> splits) {
    this.splits = List.copyOf(splits);
  }

  /**
   * The one that GGUF files call {@code name} ({@code tokenizer.ggml.pre}).
   *
   * @throws pollux.tensor.BadInputException when no pre-tokenizer has that name
   */
  public static PreTokenizer named(String name) {
    return new PreTokenizer(Split.all(PreTokenizerNames.scheme(name).patterns()));
  }

  /** Gives the words of {@code text} to {@code words}, in order. */
  public void cut(String text, Consumer<String> words) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    CodePoints points = new CodePoints(utf8, 0, utf8.length);
    IdList pieces = cut(points);
    for (int i = 0; i < pieces.size(); i += 2) {
      int from = points.start(pieces.get(i));
      int to = points.start(pieces.get(i + 1));
      words.accept(new String(utf8, from, to - from, StandardCharsets.UTF_8));
    }
  }

  /** Start and end of each word, as indices of code points, one after the other. */
  IdList cut(CodePoints text) {
    IdList pieces = new IdList(text.size() / 2);
    if (text.size() == 0) {
      return pieces;
    }
    pieces.add(0);
    pieces.add(text.size());
    for (Split split : splits) {
      IdList finer = new IdList(pieces.size() * 2);
      split.cut(text, pieces, finer);
      pieces = finer;
    }
    return pieces;
  }

  List<Split> splits() {
    return splits;
  }

  boolean isEmpty() {
    return splits.isEmpty();
  }
}
