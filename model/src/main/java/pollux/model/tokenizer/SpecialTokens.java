package pollux.model.tokenizer;

import java.util.BitSet;

/**
 * The tokens that are found in a text by their names before it is cut into words: the longest that
 * begins at a place, from left to right. User-defined tokens always are, control tokens when asked
 * for.
 */
public final class SpecialTokens {
  private final TextArray texts;
  private final Names userDefined;
  private final Names all;
  private final BitSet leftStrip;
  private final BitSet rightStrip;

  /**
   * @param leftStrip tokens that take the white space before them
   * @param rightStrip tokens that take the white space behind them
   */
  public SpecialTokens(Vocabulary vocabulary, BitSet leftStrip, BitSet rightStrip) {
    this.texts = vocabulary.rawTexts();
    this.leftStrip = (BitSet) leftStrip.clone();
    this.rightStrip = (BitSet) rightStrip.clone();
    userDefined = new Names(texts, vocabulary.ofKinds(Vocabulary.USER_DEFINED));
    all =
        new Names(
            texts,
            vocabulary.ofKinds(Vocabulary.USER_DEFINED, Vocabulary.CONTROL, Vocabulary.UNKNOWN));
  }

  /** Some tokens, and with which bytes they begin. */
  private static final class Names {
    final PrefixIndex index;
    final boolean[] firsts = new boolean[256];

    Names(TextArray texts, int[] ids) {
      index = PrefixIndex.of(texts, ids);
      for (int id : ids) {
        if (texts.end(id) > texts.start(id)) {
          firsts[texts.bytes()[texts.start(id)] & 0xFF] = true;
        }
      }
    }
  }

  /** Encodes {@code text}, whose special tokens stand between texts for {@code encoder}. */
  public void encode(byte[] text, boolean parseControl, TextEncoder encoder, IdList out) {
    Names names = parseControl ? all : userDefined;
    Symbols scratch = new Symbols();
    int done = 0;
    boolean first = true;
    if (!names.index.isEmpty()) {
      for (int at = 0; at < text.length; at++) {
        if (!names.firsts[text[at] & 0xFF]) {
          continue;
        }
        int id = names.index.longest(text, at, text.length);
        if (id < 0) {
          continue;
        }
        int end = at;
        while (leftStrip.get(id) && end > done && isSpace(text[end - 1])) {
          end--;
        }
        if (end > done) {
          encoder.encode(text, done, end, first, scratch, out);
        }
        out.add(id);
        first = false;
        done = at + texts.end(id) - texts.start(id);
        while (rightStrip.get(id) && done < text.length && isSpace(text[done])) {
          done++;
        }
        at = done - 1;
      }
    }
    if (done < text.length) {
      encoder.encode(text, done, text.length, first, scratch, out);
    }
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b >= '\t' && b <= '\r';
  }
}
