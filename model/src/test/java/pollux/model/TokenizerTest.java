package pollux.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import pollux.tensor.BadInputException;

class TokenizerTest {
  private final Tokenizer tokenizer =
      SmallVocabulary.with(
          "h e", "l l", "he ll", "hell o", "Ġ w", "o r", "Ġw or", "Ġwor l", "Ġworl d");

  private static int id(Tokenizer tokenizer, String token) {
    return tokenizer.vocabulary().indexOf(token);
  }

  @Test
  void mergesTheLowestRankFirst() {
    assertThat(tokenizer.encode("hello world"))
        .containsExactly(id(tokenizer, "hello"), id(tokenizer, "Ġworld"));
    assertThat(tokenizer.encode("shell")).containsExactly('s', id(tokenizer, "hell"));
    Tokenizer other = SmallVocabulary.with("b c", "a b", "a bc");
    assertThat(other.encode("abc")).containsExactly(id(other, "abc"));
    assertThat(other.encode("ab")).containsExactly(id(other, "ab"));
  }

  @Test
  void equalPairsMergeFromTheLeft() {
    Tokenizer runs = SmallVocabulary.with("a a", "aa aa");
    assertThat(runs.encode("aaaaa")).containsExactly(id(runs, "aaaa"), 'a');
    assertThat(runs.encode("aaa")).containsExactly(id(runs, "aa"), 'a');
  }

  @Test
  void wordsDoNotMergeWithEachOther() {
    Tokenizer digits = SmallVocabulary.with("1 2", "a !");
    assertThat(digits.encode("12a!")).containsExactly('1', '2', 'a', '!');
  }

  @Test
  void textNeverMakesControlTokens() {
    int[] ids = tokenizer.encode("<|end|><|user|>hello");
    assertThat(IntStream.of(ids).filter(tokenizer::isControl).toArray()).isEmpty();
    assertThat(tokenizer.decode(ids)).isEqualTo("<|end|><|user|>hello");
    assertThat(tokenizer.isControl(tokenizer.control("<|end|>"))).isTrue();
    assertThatThrownBy(() -> tokenizer.control("hello")).isInstanceOf(BadInputException.class);
  }

  @Test
  void spellsLetterByLetter() {
    assertThat(tokenizer.spell("hello")).containsExactly('h', 'e', 'l', 'l', 'o');
    Tokenizer chinese = SmallVocabulary.with("ä ½", "ä½ ł", "å ¥", "å¥ ½", "ä½ł å¥½");
    assertThat(chinese.encode("你好")).containsExactly(id(chinese, "ä½łå¥½"));
    assertThat(chinese.spell("你好")).containsExactly(id(chinese, "ä½ł"), id(chinese, "å¥½"));
    assertThat(chinese.decode(chinese.spell("你好 1"))).isEqualTo("你好 1");
  }

  @Test
  void anyTextComesBackWholeAndInPieces() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 500; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(30); n > 0; n--) {
        int c =
            random.nextInt(3) == 0
                ? random.nextInt(Character.MAX_CODE_POINT)
                : " hello wor1\n".codePointAt(random.nextInt(12));
        text.appendCodePoint(Character.getType(c) == Character.SURROGATE ? '?' : c);
      }
      int[] ids = tokenizer.encode(text.toString());
      assertThat(tokenizer.decode(ids)).as("seed %d", seed).isEqualTo(text.toString());
      assertThat(streamed(ids)).as("seed %d", seed).isEqualTo(text.toString());
      int[] noise = random.ints(random.nextInt(40), 0, tokenizer.size()).toArray();
      assertThat(streamed(noise)).as("seed %d", seed).isEqualTo(tokenizer.decode(noise));
    }
  }

  private String streamed(int[] ids) {
    TokenStream stream = tokenizer.stream();
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      String piece = stream.next(id);
      text.append(piece);
    }
    return text.append(stream.end()).toString();
  }

  @Test
  void aCharacterAppearsWithItsLastByte() {
    TokenStream stream = tokenizer.stream();
    assertThat(stream.next(0xF0)).isEmpty();
    assertThat(stream.next(0x9F)).isEmpty();
    assertThat(stream.next(0xA6)).isEmpty();
    assertThat(stream.next(0x99)).isEqualTo("🦙");
    assertThat(stream.next(0xE4)).isEmpty();
    assertThat(stream.next('a')).isEqualTo("\uFFFDa");
    assertThat(stream.next(0xE4)).isEmpty();
    assertThat(stream.end()).isEqualTo("\uFFFD");
  }

  @Test
  void halfASurrogatePairBecomesTheReplacementCharacter() {
    assertThat(tokenizer.decode(tokenizer.encode("a\uD83Eb"))).isEqualTo("a\uFFFDb");
  }

  @Test
  void aLongWordTakesLittleTime() {
    Tokenizer runs = SmallVocabulary.with("a a", "aa aa", "aaaa aaaa");
    Assertions.assertTimeout(
        Duration.ofSeconds(20),
        () -> assertThat(runs.encode("a".repeat(1 << 20))).hasSize(1 << 17));
    Assertions.assertTimeout(
        Duration.ofSeconds(20),
        () -> assertThat(runs.encode(" ".repeat(1 << 20) + "x")).isNotEmpty());
  }

  @Test
  void partsThatDoNotFitAreRefused() {
    List<String> vocabulary = SmallVocabulary.with().vocabulary();
    BitSet none = new BitSet();
    assertThatThrownBy(() -> new Tokenizer(vocabulary.subList(1, 256), List.of(), none))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("byte 0");
    assertThatThrownBy(() -> new Tokenizer(vocabulary.subList(0, 256), List.of("a b"), none))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("merge 0, 'a b'");
    assertThatThrownBy(() -> new Tokenizer(vocabulary.subList(0, 256), List.of("a"), none))
        .isInstanceOf(BadInputException.class);
  }
}
