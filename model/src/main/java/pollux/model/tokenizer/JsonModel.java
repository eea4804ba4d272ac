package pollux.model.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pollux.tensor.BadInputException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The {@code model} of a {@code tokenizer.json}, read as a stream: a vocabulary has hundreds of
 * thousands of entries. Then the tokens that the file adds to it.
 */
final class JsonModel {
  /** As many as {@code GgufReader} takes from a file. */
  private static final int MOST_TOKENS = 1 << 22;

  private final TextArray.Builder tokens = new TextArray.Builder(1 << 12);
  private final IdList ids = new IdList(1 << 12);
  private float[] scores = new float[1 << 12];
  private final TextArray.Builder left = new TextArray.Builder(1 << 12);
  private final TextArray.Builder right = new TextArray.Builder(1 << 12);
  private final Map<String, String> settings = new HashMap<>();
  private final Map<Integer, String> added = new HashMap<>();
  private final Map<Integer, Byte> addedKinds = new HashMap<>();
  private boolean isList;

  void read(JsonParser in) {
    if (in.currentToken() != JsonToken.START_OBJECT) {
      throw new BadInputException("expected an object");
    }
    while (in.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = in.currentName();
      JsonToken value = in.nextToken();
      switch (key) {
        case "vocab" -> {
          if (value == JsonToken.START_OBJECT) {
            readMap(in);
          } else if (value == JsonToken.START_ARRAY) {
            readList(in);
          } else {
            throw new BadInputException("vocab: expected an object or an array");
          }
        }
        case "merges" -> readMerges(in);
        default -> {
          if (value.isScalarValue()) {
            settings.put(key, value == JsonToken.VALUE_NULL ? "" : in.getString());
          } else {
            in.skipChildren();
          }
        }
      }
    }
  }

  /** {@code {"token": id, …}} */
  private void readMap(JsonParser in) {
    while (in.nextToken() == JsonToken.PROPERTY_NAME) {
      String token = in.currentName();
      if (in.nextToken() != JsonToken.VALUE_NUMBER_INT) {
        throw new BadInputException("vocab: expected an integer for '" + token + "'");
      }
      put(token, in.getIntValue(), 0);
    }
  }

  /** {@code [["token", score], …]} */
  private void readList(JsonParser in) {
    isList = true;
    while (in.nextToken() == JsonToken.START_ARRAY) {
      String token = in.nextToken() == JsonToken.VALUE_STRING ? in.getString() : null;
      float score = in.nextToken().isNumeric() ? in.getFloatValue() : Float.NaN;
      if (token == null || !Float.isFinite(score) || in.nextToken() != JsonToken.END_ARRAY) {
        throw new BadInputException(
            "vocab: expected a token and a finite score as entry " + tokens.size());
      }
      put(token, tokens.size(), score);
    }
  }

  private void put(String token, int id, float score) {
    if (id < 0 || id >= MOST_TOKENS) {
      throw new BadInputException(
          "vocab: expected ids from 0 to " + (MOST_TOKENS - 1) + ", found " + id);
    }
    int at = tokens.size();
    tokens.add(token.getBytes(StandardCharsets.UTF_8));
    ids.add(id);
    if (at == scores.length) {
      scores = Arrays.copyOf(scores, at * 2);
    }
    scores[at] = score;
  }

