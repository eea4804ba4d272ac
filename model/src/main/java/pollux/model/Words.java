package pollux.model;

import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts text into the words within which tokens may merge, as the {@code qwen2} pre-tokenizer of
 * llama.cpp does. Nothing is lost: the words together are the text.
 */
public final class Words {
  /** What the pre-tokenizer is called in a GGUF file ({@code tokenizer.ggml.pre}). */
  public static final String NAME = "qwen2";

  /*
   * The contractions are spelled out instead of (?i:…): UNICODE_CHARACTER_CLASS, which \s needs to
   * cover the Unicode white space, also folds case by Unicode, so that 's would match 'ſ.
   */
  private static final Pattern WORD =
      Pattern.compile(
          "'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]"
              + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+"
              + "|\\p{N}"
              + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
              + "|\\s*[\\r\\n]+"
              + "|\\s+(?!\\S)"
              + "|\\s+",
          Pattern.UNICODE_CHARACTER_CLASS);

  private Words() {}

  /** Gives the words of {@code text} to {@code words}, in order. */
  public static void cut(String text, Consumer<String> words) {
    Matcher matcher = WORD.matcher(text);
    int done = 0;
    while (matcher.find()) {
      if (matcher.start() > done) {
        // Every character is covered by one of the alternatives, so this stays unused; text must
        // not get lost.
        words.accept(text.substring(done, matcher.start()));
      }
      words.accept(matcher.group());
      done = matcher.end();
    }
    if (done < text.length()) {
      words.accept(text.substring(done));
    }
  }
}
