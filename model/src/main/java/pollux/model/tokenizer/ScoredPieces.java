package pollux.model.tokenizer;

/**
 * The byte-pair encoding of SentencePiece: the neighbours that make the token of the highest score
 * merge, until none make one; characters that are no token are spelled by their bytes (llama.cpp's
 * {@code llm_tokenizer_spm}).
 */
final class ScoredPieces implements WordModel, Symbols.Rule {
  private static final int NO_TOKEN = -2;

  private final Vocabulary vocabulary;
  private final int unknown;

  /**
   * @param unknown the token for characters that no tokens spell; none where negative
   */
  ScoredPieces(Vocabulary vocabulary, int unknown) {
    this.vocabulary = vocabulary;
    this.unknown = unknown;
  }

  @Override
  public void encode(byte[] text, int from, int to, Symbols symbols, IdList out) {
    symbols.clear();
    for (int at = from; at < to; ) {
      int end = Math.min(to, at + CodePoints.length(text[at]));
      int id = vocabulary.find(text, at, end);
      symbols.add(id >= 0 ? id : NO_TOKEN, at);
      at = end;
    }
    symbols.merge(this, text, to);
    boolean wasUnknown = false;
    for (int i = 0; i < symbols.size(); i = symbols.next(i)) {
      if (symbols.id(i) >= 0) {
        out.add(symbols.id(i));
        wasUnknown = false;
      } else {
        int end = symbols.start(symbols.next(i));
        wasUnknown =
            BytePairs.spell(vocabulary, text, symbols.start(i), end, unknown, wasUnknown, out);
      }
    }
  }

  @Override
  public long merge(int left, int right, byte[] text, int from, int to) {
    int id = vocabulary.find(text, from, to);
    return id < 0 ? Symbols.NO_MERGE : (long) order(vocabulary.score(id)) << 32 | id;
  }

  /** A number that is the smaller, the higher the score is. */
  private static int order(float score) {
    int bits = Float.floatToIntBits(score);
    return ~(bits ^ bits >> 31 & Integer.MAX_VALUE);
  }
}
