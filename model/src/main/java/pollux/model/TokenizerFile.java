package pollux.model;

import java.util.BitSet;
import java.util.List;
import pollux.tensor.BadInputException;

/** The tokenizer within a GGUF file, in the keys that llama.cpp reads. */
public final class TokenizerFile {
  private static final String PREFIX = "tokenizer.ggml.";
  private static final String MODEL = PREFIX + "model";
  private static final String PRE = PREFIX + "pre";
  private static final String TOKENS = PREFIX + "tokens";
  private static final String TOKEN_TYPE = PREFIX + "token_type";
  private static final String MERGES = PREFIX + "merges";

  /** llama.cpp's name for byte-level BPE. */
  private static final String BYTE_LEVEL_BPE = "gpt2";

  private static final int NORMAL = 1;
  private static final int CONTROL = 3;

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
      types[id] = tokenizer.isControl(id) ? CONTROL : NORMAL;
    }
    int end = tokenizer.control(ControlTokens.END);
    file.text(MODEL, BYTE_LEVEL_BPE)
        .text(PRE, Words.NAME)
        .texts(TOKENS, tokenizer.vocabulary())
        .integers(TOKEN_TYPE, types)
        .texts(MERGES, tokenizer.merges())
        .integer(PREFIX + "bos_token_id", end)
        .integer(PREFIX + "eos_token_id", end)
        .integer(PREFIX + "padding_token_id", tokenizer.control(ControlTokens.PAD))
        .flag(PREFIX + "add_bos_token", false)
        .text("tokenizer.chat_template", CHAT_TEMPLATE);
  }

  /**
   * The tokenizer of {@code file}; tokens of every type but the normal one never come from text.
   */
  public static Tokenizer read(GgufFile file) {
    expect(file, MODEL, BYTE_LEVEL_BPE);
    expect(file, PRE, Words.NAME);
    List<String> tokens = file.texts(TOKENS);
    long[] types = file.integers(TOKEN_TYPE);
    if (types.length != tokens.size()) {
      throw new BadInputException(
          file.path()
              + ": metadata '"
              + TOKEN_TYPE
              + "': expected one for each of the "
              + tokens.size()
              + " tokens, found "
              + types.length);
    }
    BitSet control = new BitSet();
    for (int id = 0; id < types.length; id++) {
      control.set(id, types[id] != NORMAL);
    }
    try {
      return new Tokenizer(tokens, file.texts(MERGES), control);
    } catch (BadInputException e) {
      throw new BadInputException(
          file.path() + ": the tokenizer does not work: " + e.getMessage(), e);
    }
  }

  private static void expect(GgufFile file, String key, String expected) {
    String found = file.text(key);
    if (!found.equals(expected)) {
      throw new BadInputException(
          file.path() + ": metadata '" + key + "': expected " + expected + ", found " + found);
    }
  }
}
