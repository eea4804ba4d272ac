package pollux.model.tokenizer;

/** Turns one word into ids. Immutable; what it needs on the way lies in the {@link Symbols}. */
interface WordModel {
  /**
   * @param text UTF-8, of which the word is {@code from} to {@code to}
   * @param scratch of the one call that encodes a text
   */
  void encode(byte[] text, int from, int to, Symbols scratch, IdList out);
}
