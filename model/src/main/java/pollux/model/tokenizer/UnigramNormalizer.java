package pollux.model.tokenizer;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import pollux.tensor.BadInputException;

/**
 * The normalisation of a SentencePiece model: replacements of its {@link Charsmap}, then U+2581 for
 * spaces (llama.cpp's {@code llm_tokenizer_ugm_session::normalize}).
 */
final class UnigramNormalizer implements Normalizer {
  /** A replacement is a few bytes long; a file made for the purpose must not make gigabytes. */
  private static final int MOST_GROWTH = 32;

  private final @Nullable Charsmap charsmap;
  private final PrefixIndex userDefined;
  private final TextArray pieces;
  private final byte[] space = Spelling.lowBlock();
  private final boolean prefix;
  private final boolean merge;

  /**
   * @param prefix put a space before the text
   * @param merge one space for many, none before and behind the text
   */
  UnigramNormalizer(
      Vocabulary vocabulary, @Nullable Charsmap charsmap, boolean prefix, boolean merge) {
    this.charsmap = charsmap;
    this.pieces = vocabulary.pieces();
    userDefined = PrefixIndex.of(pieces, vocabulary.ofKinds(Vocabulary.USER_DEFINED));
    this.prefix = prefix;
    this.merge = merge;
  }

  @Override
  public byte[] apply(byte[] text, boolean first) {
    Output out = new Output(text.length);
    for (int at = 0; at < text.length; ) {
      int token = userDefined.isEmpty() ? -1 : userDefined.longest(text, at, text.length);
      Charsmap.Match match =
          token >= 0 || charsmap == null ? null : charsmap.longest(text, at, text.length);
      if (charsmap != null && match != null) {
        out.add(charsmap.replacements(), match.from(), match.to());
        at += match.length();
      } else {
        int length =
            token >= 0 ? pieces.end(token) - pieces.start(token) : CodePoints.length(text[at]);
        int end = Math.min(text.length, at + length);
        out.add(text, at, end);
        at = end;
      }
    }
    return Arrays.copyOf(out.bytes, out.size);
  }

  /** What has been written, and whether it is within a word. */
  private final class Output {
    private byte[] bytes;
    private final long most;
    private int size;
    private boolean prefixed;
    private boolean inWord;

    Output(int length) {
      bytes = new byte[length * 2 + 16];
      most = (long) length * MOST_GROWTH + 1024;
    }

    void add(byte[] text, int from, int to) {
      for (int i = from; i < to; i++) {
        if (text[i] == ' ') {
          inWord = false;
          if (!merge) {
            space();
          }
          continue;
        }
        if (!inWord) {
          inWord = true;
          if (prefix && !prefixed || merge) {
            space();
            prefixed = true;
          }
        }
        put(text[i]);
      }
    }

    void space() {
      for (byte b : space) {
        put(b);
      }
    }

    private void put(byte b) {
      if (size == bytes.length) {
        if (size > most) {
          throw new BadInputException(
              "the precompiled charsmap makes a text more than " + MOST_GROWTH + " times longer");
        }
        bytes = Arrays.copyOf(bytes, size * 2);
      }
      bytes[size++] = b;
    }
  }
}
