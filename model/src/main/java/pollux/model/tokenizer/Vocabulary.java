package pollux.model.tokenizer;

import java.util.Arrays;
import java.util.List;
import pollux.tensor.BadInputException;

/**
 * The tokens by id: their texts as the file has them, what bytes they stand for, what kind they
 * are, and which token given bytes are. Immutable.
 */
public final class Vocabulary {
  // The kinds of tokens by their number in GGUF files (tokenizer.ggml.token_type).
  public static final byte NORMAL = 1;
  public static final byte UNKNOWN = 2;
  public static final byte CONTROL = 3;
  public static final byte USER_DEFINED = 4;
  public static final byte UNUSED = 5;
  public static final byte BYTE = 6;

  /**
   * A control token by its name, which its file calls an ordinary one: what merges make of a text
   * can be it. No number of a file.
   */
  static final byte WRITTEN_CONTROL = 7;

  /** So that looking for the longest token at each place of a text takes bounded time. */
  private static final int LONGEST = 1024;

  private final TextArray texts;
  private final byte[] kinds;
  private final float[] scores;
  private final Spelling spelling;

  /**
   * What a token is in a text that is cut into tokens; the texts themselves where they are that.
   */
  private final TextArray pieces;

  private final ByteIndex index;
  private final int[] byteIds = new int[256];

  /**
   * @param kinds one for each token
   * @param scores one for each token, or none
   * @throws BadInputException when two ordinary tokens are the same
   */
  public Vocabulary(TextArray texts, byte[] kinds, float[] scores, Spelling spelling) {
    this.texts = texts;
    for (int id = 0; id < kinds.length; id++) {
      if (texts.end(id) - texts.start(id) > LONGEST) {
        throw new BadInputException(
            "token "
                + id
                + " has "
                + (texts.end(id) - texts.start(id))
                + " bytes, expected at most "
                + LONGEST);
      }
    }
    this.kinds = kinds.clone();
    this.scores = scores.clone();
    this.spelling = spelling;
    pieces = spelling == Spelling.BYTE_LEVEL ? decoded() : texts;
    index = new ByteIndex(pieces, texts.size());
    Arrays.fill(byteIds, -1);
    for (int id = 0; id < kinds.length; id++) {
      boolean ordinary = kinds[id] == NORMAL || kinds[id] == WRITTEN_CONTROL;
      if (ordinary && pieces.end(id) > pieces.start(id)) {
        int other = index.add(id);
        if (other != id) {
          throw new BadInputException(
              "token '" + text(id) + "' is in the vocabulary twice, as " + other + " and " + id);
        }
      }
    }
    for (int id = 0; id < kinds.length; id++) {
      boolean written = kinds[id] == USER_DEFINED || kinds[id] == UNUSED;
      if (written && pieces.end(id) > pieces.start(id)) {
        index.add(id);
      } else if (kinds[id] == BYTE || spelling == Spelling.METASPACE && kinds[id] == NORMAL) {
        int value = byteValue(id);
        if (value >= 0 && byteIds[value] < 0) {
          byteIds[value] = id;
        }
      }
    }
    if (spelling == Spelling.BYTE_LEVEL) {
      for (int b = 0; b < 256; b++) {
        byteIds[b] = find(new byte[] {(byte) b}, 0, 1);
      }
    }
  }

  /** The bytes of byte-level tokens; tokens that are not in that form can be in no text. */
  private TextArray decoded() {
    TextArray.Builder builder = new TextArray.Builder(texts.size());
    byte[] bytes = new byte[64];
    for (int id = 0; id < kinds.length; id++) {
      int from = texts.start(id);
      int to = texts.end(id);
      if (to - from > bytes.length) {
        bytes = new byte[(to - from) * 2];
      }
      if (kinds[id] == USER_DEFINED) {
        builder.add(texts.bytes(), from, to);
      } else {
        builder.add(bytes, 0, Math.max(0, ByteLevel.decode(texts.bytes(), from, to, bytes, 0)));
      }
    }
    return builder.build();
  }

  /** The value of a token like {@code <0xE2>}, or -1. */
  private int byteValue(int id) {
    byte[] text = texts.bytes();
    int from = texts.start(id);
    if (texts.end(id) - from != 6
        || text[from] != '<'
        || text[from + 1] != '0'
        || text[from + 2] != 'x') {
      return -1;
    }
    int high = Character.digit(text[from + 3], 16);
    int low = Character.digit(text[from + 4], 16);
    return high < 0 || low < 0 || text[from + 5] != '>' ? -1 : high << 4 | low;
  }

  public int size() {
    return kinds.length;
  }

  /** The tokens as the file has them. */
  public List<String> texts() {
    return texts;
  }

  public String text(int id) {
    return texts.get(id);
  }

  public byte kind(int id) {
    return kinds[id];
  }

  /** Whether the token stands for no text: it is written by id, and decoded only when asked for. */
  public boolean isControl(int id) {
    return kinds[id] == CONTROL || kinds[id] == UNKNOWN || kinds[id] == WRITTEN_CONTROL;
  }

  float score(int id) {
    return scores.length == 0 ? 0 : scores[id];
  }

  TextArray rawTexts() {
    return texts;
  }

  Spelling spelling() {
    return spelling;
  }

  /** What tokens are in a text that is cut into tokens. */
  TextArray pieces() {
    return pieces;
  }

  /** The token that a text with these bytes is, or -1; no control token is. */
  public int find(byte[] text, int from, int to) {
    return index.find(text, from, to);
  }

  /** Whether these bytes are token {@code id}, and {@link #find} would find it. */
  boolean isPiece(int id, byte[] text, int from, int to) {
    return kinds[id] == NORMAL && to > from && pieces.equals(id, text, from, to);
  }

  /** The number of bytes of the longest token that a text can be. */
  int longest() {
    return index.longest();
  }

  /** The token for one byte, or -1. */
  public int ofByte(int value) {
    return byteIds[value];
  }

  /** The bytes of one token in a decoded text; those of a control token are its name. */
  public byte[] bytes(int id) {
    if (kinds[id] == NORMAL || kinds[id] == UNUSED) {
      int value = spelling == Spelling.METASPACE ? byteValue(id) : -1;
      return value >= 0 && byteIds[value] == id
          ? new byte[] {(byte) value}
          : spelling.decode(texts.bytes(), texts.start(id), texts.end(id));
    }
    int value = kinds[id] == BYTE ? byteValue(id) : -1;
    return value >= 0 ? new byte[] {(byte) value} : texts.copy(id);
  }

  /** The ids of the tokens that a text can be. */
  int[] written() {
    return ofKinds(NORMAL, WRITTEN_CONTROL, USER_DEFINED, UNUSED);
  }

  /** The ids of some kinds. */
  int[] ofKinds(byte... wanted) {
    IdList ids = new IdList(256);
    for (int id = 0; id < kinds.length; id++) {
      for (byte kind : wanted) {
        if (kinds[id] == kind) {
          ids.add(id);
        }
      }
    }
    return ids.toArray();
  }
}
