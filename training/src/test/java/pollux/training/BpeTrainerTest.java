package pollux.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import pollux.model.ControlTokens;
import pollux.model.Tokenizer;
import pollux.model.tokenizer.ByteLevel;
import pollux.model.tokenizer.PreTokenizer;

class BpeTrainerTest {
  private static final int FIXED = 256 + ControlTokens.ALL.size();

  @Test
  void learnsTheMostFrequentPairs() {
    Tokenizer tokenizer =
        BpeTrainer.train(
            List.of("low low low lower lower newest newest newest newest").iterator(), FIXED + 3);
    assertThat(tokenizer.merges()).containsExactly("w e", "l o", "Ġ lo");
    assertThat(tokenizer.size()).isEqualTo(FIXED + 3);
    assertThat(tokenizer.control(ControlTokens.PAD)).isEqualTo(256 + 3);
  }

  @Test
  void stopsWhenNothingRepeats() {
    Tokenizer tokenizer = BpeTrainer.train(List.of("ab ab cd").iterator(), 8192);
    assertThat(tokenizer.size()).isLessThan(FIXED + 4);
    assertThatThrownBy(() -> BpeTrainer.train(Collections.emptyIterator(), 200))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /**
   * The incremental counts must lead to the merges that counting anew after each merge leads to.
   */
  @Test
  void agreesWithCountingAnew() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = 1 + random.nextInt(60); n > 0; n--) {
        text.append("aaaabbcé 你".charAt(random.nextInt(10)));
      }
      texts.add(text.toString());
    }
    Tokenizer tokenizer = BpeTrainer.train(texts.iterator(), FIXED + 60);
    assertThat(tokenizer.merges())
        .as("seed %d", seed)
        .isEqualTo(mergesByCountingAnew(texts, FIXED + 60));
    Collections.shuffle(texts, random);
    assertThat(BpeTrainer.train(texts.iterator(), FIXED + 60).merges())
        .as("seed %d, another order", seed)
        .isEqualTo(tokenizer.merges());
    for (String text : texts) {
      assertThat(tokenizer.decode(tokenizer.encode(text))).as("seed %d", seed).isEqualTo(text);
    }
  }

  private static List<String> mergesByCountingAnew(List<String> texts, int size) {
    List<List<String>> words = new ArrayList<>();
    for (String text : texts) {
      PreTokenizer.named(Tokenizer.PRE_TOKENIZER)
          .cut(
              text,
              word ->
                  words.add(
                      new ArrayList<>(
                          List.of(
                              ByteLevel.toText(word.getBytes(StandardCharsets.UTF_8)).split("")))));
    }
    List<String> merges = new ArrayList<>();
    Map<String, Boolean> tokens = new HashMap<>();
    while (FIXED + tokens.size() < size) {
      Map<String, Integer> counts = new TreeMap<>(BpeTrainerTest::byBytes);
      for (List<String> word : words) {
        for (int i = 0; i + 1 < word.size(); i++) {
          counts.merge(word.get(i) + " " + word.get(i + 1), 1, Integer::sum);
        }
      }
      String best = "";
      for (Map.Entry<String, Integer> e : counts.entrySet()) {
        if (best.isEmpty() ? e.getValue() > 1 : e.getValue() > counts.get(best)) {
          best = e.getKey();
        }
      }
      if (best.isEmpty()) {
        return merges;
      }
      merges.add(best);
      String[] sides = best.split(" ");
      tokens.put(sides[0] + sides[1], true);
      for (List<String> word : words) {
        for (int i = 0; i + 1 < word.size(); i++) {
          if (word.get(i).equals(sides[0]) && word.get(i + 1).equals(sides[1])) {
            word.set(i, sides[0] + sides[1]);
            word.remove(i + 1);
          }
        }
      }
    }
    return merges;
  }

  private static int byBytes(String a, String b) {
    String[] x = a.split(" ");
    String[] y = b.split(" ");
    int left = Arrays.compareUnsigned(ByteLevel.toBytes(x[0]), ByteLevel.toBytes(y[0]));
    return left != 0
        ? left
        : Arrays.compareUnsigned(ByteLevel.toBytes(x[1]), ByteLevel.toBytes(y[1]));
  }
}
