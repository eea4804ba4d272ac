package pollux.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.tensor.BadInputException;

class PatternTest {
  private static List<String> matches(String pattern, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    CodePoints points = new CodePoints(utf8, 0, utf8.length);
    IdList found = new IdList(8);
    new PatternMatcher(new PatternProgram(pattern), points.points(), points.size())
        .findAll(0, points.size(), found);
    List<String> matches = new ArrayList<>();
    for (int i = 0; i < found.size(); i += 2) {
      int from = points.start(found.get(i));
      int to = points.start(found.get(i + 1));
      matches.add(new String(utf8, from, to - from, StandardCharsets.UTF_8));
    }
    return matches;
  }

  @Test
  void readsWhatTokenizersWrite() {
    assertThat(matches("a|ab", "ab")).containsExactly("a");
    assertThat(matches("(?:ab|a)c", "abc ac")).containsExactly("abc", "ac");
    assertThat(matches("\\d{2,3}", "1234567")).containsExactly("123", "456");
    assertThat(matches("a+?", "aaa")).containsExactly("a", "a", "a");
    assertThat(matches("a++a", "aaa")).isEmpty();
    assertThat(matches("(?>a|ab)c", "abc")).isEmpty();
    assertThat(matches("\\s+(?!\\S)", "a   b  ")).containsExactly("  ", "  ");
    assertThat(matches("(?<=a)b", "bab")).containsExactly("b");
    assertThat(matches("(?<!a)b", "bab")).containsExactly("b");
    assertThat(matches("[a-c&&[^b]]+", "abcb")).containsExactly("a", "c");
    assertThat(matches("[^\\p{L}\\s]", "a 1é!")).containsExactly("1", "!");
    assertThat(matches("\\p{Han}+", "a漢字b")).containsExactly("漢字");
    assertThat(matches("(?i:'s)", "'S'ſ")).containsExactly("'S", "'ſ");
    assertThat(matches("'[sS]", "'S'ſ")).containsExactly("'S");
    assertThat(matches("\\bcat\\b", "cat concat")).containsExactly("cat");
    assertThat(matches("[]a]+|\\x41|\\u00e9|{", "]aAé{")).containsExactly("]a", "A", "é", "{");
    assertThat(matches("(a*)*b", "aab")).containsExactly("aab");
    assertThat(matches("\\w+$", "ab\ncd")).containsExactly("ab", "cd");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a",
        "a)",
        "[a",
        "a{2,1}",
        "*a",
        "\\",
        "(?<=a+)b",
        "\\1",
        "\\p{Klingon}",
        "[z-a]",
        "(?#x)",
        "a{1001}",
        "((((a{100}){100}){100}){100})"
      })
  void saysWhatItCannotRead(String pattern) {
    assertThatThrownBy(() -> new PatternProgram(pattern))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(pattern);
    String deep = "(".repeat(5000);
    assertThatThrownBy(() -> new PatternProgram(deep)).isInstanceOf(BadInputException.class);
  }

  /** Where both engines mean the same, they must find the same. */
  @Test
  void agreesWithTheJdk() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    String[] parts = {
      "a", "b", "[ab]", "[^a]", "(?:ab|b)", ".", "(?=b)", "(?!a)", "a|b", "\\b", "c?"
    };
    String[] counts = {"", "", "*", "+", "?", "{1,2}", "*?", "++", "?+"};
    for (int i = 0; i < 3000; i++) {
      StringBuilder pattern = new StringBuilder();
      for (int n = 1 + random.nextInt(4); n > 0; n--) {
        String part = parts[random.nextInt(parts.length)];
        boolean bare = part.startsWith("(?=") || part.startsWith("(?!") || part.equals("\\b");
        String count = bare ? "" : counts[random.nextInt(counts.length)];
        pattern.append("(?:").append(part).append(')').append(count);
      }
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(12); n > 0; n--) {
        text.append("abc ".charAt(random.nextInt(4)));
      }
      List<String> expected = new ArrayList<>();
      Matcher jdk = Pattern.compile(pattern.toString()).matcher(text);
      // An empty match is passed over by one character, as the search here does.
      for (int at = 0; at < text.length(); ) {
        jdk.region(at, text.length()).useTransparentBounds(true).useAnchoringBounds(false);
        boolean found = jdk.lookingAt() && jdk.end() > at;
        if (found) {
          expected.add(text.substring(at, jdk.end()));
        }
        at = found ? jdk.end() : at + 1;
      }
      assertThat(matches(pattern.toString(), text.toString()))
          .as("seed %d: '%s' in '%s'", seed, pattern, text)
          .isEqualTo(expected);
    }
  }

  @Test
  void noPatternTakesForEver() {
    String text = "a".repeat(30000) + "b";
    assertThatThrownBy(() -> matches("(?:a+)+c", text))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll("(?:a+)+c", "steps");
    Assertions.assertTimeout(
        Duration.ofSeconds(10),
        () -> {
          assertThat(matches("\\s+$", " ".repeat(1 << 20) + "x")).isEmpty();
          assertThat(matches("\\s*[\\r\\n]+|\\s+(?!\\S)", " ".repeat(1 << 20) + "x")).hasSize(1);
        });
  }
}
