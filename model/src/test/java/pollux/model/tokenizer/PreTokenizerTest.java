package pollux.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

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
}
