package pollux.model;

import static pollux.model.TokenizerFile.PREFIX;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import pollux.model.tokenizer.EndOfGeneration;
import pollux.model.tokenizer.Marks;
import pollux.model.tokenizer.Merges;
import pollux.model.tokenizer.SpecialTokens;
import pollux.model.tokenizer.Spelling;
import pollux.model.tokenizer.TextArray;
import pollux.model.tokenizer.TextEncoder;
import pollux.model.tokenizer.TokenizerParts;
import pollux.model.tokenizer.Vocabulary;
import pollux.tensor.BadInputException;

/**
 * Reads {@code tokenizer.ggml.*}. What a file leaves out is as llama.cpp has it ({@code
 * llama_vocab::impl::load}).
 */
final class GgufTokenizer {
  /** What {@code tokenizer.ggml.model} may be. */
  static final List<String> MODELS =
      List.of(TokenizerFile.BYTE_LEVEL_BPE, "gemma4", "llama", "t5", "bert");

  private static final String SCORES = PREFIX + "scores";
  private static final String CHARSMAP = PREFIX + "precompiled_charsmap";

  private final GgufFile file;
  private final TextArray texts;
  private final byte[] kinds;

  GgufTokenizer(GgufFile file) {
    this.file = file;
    this.texts = TextArray.of(file.texts(TokenizerFile.TOKENS));
    if (texts.isEmpty()) {
      throw bad(TokenizerFile.TOKENS, "expected tokens, found none");
    }
    this.kinds = readKinds();
  }

  TokenizerParts read() {
    String model = file.text(TokenizerFile.MODEL);
    return switch (model) {
      case TokenizerFile.BYTE_LEVEL_BPE -> bytePairs(file.text(TokenizerFile.PRE, "default"));
      case "gemma4" -> bytePairs("gemma4");
      case "llama" -> sentencePiece();
      case "t5" -> unigram();
      case "bert" -> wordPiece();
      default ->
          throw bad(
              TokenizerFile.MODEL,
              "expected one of " + String.join(", ", MODELS) + ", found '" + model + "'");
    };
  }

  private byte[] readKinds() {
    byte[] all = new byte[texts.size()];
    Arrays.fill(all, Vocabulary.NORMAL);
    if (!file.has(TokenizerFile.TOKEN_TYPE)) {
      return all;
    }
    long[] types = file.integers(TokenizerFile.TOKEN_TYPE);
    if (types.length != all.length) {
      throw oneForEach(TokenizerFile.TOKEN_TYPE, types.length);
    }
    for (int id = 0; id < all.length; id++) {
      if (types[id] > Vocabulary.NORMAL && types[id] <= Vocabulary.BYTE) {
        all[id] = (byte) types[id];
      }
    }
    return all;
  }

  private float[] readScores() {
    float[] scores = new float[texts.size()];
    if (!file.has(SCORES)) {
      return scores;
    }
    boolean whole = file.metadata().get(SCORES) instanceof GgufValue.Wholes;
    double[] values =
        whole
            ? Arrays.stream(file.integers(SCORES)).asDoubleStream().toArray()
            : file.reals(SCORES);
    if (values.length != scores.length) {
      throw oneForEach(SCORES, values.length);
    }
    for (int id = 0; id < scores.length; id++) {
      scores[id] = (float) values[id];
      if (!Float.isFinite(scores[id])) {
        throw bad(SCORES, "expected finite numbers, found " + values[id] + " for token " + id);
      }
    }
    return scores;
  }

  private TokenizerParts bytePairs(String pre) {
    // Whether names are known is said before any work is done.
    TextEncoder.Defaults defaults = TextEncoder.defaults(pre);
    int end = pre.startsWith("gemma4") ? -1 : 11;
    int start = pre.equals("glm4") || pre.equals("chatglm-bpe") ? -1 : end;
    // Gemma 4 needs BOS, also where a file says otherwise (llama.cpp #21500).
    boolean needsBos = pre.equals("gemma4");
    Marks marks =
        marks(
            start,
            end,
            -1,
            -1,
            needsBos || file.flag(PREFIX + "add_bos_token", defaults.addBos()),
            file.flag(PREFIX + "add_eos_token", false),
            file.flag(PREFIX + "add_sep_token", defaults.addSep()));
    Spelling spelling = defaults.byteLevel() ? Spelling.BYTE_LEVEL : Spelling.METASPACE;
    Vocabulary vocabulary = new Vocabulary(texts, kinds, new float[0], spelling);
    // Kimi's files may come without: their words are tokens or bytes.
    List<String> pairs =
        pre.equals("kimi-k2") && !file.has(TokenizerFile.MERGES)
            ? List.of()
            : file.texts(TokenizerFile.MERGES);
    Merges merges = Merges.of(pairs, vocabulary);
    TextEncoder encoder = TextEncoder.bytePairs(vocabulary, merges, pre);
    return parts("BPE", vocabulary, merges.texts(), encoder, marks, false);
  }

  private TokenizerParts sentencePiece() {
    Marks marks =
        marks(
            1,
            2,
            0,
            -1,
            file.flag(PREFIX + "add_bos_token", true),
            file.flag(PREFIX + "add_eos_token", false),
            false);
    Vocabulary vocabulary = new Vocabulary(texts, kinds, readScores(), Spelling.METASPACE);
    boolean prefix = file.flag(PREFIX + "add_space_prefix", true);
    TextEncoder encoder = TextEncoder.scoredPieces(vocabulary, prefix, marks.unknown());
    return parts("SentencePiece BPE", vocabulary, List.of(), encoder, marks, prefix);
  }

