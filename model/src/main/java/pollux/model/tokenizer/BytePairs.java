package pollux.model.tokenizer;

/**
 * Byte-pair encoding: a word is its bytes (or its characters) at first, and the neighbours whose
 * merge comes first merge, until no merge is left (Sennrich et al., arXiv 1508.07909).
 */
final class BytePairs implements WordModel, Symbols.Rule {
  private static final int BYTES = -2;

  private final Vocabulary vocabulary;
  private final Merges merges;
  private final boolean wholeWords;
  private final boolean newlinesWhole;
  private final int unknown;

  /**
   * @param wholeWords a word that is a token is that token, whatever the merges make of it
   * @param newlinesWhole the same for words of newlines only
   * @param unknown the token for characters that no tokens spell; none where negative
   */
  BytePairs(
      Vocabulary vocabulary,
      Merges merges,
      boolean wholeWords,
      boolean newlinesWhole,
      int unknown) {
    this.vocabulary = vocabulary;
    this.merges = merges;
    this.wholeWords = wholeWords;
    this.newlinesWhole = newlinesWhole;
    this.unknown = unknown;
  }

  @Override
  public void encode(byte[] text, int from, int to, Symbols symbols, IdList out) {
    if (wholeWords || newlinesWhole && onlyNewlines(text, from, to)) {
      int id = vocabulary.find(text, from, to);
      if (id >= 0) {
        out.add(id);
        return;
      }
    }
    symbols.clear();
    boolean bytes = vocabulary.spelling() == Spelling.BYTE_LEVEL;
    for (int at = from; at < to; ) {
      int end = bytes ? at + 1 : Math.min(to, at + CodePoints.length(text[at]));
      int id = bytes ? vocabulary.ofByte(text[at] & 0xFF) : vocabulary.find(text, at, end);
      symbols.add(id >= 0 ? id : BYTES, at);
      at = end;
    }
    symbols.merge(this, text, to);
    boolean wasUnknown = false;
    for (int i = 0; i < symbols.size(); i = symbols.next(i)) {
      if (symbols.id(i) >= 0) {
        out.add(symbols.id(i));
        wasUnknown = false;
      } else {
        int next = symbols.next(i);
        wasUnknown =
            spell(
                vocabulary, text, symbols.start(i), symbols.start(next), unknown, wasUnknown, out);
      }
    }
  }

  /**
   * Writes a character that is no token by its bytes, or as the unknown token (one for a run of
   * them) where a byte has no token either.
   *
   * @return whether it was unknown
   */
  static boolean spell(
      Vocabulary vocabulary,
      byte[] text,
      int from,
      int to,
      int unknown,
      boolean wasUnknown,
      IdList out) {
    for (int at = from; at < to; at++) {
      if (vocabulary.ofByte(text[at] & 0xFF) < 0) {
        if (unknown >= 0 && !wasUnknown) {
          out.add(unknown);
        }
        return true;
      }
    }
    for (int at = from; at < to; at++) {
      out.add(vocabulary.ofByte(text[at] & 0xFF));
    }
    return false;
  }

  @Override
  public long merge(int left, int right, byte[] text, int from, int to) {
    if (left < 0 || right < 0) {
      return Symbols.NO_MERGE;
    }
    int rank = merges.rank(left, right);
    return rank < 0 ? Symbols.NO_MERGE : (long) rank << 32 | merges.made(rank);
  }

  private static boolean onlyNewlines(byte[] text, int from, int to) {
    for (int at = from; at < to; at++) {
      if (text[at] != '\n') {
        return false;
      }
    }
    return true;
  }
}