  /** {@code ["left right", …]} or {@code [["left", "right"], …]} */
  private void readMerges(JsonParser in) {
    if (in.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    if (in.currentToken() != JsonToken.START_ARRAY) {
      throw new BadInputException("merges: expected an array");
    }
    for (JsonToken t = in.nextToken(); t != JsonToken.END_ARRAY; t = in.nextToken()) {
      String first = null;
      String second = null;
      if (t == JsonToken.VALUE_STRING) {
        String pair = in.getString();
        int space = pair.indexOf(' ', 1);
        if (space > 0) {
          first = pair.substring(0, space);
          second = pair.substring(space + 1);
        }
      } else if (t == JsonToken.START_ARRAY) {
        first = in.nextToken() == JsonToken.VALUE_STRING ? in.getString() : null;
        second = first != null && in.nextToken() == JsonToken.VALUE_STRING ? in.getString() : null;
        if (second != null && in.nextToken() != JsonToken.END_ARRAY) {
          second = null;
        }
      }
      if (first == null || second == null || left.size() >= MOST_TOKENS) {
        throw new BadInputException("merges: expected a pair of tokens as entry " + left.size());
      }
      left.add(first.getBytes(StandardCharsets.UTF_8));
      right.add(second.getBytes(StandardCharsets.UTF_8));
    }
  }

  void addToken(String content, int id, boolean special) {
    if (id >= MOST_TOKENS) {
      throw new BadInputException(
          "added_tokens: expected ids from 0 to " + (MOST_TOKENS - 1) + ", found " + id);
    }
    added.put(id, content);
    addedKinds.put(id, special ? Vocabulary.CONTROL : Vocabulary.USER_DEFINED);
  }

  /** The tokens by id; ids that nothing has are empty. */
  TextArray texts() {
    int size = 0;
    for (int i = 0; i < ids.size(); i++) {
      size = Math.max(size, ids.get(i) + 1);
    }
    for (int id : added.keySet()) {
      size = Math.max(size, id + 1);
    }
    if (ids.size() == 0 || size > 4 * (ids.size() + added.size()) + 1024) {
      throw new BadInputException(
          "model: vocab: expected a token for nearly every id, found "
              + ids.size()
              + " with ids up to "
              + (size - 1));
    }
    int[] entryOf = new int[size];
    for (int i = 0; i < ids.size(); i++) {
      if (entryOf[ids.get(i)] != 0) {
        throw new BadInputException("model: vocab: two tokens have the id " + ids.get(i));
      }
      entryOf[ids.get(i)] = i + 1;
    }
    TextArray entries = tokens.build();
    TextArray.Builder all = new TextArray.Builder(size);
    for (int id = 0; id < size; id++) {
      String token = added.get(id);
      int entry = entryOf[id] - 1;
      if (token != null) {
        all.add(token.getBytes(StandardCharsets.UTF_8));
      } else if (entry >= 0) {
        all.add(entries.bytes(), entries.start(entry), entries.end(entry));
      } else {
        all.add(new byte[0]);
      }
    }
    return all.build();
  }

  byte[] kinds(TextArray texts) {
    byte[] kinds = new byte[texts.size()];
    Arrays.fill(kinds, Vocabulary.NORMAL);
    int unknown = unknown(texts);
    if (unknown >= 0) {
      kinds[unknown] = Vocabulary.UNKNOWN;
    }
    addedKinds.forEach((id, kind) -> kinds[id] = kind);
    return kinds;
  }

  /** The ids of the tokens that the file adds as special ones. */
  BitSet controls() {
    BitSet controls = new BitSet();
    addedKinds.forEach((id, kind) -> controls.set(id, kind == Vocabulary.CONTROL));
    return controls;
  }

  float[] scores(int size) {
    float[] byId = new float[size];
    for (int i = 0; i < ids.size(); i++) {
      byId[ids.get(i)] = scores[i];
    }
    return byId;
  }

  private String type() {
    String type = settings.getOrDefault("type", "");
    return !type.isEmpty() ? type : isList ? "Unigram" : left.size() > 0 ? "BPE" : "WordPiece";
  }

  String kind() {
    return switch (type()) {
      case "Unigram" -> "unigram";
      default -> type();
    };
  }

  /** The token for what no token spells, or -1. */
  int unknown(TextArray texts) {
    String token = settings.getOrDefault("unk_token", "");
    String id = settings.getOrDefault("unk_id", "");
    if (!id.isEmpty()) {
      try {
        int number = Integer.parseInt(id);
        if (number >= 0 && number < texts.size()) {
          return number;
        }
      } catch (NumberFormatException e) {
        // falls to the error below
      }
      throw new BadInputException("model: unk_id: expected an id of the vocabulary, found " + id);
    }
    return token.isEmpty() ? -1 : texts.indexOf(token);
  }

  Spelling spelling(boolean byteLevel) {
    if (type().equals("WordPiece")) {
      return Spelling.CONTINUATIONS;
    }
    return byteLevel ? Spelling.BYTE_LEVEL : Spelling.METASPACE;
  }

  @Nullable Merges merges(Vocabulary vocabulary) {
    return type().equals("BPE") ? Merges.of(left.build(), right.build(), vocabulary) : null;
  }

  WordModel build(Vocabulary vocabulary, @Nullable Merges merges, int unknown) {
    refuse("end_of_word_suffix", "");
    boolean byBytes = flag("byte_fallback");
    if (merges != null) {
      refuse("continuing_subword_prefix", "");
      return new BytePairs(vocabulary, merges, flag("ignore_merges"), false, unknown);
    }
    if (unknown < 0) {
      throw new BadInputException("model: expected an unknown token of the vocabulary, found none");
    }
    return switch (type()) {
      case "Unigram" -> new Unigram(vocabulary, unknown, byBytes);
      case "WordPiece" -> {
        refuse("continuing_subword_prefix", "##");
        byte[] mark = {'#', '#'};
        int longest = number("max_input_chars_per_word", 100);
        yield new WordPiece(vocabulary, new byte[0], mark, unknown, longest);
      }
      default ->
          throw new BadInputException(
              "model: expected the type BPE, Unigram or WordPiece, found '" + type() + "'");
    };
  }

  private boolean flag(String key) {
    return settings.getOrDefault(key, "false").equals("true");
  }

  private int number(String key, int otherwise) {
    try {
      String text = settings.getOrDefault(key, "");
      return text.isEmpty() ? otherwise : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new BadInputException("model: " + key + ": expected an integer", e);
    }
  }

  private void refuse(String key, String expected) {
    String found = settings.getOrDefault(key, "");
    if (!found.isEmpty() && !found.equals(expected)) {
      throw new BadInputException(
          "model: " + key + ": expected '" + expected + "', found '" + found + "'");
    }
  }
}
