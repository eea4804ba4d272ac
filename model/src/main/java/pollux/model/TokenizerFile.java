package pollux.model;

import pollux.model.tokenizer.Vocabulary;
import pollux.tensor.BadInputException;

/** The tokenizer within a GGUF file, in the keys that llama.cpp reads. */
public final class TokenizerFile {
  static final String PREFIX = "tokenizer.ggml.";
  static final String MODEL = PREFIX + "model";
  static final String PRE = PREFIX + "pre";
  static final String TOKENS = PREFIX + "tokens";
  static final String TOKEN_TYPE = PREFIX + "token_type";
  static final String MERGES = PREFIX + "merges";

  /** llama.cpp's name for byte-level BPE. */
  static final String BYTE_LEVEL_BPE = "gpt2";

  /**
   * The layout of {@link PromptEncoder} for text, as a Jinja template, so that other programs that
   * read the file lay out conversations the same way.
   */
  public static final String CHAT_TEMPLATE =
      """
      {%- for message in messages -%}
      {%- if message.role == 'system' -%}<|system|>{{ message.content }}
      {%- elif message.role == 'user' -%}<|user|>{{ message.content }}
      {%- elif message.role == 'assistant' -%}<|model|>
      {%- if message.reasoning_content -%}<|think|>{{ message.reasoning_content }}<|/think|>{%- endif -%}
      {{ message.content }}<|end|>
      {%- endif -%}
      {%- endfor -%}
      {%- if add_generation_prompt -%}<|model|>{%- endif -%}
      """;

  private TokenizerFile() {}

  /** Puts {@code tokenizer} into {@code file}. */
  public static void write(Tokenizer tokenizer, GgufWriter file) {
    int[] types = new int[tokenizer.size()];
    for (int id = 0; id < types.length; id++) {
      types[id] = tokenizer.isControl(id) ? Vocabulary.CONTROL : Vocabulary.NORMAL;
    }
    int end = tokenizer.control(ControlTokens.END);
    file.text(MODEL, BYTE_LEVEL_BPE)
        .text(PRE, Tokenizer.PRE_TOKENIZER)
        .texts(TOKENS, tokenizer.vocabulary())
        .integers(TOKEN_TYPE, types)
        .texts(MERGES, tokenizer.merges())
        .integer(PREFIX + "bos_token_id", end)
        .integer(PREFIX + "eos_token_id", end)
        .integer(PREFIX + "padding_token_id", tokenizer.control(ControlTokens.PAD))
        .flag(PREFIX + "add_bos_token", false)
        .text("tokenizer.chat_template", CHAT_TEMPLATE);
  }

  /** Whether {@code file} has a tokenizer of a kind that is known here. */
  public static boolean isKnown(GgufFile file) {
    return GgufTokenizer.MODELS.contains(file.text(MODEL, ""));
  }

  /**
   * The tokenizer of {@code file}.
   *
   * @throws BadInputException when the file has none, or none that works
   */
  public static Tokenizer read(GgufFile file) {
    try {
      return new Tokenizer(new GgufTokenizer(file).read());
    } catch (BadInputException e) {
      String path = file.path().toString();
      String message = String.valueOf(e.getMessage());
      throw message.startsWith(path)
          ? e
          : new BadInputException(path + ": the tokenizer does not work: " + message, e);
    }
  }
}
