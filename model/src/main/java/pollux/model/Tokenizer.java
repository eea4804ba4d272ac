package pollux.model;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import pollux.model.tokenizer.IdList;
import pollux.model.tokenizer.Marks;
import pollux.model.tokenizer.Merges;
import pollux.model.tokenizer.SpecialTokens;
import pollux.model.tokenizer.Spelling;
import pollux.model.tokenizer.TextArray;
import pollux.model.tokenizer.TextEncoder;
import pollux.model.tokenizer.TokenizerJson;
import pollux.model.tokenizer.TokenizerParts;
import pollux.model.tokenizer.Vocabulary;
import pollux.tensor.BadInputException;

/**
 * Text to ids and back: the family's own byte-level byte-pair encoding, and the tokenizers of other
 * people's models, with the same ids as llama.cpp (GGUF files) and Hugging Face tokenizers ({@code
 * tokenizer.json}).
 *
 * <p>Immutable and safe for many threads.
 */
public final class Tokenizer {
  /** The pre-tokenizer of the family, as GGUF files call it. */
  public static final String PRE_TOKENIZER = "qwen2";

  private static final byte[] NO_BYTES = new byte[0];

  private final TokenizerParts parts;
  private final Map<String, Integer> controlIds = new HashMap<>();

  Tokenizer(TokenizerParts parts) {
    this.parts = parts;
    for (int id = size() - 1; id >= 0; id--) {
      if (isControl(id)) {
        controlIds.put(parts.vocabulary().text(id), id);
      }
    }
  }

  /**
   * A tokenizer as the family has it: byte-level, each byte a token.
   *
   * @param vocabulary the tokens by id: {@link pollux.model.tokenizer.ByteLevel} forms, control
   *     tokens by their name
   * @param merges pairs of byte-level forms with a space between, the first merges first
   * @param control ids of the control tokens, which are written by name and never come from text
   * @throws BadInputException when the parts do not fit together
   */
  public Tokenizer(List<String> vocabulary, List<String> merges, BitSet control) {
    this(family(vocabulary, merges, control));
  }

  private static TokenizerParts family(List<String> texts, List<String> pairs, BitSet control) {
    byte[] kinds = new byte[texts.size()];
    for (int id = 0; id < kinds.length; id++) {
      kinds[id] = control.get(id) ? Vocabulary.CONTROL : Vocabulary.NORMAL;
    }
    Vocabulary vocabulary =
        new Vocabulary(TextArray.of(texts), kinds, new float[0], Spelling.BYTE_LEVEL);
    for (int b = 0; b < 256; b++) {
      if (vocabulary.ofByte(b) < 0) {
        throw new BadInputException("the vocabulary lacks a token for the byte " + b);
      }
    }
    Merges merges = Merges.of(pairs, vocabulary);
    return new TokenizerParts(
        "BPE",
        vocabulary,
        merges.texts(),
        TextEncoder.bytePairs(vocabulary, merges, PRE_TOKENIZER),
        new SpecialTokens(vocabulary, new BitSet(), new BitSet()),
        Marks.NONE,
        false,
        TokenizerFile.CHAT_TEMPLATE);
  }

  /**
   * The tokenizer of a GGUF file, or of a folder with {@code tokenizer.json}.
   *
   * @throws BadInputException when there is none, or none that works
   */
  public static Tokenizer open(Path path) {
    if (Files.isDirectory(path)) {
      return new Tokenizer(TokenizerJson.read(path));
    }
    try (Arena arena = Arena.ofConfined()) {
      return TokenizerFile.read(GgufFile.open(path, arena));
    }
  }

  /** The number of ids: they are 0 to {@code size() - 1}. */
  public int size() {
    return parts.vocabulary().size();
  }

  /** What the algorithm is called: BPE, SentencePiece BPE, unigram or WordPiece. */
  public String kind() {
    return parts.kind();
  }

  /** Tokens by id, as a weights file holds them. */
  public List<String> vocabulary() {
    return parts.vocabulary().texts();
  }

  /** The merges in order of their rank, as a weights file holds them; none where there are none. */
  public List<String> merges() {
    return parts.merges();
  }

  /** Whether the token stands for no text: decoding leaves it out. */
  public boolean isControl(int id) {
    return parts.vocabulary().isControl(id);
  }

  /** The id of the control token {@code name}, for the family one of {@link ControlTokens}. */
  public int control(String name) {
    Integer id = controlIds.get(name);
    if (id == null) {
      throw new BadInputException("the vocabulary has no control token " + name);
    }
    return id;
  }

  /**
   * The id of the token that a weights file writes as {@code text}: its name, for a control token.
   */
  public OptionalInt find(String text) {
    Integer control = controlIds.get(text);
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return optional(control != null ? control : parts.vocabulary().find(utf8, 0, utf8.length));
  }

