package pollux.model.tokenizer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import pollux.tensor.BadInputException;

/**
 * The pre-tokenizers by the names that GGUF files give them, as llama.cpp's {@code llama-vocab.cpp}
 * reads them. Where it simplifies a model's own pattern, since its regular expressions know no
 * upper and lower case, marks or possessive repetitions, this has the model's own.
 */
final class PreTokenizerNames {
  /**
   * What a name stands for.
   *
   * @param patterns each cuts the pieces of the one before
   * @param wholeWords a word that is a token is not built from merges
   * @param addBos whether a text starts with BOS, unless the file says
   * @param addSep whether a text ends with SEP, unless the file says
   */
  record Scheme(List<String> patterns, boolean wholeWords, boolean addBos, boolean addSep) {
    /** Whether the tokens are in byte-level form; else spaces are U+2581. */
    boolean byteLevel() {
      return !patterns.equals(List.of(LINES));
    }
  }

  /** The one pattern of vocabularies that are not in byte-level form. */
  private static final String LINES = "[^\\n]+|[\\n]+";

  private static final String CONTRACTION =
      "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])";
  private static final String GPT2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)";
  private static final String LETTERS = "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+";
  private static final String SIGNS = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*";
  private static final String SPACES = "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String THREE_DIGITS = "\\p{N}{1,3}";
  private static final String LLAMA3 =
      String.join("|", CONTRACTION, LETTERS, THREE_DIGITS, SIGNS, SPACES);
  private static final String QWEN2 =
      String.join("|", CONTRACTION, LETTERS, "\\p{N}", SIGNS, SPACES);

  /** Letters with upper and lower case apart, as in GPT-4o. */
  private static final String CASED_LETTERS =
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+%1$s"
          + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*%1$s";

  private static final String SIGNS_AND_SLASH = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*";
  private static final String GPT4O =
      String.join(
          "|", CASED_LETTERS.formatted(CONTRACTION + "?"), THREE_DIGITS, SIGNS_AND_SLASH, SPACES);
  private static final String TEKKEN =
      String.join("|", CASED_LETTERS.formatted(""), "\\p{N}", SIGNS_AND_SLASH, SPACES);
  private static final String NOT_HAN = "&&[^\\p{Han}]]";
  private static final String KIMI =
      String.join(
          "|",
          "[\\p{Han}]+",
          CASED_LETTERS.formatted(CONTRACTION + "?").replace("\\p{M}]", "\\p{M}" + NOT_HAN),
          THREE_DIGITS,
          SIGNS,
          SPACES);
  private static final String ASCII_SIGN = "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~]";
  private static final String DEEPSEEK3_TAIL =
      ASCII_SIGN + "[A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+";
  private static final String CJK = "[一-龥぀-ゟ゠-ヿ]+";
  private static final String BLOOM = " ?[^(\\s|.,!?…。，、।۔،)]+";

  /** The letters that have cases, of Unicode 14, as DeepSeek writes them down. */
  private static final String DEEPSEEK_LETTERS =
      "A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽ"
          + "ᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-Ὅὐ-ὗὙὛὝὟ-ώᾀ-ᾴᾶ-ᾼιῂ-ῄῆ-ῌῐ-ΐῖ-Ίῠ-"
          + "Ῥῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤΩℨK-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-"
          + "ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃";

  private static final String AFMOE_ASIAN = "[一-鿿㐀-䶿豈-﫿぀-ゟ゠-ヿ･-ﾟ⼀-⿟เ-๿຀-໿ក-៿က-႟ꩠ-ꩿꧠ-꧿가-힯ᄀ-ᇿ]+";

  private static final Map<String, Scheme> SCHEMES = new HashMap<>();

  static {
    put(
        "gpt-2 phi-2 jina-es jina-de gigachat jina-v2-es jina-v2-de a.x-4.0 mellum modern-bert",
        GPT2);
    put("mpt olmo jais trillion granite-docling exaone4", GPT2);
    put("starcoder refact command-r smollm codeshell exaone minerva-7b mellum2", "\\p{N}", GPT2);
    put("qwen2 deepseek-r1-qwen kormo f2llmv2 megrez stablelm2 hunyuan solar-open grok-2", QWEN2);
    put("dbrx smaug-bpe chatglm-bpe glm4", LLAMA3);
    put("default", "[\\p{P}\\$\\+<=>\\^~\\|]+", GPT2, "\\p{N}+", "[0-9][0-9][0-9]");
    put("falcon", "[\\p{P}\\$\\+<=>\\^~\\|`]+", GPT2, "[0-9][0-9][0-9]");
    put(
        "deepseek-llm",
        "[\\r\\n]",
        "\\s?[" + DEEPSEEK_LETTERS + "]+",
        "\\s?[!-/:-~！-／：-～‘-‟　-。]+",
        "\\s+$",
        "[一-龥ࠀ-一가-퟿]+",
        "\\p{N}+");
    put("deepseek-coder", "[\\r\\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", "[一-龥ࠀ-一가-퟿]+", "\\p{N}");
    put(
        "deepseek-v3 hunyuan-dense joyai-llm hy_v4",
        THREE_DIGITS,
        CJK,
        DEEPSEEK3_TAIL + "[\\r\\n]*|" + SPACES);
    put("spark2_5", THREE_DIGITS, CJK, DEEPSEEK3_TAIL + "|[\\r\\n]|\\s+(?!\\S)|\\s+", "\\p{N}");
    put(
        "qwen35",
        String.join(
            "|",
            CONTRACTION,
            "[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+",
            "\\p{N}",
            " ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*",
            SPACES));
    put("poro-chat bloom gpt3-finnish", BLOOM);
    put("viking", BLOOM, "\\p{N}");
    put("gpt-4o llama4 kanana2 talkie minimax-m2", GPT4O);
    put("tiny_aya cohere2moe", "\\d{1,3}(?=(?:\\d{3})*\\b)", GPT4O);
    put("kimi-k2", KIMI);
    put("superbpe", "\\p{N}+", "(?=(\\d{3})+(?!\\d))");
    put(
        "bailingmoe bailingmoe2 llada-moe",
        String.join(
            "|",
            "'(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])",
            "[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+",
            "\\p{N}",
            " ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*",
            "\\s*[\\r\\n]|\\s+(?!\\S)|\\s+"));
    put(
        "seed-coder",
        String.join("|", CONTRACTION, LETTERS, "\\p{N}", " ?[^\\s\\p{L}\\p{N}\\r\\n]+", SPACES));
    put("ufakzeka", String.join("|", LETTERS, "\\p{N}", SIGNS, SPACES));
    put("afmoe", "\\p{AFMoE_digits}", AFMOE_ASIAN, DEEPSEEK3_TAIL + "[\\r\\n]*|" + SPACES);
    put("laguna", LINES, QWEN2);
    put(
        "exaone-moe",
        String.join(
            "|",
            CONTRACTION,
            "[^\\r\\n\\p{L}\\p{N}]?(?:\\p{L}\\p{M}*(?: \\p{L}\\p{M}*)*)+",
            "\\p{N}",
            " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]?",
            "\\s*[\\r\\n]|\\s+(?!\\S)|\\s+"));
    put("gemma4 granite-embed-multi-311m sarvam-moe", LINES);

    String llama3 =
        "llama3 llama-v3 llama-bpe falcon3 falcon-h1 pixtral midm-2.0 lfm2 jina-v5-nano";
    put(llama3, true, true, false, LLAMA3);
    put("tekken", true, true, false, TEKKEN);
    put(
        "minicpm5",
        true,
        false,
        false,
        THREE_DIGITS,
        String.join("|", CONTRACTION, LETTERS, "\\p{N}+", SIGNS, SPACES));
    put(
        "youtu",
        true,
        false,
        false,
        "[가-힣ㄱ-ㆎ]+|[！…“”‘’—：；，、-〿︰-﹏]+|[ㄅ-ㄯ]+|" + CJK,
        String.join(
            "|", CASED_LETTERS.formatted(CONTRACTION + "?"), "\\p{N}", SIGNS_AND_SLASH, SPACES));
    put("granite-embed-multi-97m", true, false, false, GPT4O);
    put("jina-v1-en jina-v2-code roberta-bpe", false, false, true, GPT2);
    put(
        "jais-2",
        false,
        false,
        false,
        String.join(
            "|",
            CONTRACTION,
            LETTERS,
            THREE_DIGITS,
            SIGNS,
            "\\s*[\\r\\n]+",
            "\\s{512}(?!\\S)|\\s{256}(?!\\S)|\\s{128}(?!\\S)|\\s{64}(?!\\S)|\\s{32}(?!\\S)"
                + "|\\s{16}(?!\\S)|\\s{8}(?!\\S)|\\s{4}(?!\\S)|\\s{1,2}(?!\\S)|\\s{1}"));
    put(
        "chameleon",
        false,
        true,
        false,
        "<sentinel:[0-9]+>",
        "(IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z",
        "([\\t\\n]|    |  )",
        "\\p{N}",
        "[\\p{P}!-/:-@\\[-`{-~]",
        GPT2);
  }

  private PreTokenizerNames() {}

  private static void put(String names, String... patterns) {
    put(names, false, false, false, patterns);
  }

  private static void put(
      String names, boolean wholeWords, boolean addBos, boolean addSep, String... patterns) {
    Scheme scheme = new Scheme(List.of(patterns), wholeWords, addBos, addSep);
    for (String name : names.split(" ", -1)) {
      SCHEMES.put(name, scheme);
    }
  }

  /** What {@code name} stands for; an error that lists the names where it stands for nothing. */
  static Scheme scheme(String name) {
    Scheme scheme = SCHEMES.get(name);
    if (scheme == null) {
      throw new BadInputException(
          "the pre-tokenizer '"
              + name
              + "' is not known; expected one of "
              + String.join(", ", new TreeSet<>(SCHEMES.keySet())));
    }
    return scheme;
  }
}
