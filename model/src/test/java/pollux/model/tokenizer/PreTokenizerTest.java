package pollux.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import pollux.tensor.BadInputException;

class PreTokenizerTest {
  private static List<String> cut(String text) {
    return cut("qwen2", text);
  }

  private static List<String> cut(String name, String text) {
    List<String> words = new ArrayList<>();
    PreTokenizer.named(name).cut(text, words::add);
    return words;
  }

  @Test
  void cutsAsQwen2Does() {
    assertThat(cut("Hello world")).containsExactly("Hello", " world");
    assertThat(cut("I'll don'T")).containsExactly("I", "'ll", " don", "'T");
    assertThat(cut("x=3.14")).containsExactly("x", "=", "3", ".", "1", "4");
    assertThat(cut("(a)\n\n  b")).containsExactly("(a", ")\n\n", " ", " b");
    assertThat(cut("a \n \n b  ")).containsExactly("a", " \n \n", " b", "  ");
    assertThat(cut("你好,世界")).containsExactly("你好", ",世界");
    assertThat(cut("½ Ⅷ٣")).containsExactly("½", " ", "Ⅷ", "٣");
    assertThat(cut("e\u0301t")).containsExactly("e", "\u0301t");
  }

  @Test
  void spacesOfAllScriptsAreSpaces() {
    assertThat(cut("a\u3000\u00A0b")).containsExactly("a", "\u3000", "\u00A0b");
    assertThat(cut("a\u3000\u0085")).containsExactly("a", "\u3000\u0085");
  }

  @Test
  void contractionsFoldAsciiOnly() {
    // With Unicode case folding the long s (U+017F) would be taken for an s, and 'ſo be cut in two.
    assertThat(cut("'ſo")).containsExactly("'ſo");
  }

  @Test
  void nothingIsLost() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(20); n > 0; n--) {
        int c = random.nextInt(random.nextBoolean() ? 128 : Character.MAX_CODE_POINT);
        text.appendCodePoint(Character.getType(c) == Character.SURROGATE ? ' ' : c);
      }
      assertThat(String.join("", cut(text.toString())))
          .as("seed %d", seed)
          .isEqualTo(text.toString());
    }
  }

  @Test
  void namesOfOtherModelsCutAsTheirsDo() {
    assertThat(cut("llama-bpe", "12345 x")).containsExactly("123", "45", " x");
    assertThat(cut("gpt-2", "it's\t\tHello")).containsExactly("it", "'s", "\t", "\t", "Hello");
    assertThat(cut("starcoder", "a12")).containsExactly("a", "1", "2");
    assertThat(cut("falcon", "12345!?")).containsExactly("123", "45", "!?");
    assertThat(cut("gpt-4o", "HelloWorld's/ ÉCOLEÉté"))
        .containsExactly("Hello", "World's", "/", " ÉCOLEÉté");
    assertThat(cut("gpt-4o", "हिन्दी")).containsExactly("हिन्दी");
    assertThat(cut("tekken", "camelCase 12")).containsExactly("camel", "Case", " ", "1", "2");
    assertThat(cut("kimi-k2", "漢字abc")).containsExactly("漢字", "abc");
    assertThat(cut("deepseek-v3", "漢字1234a.b")).containsExactly("漢字", "123", "4", "a", ".b");
    assertThat(cut("deepseek-llm", "é x\n\n")).containsExactly("é", " x", "\n", "\n");
    assertThat(cut("superbpe", "1234567")).containsExactly("1", "234", "567");
    assertThat(cut("tiny_aya", "1234567 12ab")).containsExactly("1", "234", "567", " ", "12", "ab");
    assertThat(cut("qwen35", "हि")).containsExactly("हि");
    assertThat(cut("gemma4", "a b\n\nc")).containsExactly("a b", "\n\n", "c");
  }

  @Test
  void everyNameWorks() {
    String message = "";
    try {
      PreTokenizer.named("nonesuch");
    } catch (BadInputException e) {
      message = e.getMessage();
    }
    assertThat(message).contains("nonesuch", "llama-bpe");
    String text = "Hello, 12345 wörld!\n\n\tfoo's BAR 漢字 हिन्दी 🙂  x ";
    for (String name : message.substring(message.indexOf("one of ") + 7).split(", ")) {
      assertThat(String.join("", cut(name, text))).as(name).isEqualTo(text);
    }
  }

  @Test
  void aLongRunOfAnythingTakesLittleTime() {
    for (String name :
        List.of("qwen2", "gpt-4o", "tiny_aya", "superbpe", "deepseek-llm", "exaone-moe")) {
      for (String c : List.of("a", "A", "é", "1", " ", "\n", ".", "漢", "'")) {
        assertTimeout(Duration.ofSeconds(5), () -> cut(name, c.repeat(200_000) + "x"), name + c);
      }
    }
  }
}