  /** How conversations are laid out: a Jinja template, where the file has one. */
  public Optional<String> chatTemplate() {
    return Optional.ofNullable(parts.chatTemplate());
  }

  /** The token that begins a text. */
  public OptionalInt bos() {
    return optional(parts.marks().bos());
  }

  /** The token that ends a text. */
  public OptionalInt eos() {
    return optional(parts.marks().eos());
  }

  /** The token that fills batches. */
  public OptionalInt padding() {
    return optional(parts.marks().padding());
  }

  /** Whether the model expects {@link #bos()} before a text. */
  public boolean addsBos() {
    return parts.marks().before().contains(parts.marks().bos());
  }

  /** Whether the model expects {@link #eos()} behind a text. */
  public boolean addsEos() {
    return parts.marks().behind().contains(parts.marks().eos());
  }

  /** The tokens that the model expects before a text. */
  int[] before() {
    return parts.marks().before().stream().mapToInt(Integer::intValue).toArray();
  }

  /** The tokens that the model expects behind a text. */
  int[] behind() {
    return parts.marks().behind().stream().mapToInt(Integer::intValue).toArray();
  }

  /** Whether an answer ends with this token: the end of a text, a turn or a message. */
  public boolean isEndOfGeneration(int id) {
    return parts.marks().endOfGeneration().get(id);
  }

  /**
   * The ids of {@code text}. No control tokens come out, also where the text spells their names.
   */
  public int[] encode(String text) {
    return encode(text, false);
  }

  /**
   * The ids of {@code text} alone, without what the model expects around it.
   *
   * @param parseSpecial whether names of control tokens in the text become these tokens: for texts
   *     that a template has made, never for those that a user has written
   */
  public int[] encode(String text, boolean parseSpecial) {
    IdList ids = new IdList(text.length() / 3 + 8);
    encode(text, parseSpecial, ids);
    return ids.toArray();
  }

  /**
   * As {@link #encode(String, boolean)}, with the marks before and behind that the model expects.
   */
  public int[] encodeWhole(String text, boolean parseSpecial) {
    IdList ids = new IdList(text.length() / 3 + 8);
    parts.marks().before().forEach(ids::add);
    encode(text, parseSpecial, ids);
    parts.marks().behind().forEach(ids::add);
    return ids.toArray();
  }

  private void encode(String text, boolean parseSpecial, IdList ids) {
    byte[] utf8 = wellFormed(text).getBytes(StandardCharsets.UTF_8);
    parts.special().encode(utf8, parseSpecial, parts.encoder(), ids);
  }

  /**
   * The ids of {@code text} with each character (code point) encoded on its own: the same text,
   * written letter by letter.
   */
  public int[] spell(String text) {
    IdList ids = new IdList(text.length() + 8);
    wellFormed(text).codePoints().forEach(c -> encode(Character.toString(c), false, ids));
    return ids.toArray();
  }

  /** The text of {@code ids}; control tokens give none, bytes that are not UTF-8 give U+FFFD. */
  public String decode(int[] ids) {
    return decode(ids, false);
  }

  /**
   * As {@link #decode(int[])}.
   *
   * @param showSpecial whether control tokens give their names
   */
  public String decode(int[] ids, boolean showSpecial) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(ids.length * 4);
    boolean first = true;
    for (int id : ids) {
      boolean control = isControl(id);
      out.writeBytes(control && showSpecial ? parts.vocabulary().bytes(id) : bytes(id, first));
      first &= control;
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Decodes a text token by token; a character appears when its last byte has come. */
  public TokenStream stream() {
    return new TokenStream(this, true);
  }

  /** As {@link #stream()}, of tokens that go on with a text: a space before the first one stays. */
  public TokenStream continuation() {
    return new TokenStream(this, false);
  }

  /** The token as its file writes it: for a control token, its name. */
  public String text(int id) {
    return parts.vocabulary().text(id);
  }

  /** The bytes of one token in the middle of a text; none for a control token. */
  public byte[] bytes(int id) {
    return isControl(id) ? NO_BYTES : parts.vocabulary().bytes(id);
  }

  /** As {@link #bytes(int)}; the first token of a text loses the space that was put before it. */
  byte[] bytes(int id, boolean first) {
    byte[] bytes = bytes(id);
    boolean spaced = first && parts.stripFirstSpace() && bytes.length > 0 && bytes[0] == ' ';
    return spaced ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }

  private static OptionalInt optional(int id) {
    return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** Halves of surrogate pairs have no UTF-8 form; they become U+FFFD. */
  private static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        int[] points = text.codePoints().toArray();
        for (int p = 0; p < points.length; p++) {
          if (points[p] >= Character.MIN_SURROGATE && points[p] <= Character.MAX_SURROGATE) {
            points[p] = 0xFFFD;
          }
        }
        return new String(points, 0, points.length);
      }
    }
    return text;
  }
}