  private TokenizerParts unigram() {
    Marks marks =
        marks(
            -1,
            1,
            2,
            -1,
            file.flag(PREFIX + "add_bos_token", false),
            file.flag(PREFIX + "add_eos_token", true),
            false);
    if (marks.unknown() < 0) {
      throw bad(PREFIX + "unknown_token_id", "expected a token of the vocabulary");
    }
    Vocabulary vocabulary = new Vocabulary(texts, kinds, readScores(), Spelling.METASPACE);
    boolean prefix = file.flag(PREFIX + "add_space_prefix", false);
    TextEncoder encoder =
        TextEncoder.unigram(
            vocabulary,
            charsmap(),
            marks.unknown(),
            prefix,
            file.flag(PREFIX + "remove_extra_whitespaces", false));
    return parts("unigram", vocabulary, List.of(), encoder, marks, prefix);
  }

  private byte[] charsmap() {
    if (!file.has(CHARSMAP)) {
      return new byte[0];
    }
    long[] values = file.integers(CHARSMAP);
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private TokenizerParts wordPiece() {
    Marks marks = marks(101, -1, 100, 102, true, false, true);
    if (marks.unknown() < 0) {
      throw bad(PREFIX + "unknown_token_id", "expected a token of the vocabulary");
    }
    boolean lower = file.flag(PREFIX + "normalizer.lowercase", true);
    boolean strip = file.flag(PREFIX + "normalizer.strip_accents", lower);
    Vocabulary vocabulary = new Vocabulary(texts, kinds, new float[0], Spelling.WORD_STARTS);
    TextEncoder encoder = TextEncoder.wordPiece(vocabulary, lower, strip, marks.unknown());
    return parts("WordPiece", vocabulary, List.of(), encoder, marks, true);
  }

  /** The tokens with a role, and their kinds set right. */
  private Marks marks(
      int bos,
      int eos,
      int unknown,
      int separator,
      boolean addBos,
      boolean addEos,
      boolean addSep) {
    int end = id("eos_token_id", eos);
    BitSet ends =
        EndOfGeneration.find(
            texts,
            kinds,
            end,
            id("eot_token_id", -1),
            id("eom_token_id", -1),
            id("fim_pad_token_id", -1),
            id("fim_rep_token_id", -1),
            id("fim_sep_token_id", -1));
    int start = id("bos_token_id", bos);
    int between = id("seperator_token_id", separator); // as the format spells it
    return new Marks(
        start,
        end,
        id("unknown_token_id", unknown),
        id("padding_token_id", -1),
        Marks.present(addBos ? start : -1),
        Marks.present(addSep ? between : -1, addEos ? end : -1),
        ends);
  }

  /** An id that the file gives, where it is one of the vocabulary's: many files give others. */
  private int id(String key, int otherwise) {
    GgufValue value = file.metadata().get(PREFIX + key);
    if (value != null && !(value instanceof GgufValue.Whole)) {
      throw bad(PREFIX + key, "expected an integer, found " + value.type());
    }
    if (value instanceof GgufValue.Whole(GgufValue.Type _, long id)
        && id >= 0
        && id < texts.size()) {
      return (int) id;
    }
    return otherwise < texts.size() ? otherwise : -1;
  }

  private TokenizerParts parts(
      String kind,
      Vocabulary vocabulary,
      List<String> merges,
      TextEncoder encoder,
      Marks marks,
      boolean stripFirstSpace) {
    return new TokenizerParts(
        kind,
        vocabulary,
        merges,
        encoder,
        special(vocabulary),
        marks,
        stripFirstSpace,
        file.has("tokenizer.chat_template") ? file.text("tokenizer.chat_template") : null);
  }

  /** GGUF does not say which tokens take the white space beside them: known models are known. */
  private SpecialTokens special(Vocabulary vocabulary) {
    BitSet left = new BitSet();
    BitSet right = new BitSet();
    String pre = file.text(TokenizerFile.PRE, "");
    String architecture = file.text("general.architecture", "");
    String name = file.text("general.name", "").toLowerCase(Locale.ROOT);
    if (pre.matches("jina-v2-(de|es|code)")
        || architecture.equals("nomic-bert-moe")
        || architecture.equals("jina-bert-v3")) {
      set(left, "<mask>");
    } else if (name.contains("phi-3") || name.contains("phi3")) {
      for (int id = 0; id < kinds.length; id++) {
        right.set(id, vocabulary.isControl(id) || kinds[id] == Vocabulary.USER_DEFINED);
      }
      Map.of("<unk>", false, "<s>", false, "<|endoftext|>", false, "</s>", true)
          .forEach((text, strips) -> {
            int id = texts.indexOf(text);
            if (id >= 0) {
              right.set(id, strips);
            }
          });
    } else if (name.contains("modern-bert")) {
      set(left, "[MASK]");
    }
    return new SpecialTokens(vocabulary, left, right);
  }

  private void set(BitSet ids, String text) {
    int id = texts.indexOf(text);
    if (id >= 0) {
      ids.set(id);
    }
  }

  private BadInputException oneForEach(String key, int found) {
    return bad(key, "expected one for each of the " + texts.size() + " tokens, found " + found);
  }

  private BadInputException bad(String key, String problem) {
    return new BadInputException(file.path() + ": metadata '" + key + "': " + problem);
  }
}
