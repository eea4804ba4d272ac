package pollux.model.tokenizer;

/**
 * WordPiece as BERT uses it: the longest token that a word begins with, then the longest of those
 * that go on, and so to the end; a word that cannot be spelled so is unknown (llama.cpp's {@code
 * llm_tokenizer_wpm}).
 */
final class WordPiece implements WordModel {
  private final TextArray pieces;
  private final PrefixIndex tokens;
  private final byte[] start;
  private final byte[] goOn;
  private final int unknown;
  private final int longestWord;

  /**
   * @param start what tokens begin with that begin a word
   * @param goOn what tokens begin with that go on within a word
   * @param longestWord characters of a word that is looked at
   */
  WordPiece(Vocabulary vocabulary, byte[] start, byte[] goOn, int unknown, int longestWord) {
    this.pieces = vocabulary.pieces();
    this.start = start;
    this.goOn = goOn;
    this.unknown = unknown;
    this.longestWord = longestWord;
    tokens = PrefixIndex.of(pieces, vocabulary.written());
  }

  @Override
  public void encode(byte[] text, int from, int to, Symbols scratch, IdList out) {
    // The word, with room before it for the mark; what has been read makes room for the next mark.
    int room = Math.max(start.length, goOn.length);
    byte[] word = new byte[room + to - from];
    System.arraycopy(text, from, word, room, to - from);
    int before = out.size();
    int characters = 0;
    for (int i = from; i < to; i++) {
      characters += (text[i] & 0xC0) == 0x80 ? 0 : 1;
    }
    byte[] mark = start;
    for (int at = room; at < word.length; mark = goOn) {
      int begin = at - mark.length;
      System.arraycopy(mark, 0, word, begin, mark.length);
      int id = characters > longestWord ? -1 : tokens.longest(word, begin, word.length);
      int end = id < 0 ? at : begin + pieces.end(id) - pieces.start(id);
      if (id < 0 || end <= at && mark == goOn) {
        out.truncate(before);
        out.add(unknown);
        return;
      }
      out.add(id);
      at = Math.max(end, at);
    }
  }
}
