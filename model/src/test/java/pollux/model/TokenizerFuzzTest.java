package pollux.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pollux.tensor.BadInputException;

/**
 * Files that somebody has changed at random places: each opens and encodes, or gives one sentence.
 * 500 of each kind; {@code -Dpollux.fuzz=10000} takes more.
 */
class TokenizerFuzzTest {
  private static final int MUTANTS = Integer.getInteger("pollux.fuzz", 500);
  private static final long LONGEST_NANOS = 10_000_000_000L;
  private static final String TEXT = "ab a<s> bé 12 unable, \n\n漢 <|end|>";

  private final long seed = Long.getLong("pollux.seed", new Random().nextLong());
  private final Random random = new Random(seed);

  @TempDir private Path folder;

  @Test
  void tokenizerJson() throws IOException {
    List<String> files =
        List.of(
            TokenizerJsonTest.METASPACE_BPE,
            TokenizerJsonTest.BYTE_LEVEL_BPE,
            TokenizerJsonTest.UNIGRAM,
            TokenizerJsonTest.WORD_PIECE);
    String[] pieces = {
      "null",
      "-1",
      "4194303",
      "1e308",
      "[]",
      "{}",
      "\"\"",
      "true",
      "[[",
      "\"▁\"",
      "\"(a+)+$\"",
      "NaN",
      "\"Regex\"",
      "\"Sequence\"",
      "\"Precompiled\"",
      ":",
      ",",
      "\"\\ud800\""
    };
    for (int i = 0; i < MUTANTS; i++) {
      StringBuilder json = new StringBuilder(files.get(random.nextInt(files.size())));
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        int from = random.nextInt(json.length());
        switch (random.nextInt(5)) {
          case 0 -> json.setCharAt(from, json.charAt(random.nextInt(json.length())));
          case 1 -> json.delete(from, Math.min(json.length(), from + random.nextInt(30)));
          case 2 -> json.insert(from, pieces[random.nextInt(pieces.length)]);
          case 3 -> replaceValue(json, from, pieces[random.nextInt(pieces.length)]);
          default -> {
            int to = Math.min(json.length(), from + random.nextInt(60));
            json.insert(random.nextInt(json.length()), json.substring(from, to));
          }
        }
        if (json.isEmpty()) {
          json.append('{');
        }
      }
      Files.writeString(folder.resolve("tokenizer.json"), json);
      check(folder, i);
    }
  }

  /** Puts {@code piece} in place of a number or a text behind {@code from}. */
  private static void replaceValue(StringBuilder json, int from, String piece) {
    int colon = json.indexOf(":", from);
    int end = colon < 0 ? -1 : colon + 1;
    while (end > 0 && end < json.length() && ",]}".indexOf(json.charAt(end)) < 0) {
      end++;
    }
    if (end > 0) {
      json.replace(colon + 1, end, piece);
    }
  }

  @Test
  void metadata() throws IOException {
    List<Path> files;
    try (Stream<Path> written = writeFiles()) {
      files = written.toList();
    }
    Path mutant = folder.resolve("mutant.gguf");
    for (int i = 0; i < MUTANTS; i++) {
      byte[] bytes = Files.readAllBytes(files.get(random.nextInt(files.size())));
      for (int n = 1 + random.nextInt(4); n > 0; n--) {
        int at = 24 + random.nextInt(bytes.length - 24);
        switch (random.nextInt(4)) {
          case 0 -> bytes[at] = (byte) random.nextInt(256);
          case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
          case 2 -> bytes[at] = bytes[24 + random.nextInt(bytes.length - 24)];
          default -> {
            int from = 24 + random.nextInt(bytes.length - 24);
            int length = Math.min(random.nextInt(16), bytes.length - Math.max(at, from));
            System.arraycopy(bytes, from, bytes, at, length);
          }
        }
      }
      int length = random.nextInt(8) == 0 ? random.nextInt(bytes.length) : bytes.length;
      Files.write(mutant, java.util.Arrays.copyOf(bytes, length));
      check(mutant, i);
    }
  }

  private Stream<Path> writeFiles() throws IOException {
    Path bytePairs = folder.resolve("gpt2.gguf");
    GgufWriter writer = new GgufWriter();
    TokenizerFile.write(SmallVocabulary.with("a b", "Ġ a", "1 2", "Ġa b"), writer);
    writer.write(bytePairs);
    List<String> pieces =
        List.of(
            "<unk>", "<s>", "</s>", "<0xC3>", "<0xA9>", "▁", "a", "b", "▁a", "▁ab", "unable", ",");
    float[] scores = {0, 0, 0, 0, 0, -2, -3, -3.5f, -2.5f, -6, -4, -5};
    int[] kinds = {2, 3, 3, 6, 6, 1, 1, 1, 1, 1, 1, 4};
    double[] wide = new double[scores.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = scores[i];
    }
    // A charsmap that replaces nothing: one entry, and an empty replacement.
    int[] charsmap = {8, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0};
    for (String model : List.of("llama", "t5", "bert", "gemma4")) {
      new GgufWriter()
          .text("tokenizer.ggml.model", model)
          .texts("tokenizer.ggml.tokens", pieces)
          .put("tokenizer.ggml.scores", new GgufValue.Reals(GgufValue.Type.FLOAT32, wide))
          .integers("tokenizer.ggml.token_type", kinds)
          .integers("tokenizer.ggml.precompiled_charsmap", charsmap)
          .texts("tokenizer.ggml.merges", List.of("▁ a", "▁a b"))
          .integer("tokenizer.ggml.unknown_token_id", 0)
          .flag("tokenizer.ggml.add_space_prefix", true)
          .write(folder.resolve(model + ".gguf"));
      assertThat(Tokenizer.open(folder.resolve(model + ".gguf")).size()).isEqualTo(12);
    }
    return Stream.of("gpt2", "llama", "t5", "bert", "gemma4").map(n -> folder.resolve(n + ".gguf"));
  }

  private void check(Path path, int mutant) {
    long start = System.nanoTime();
    try {
      Tokenizer tokenizer = Tokenizer.open(path);
      for (boolean special : new boolean[] {false, true}) {
        int[] ids = tokenizer.encodeWhole(TEXT, special);
        for (int id : ids) {
          assertThat(id).isBetween(0, tokenizer.size() - 1);
        }
        tokenizer.decode(ids, special);
        TokenStream stream = tokenizer.stream();
        for (int id : ids) {
          String piece = stream.next(id);
          assertThat(piece.getBytes(StandardCharsets.UTF_8)).isNotNull();
        }
      }
    } catch (BadInputException e) {
      assertThat(e.getMessage())
          .as("seed %d, mutant %d", seed, mutant)
          .isNotBlank()
          .doesNotContain("Exception");
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      fail("seed " + seed + ", mutant " + mutant + " of " + path.getFileName(), e);
    }
    assertThat(System.nanoTime() - start)
        .as("seed %d, mutant %d", seed, mutant)
        .isLessThan(LONGEST_NANOS);
  }
}
