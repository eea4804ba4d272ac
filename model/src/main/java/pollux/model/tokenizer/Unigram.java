package pollux.model.tokenizer;

import java.util.Arrays;

/**
 * The unigram model of SentencePiece (Kudo, arXiv 1804.10959): of all ways to cut a text into
 * tokens, the one whose scores have the largest sum, found by Viterbi's algorithm (llama.cpp's
 * {@code llm_tokenizer_ugm}).
 */
final class Unigram implements WordModel {
  /** How much worse than the worst token a character is that no token spells. */
  private static final double UNKNOWN_PENALTY = 10;

  private final Vocabulary vocabulary;
  private final PrefixIndex tokens;
  private final int unknown;
  private final boolean byBytes;
  private final double unknownScore;

  /**
   * @param unknown the token for characters that no tokens spell
   * @param byBytes whether such characters are spelled by their bytes where these are tokens
   */
  Unigram(Vocabulary vocabulary, int unknown, boolean byBytes) {
    this.vocabulary = vocabulary;
    this.unknown = unknown;
    this.byBytes = byBytes;
    int[] ordinary = vocabulary.ofKinds(Vocabulary.NORMAL, Vocabulary.WRITTEN_CONTROL);
    double worst = Float.MAX_VALUE;
    for (int id : ordinary) {
      worst = Math.min(worst, vocabulary.score(id));
    }
    unknownScore = worst - UNKNOWN_PENALTY;
    tokens = PrefixIndex.of(vocabulary.pieces(), vocabulary.written());
  }

  @Override
  public void encode(byte[] text, int from, int to, Symbols scratch, IdList out) {
    int n = to - from;
    double[] best = new double[n + 1];
    int[] token = new int[n + 1];
    int[] back = new int[n + 1];
    Arrays.fill(best, Double.NEGATIVE_INFINITY);
    best[0] = 0;
    for (int at = 0; at < n; ) {
      int length = Math.min(CodePoints.length(text[from + at]), n - at);
      boolean whole = false; // whether a token is exactly this character
      int hash = ByteIndex.SEED;
      for (int end = at + 1; end <= n; end++) {
        hash = ByteIndex.extend(hash, text[from + end - 1]);
        if (!tokens.goesOn(hash)) {
          break;
        }
        int id = tokens.find(text, from + at, from + end, hash);
        if (id >= 0) {
          whole |= end == at + length;
          boolean userDefined = vocabulary.kind(id) == Vocabulary.USER_DEFINED;
          double score = best[at] + (userDefined ? 0 : vocabulary.score(id));
          if (score > best[end]) {
            best[end] = score;
            token[end] = id;
            back[end] = at;
          }
        }
      }
      int end = at + length;
      if (!whole && best[at] + unknownScore > best[end]) {
        best[end] = best[at] + unknownScore;
        token[end] = unknown;
        back[end] = at;
      }
      at = end;
    }
    emit(text, from, n, token, back, out);
  }

  /** Goes back along the best way; a run of unknown characters is one token. */
  private void emit(byte[] text, int from, int n, int[] token, int[] back, IdList out) {
    int first = out.size();
    boolean wasUnknown = false;
    for (int end = n; end > 0; end = back[end]) {
      if (token[end] != unknown) {
        out.add(token[end]);
        wasUnknown = false;
      } else if (byBytes && allBytes(text, from + back[end], from + end)) {
        for (int at = from + end - 1; at >= from + back[end]; at--) {
          out.add(vocabulary.ofByte(text[at] & 0xFF));
        }
        wasUnknown = false;
      } else {
        if (!wasUnknown) {
          out.add(unknown);
        }
        wasUnknown = true;
      }
    }
    out.reverse(first);
  }

  private boolean allBytes(byte[] text, int from, int to) {
    for (int at = from; at < to; at++) {
      if (vocabulary.ofByte(text[at] & 0xFF) < 0) {
        return false;
      }
    }
    return true;
  }
}
