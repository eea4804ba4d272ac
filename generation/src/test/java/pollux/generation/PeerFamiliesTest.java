package pollux.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.model.Prompt;
import pollux.tensor.ElementType;

/**
 * Models of other vendors against what llama.cpp says of the same files and tokens. The reference
 * outputs lie in the folder that {@code -Dpollux.peer=FOLDER} names, or beside the repository.
 */
class PeerFamiliesTest {
  private static final double MOST_ERROR = 1e-6;

  /** Two logits this near each other may trade places. */
  private static final float TIE = 1e-5f;

  static Stream<Path> files() throws IOException {
    Path families = folder().resolve("families");
    if (!Files.isDirectory(families)) {
      return Stream.of(families);
    }
    try (Stream<Path> files = Files.list(families)) {
      return files.filter(f -> f.toString().endsWith(".gguf")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void logitsAgreeWithTheReference(Path file) throws IOException {
    assumeTrue(Files.isRegularFile(file), file + " is missing");
    String name = file.toString();
    Path logits = Path.of(name.substring(0, name.length() - ".gguf".length()) + ".logits");
    agree(file, file.resolveSibling("tokens.txt"), logits);
  }

  @ParameterizedTest
  @MethodSource("stories")
  void soDoThoseOfARealModel(Path file) throws IOException {
    assumeTrue(Files.isRegularFile(file), file + " is missing");
    agree(
        file,
        file.resolveSibling("stories260K.tokens.txt"),
        file.resolveSibling("stories260K.logits"));
  }

  @ParameterizedTest
  @MethodSource("files")
  void logitsDoNotDependOnHowThePromptIsCutNorOnThreads(Path file) throws IOException {
    assumeTrue(Files.isRegularFile(file), file + " is missing");
    int[] ids = ids(file.resolveSibling("tokens.txt"));
    int n = ids.length;
    try (Engine whole = Engine.open(file, EngineOptions.threads(1));
        Engine pieces = Engine.open(file, EngineOptions.threads(3))) {
      float[][] expected =
          whole.logits(new Prompt(ids, List.of()), IntStream.range(0, n).toArray());
      for (int i : new int[] {0, 1, 2, 30, 31, 40, n - 1}) {
        // What was read before is kept, so this reads the positions since.
        Prompt start = new Prompt(Arrays.copyOf(ids, i + 1), List.of());
        assertThat(pieces.logits(start, i)[0]).as("position %d", i).isEqualTo(expected[i]);
      }
      // Back to where a layer with a state cannot go without reading again.
      Prompt start = new Prompt(Arrays.copyOf(ids, 20), List.of());
      assertThat(pieces.logits(start, 19)[0]).isEqualTo(expected[19]);
    }
  }

  static Stream<Path> stories() {
    return Stream.of(folder().resolve("stories260K/stories260K.gguf"));
  }

  @Test
  void aRealModelTellsTheSameStory() throws IOException {
    Path file = folder().resolve("stories260K/stories260K.gguf");
    assumeTrue(Files.isRegularFile(file), file + " is missing");
    String expected = Files.readString(file.resolveSibling("stories260K.greedy.txt")).strip();
    try (Engine engine = Engine.open(file, EngineOptions.threads(2).withCache(ElementType.F32))) {
      int tokens = engine.raw(expected).tokens().length;
      Sampling greedy = new Sampling(0, 1, tokens, 0);
      Answer told = engine.complete("Once upon a time", greedy, AnswerListener.SILENT);
      assertThat(("Once upon a time" + told.text()).strip()).startsWith(expected);
    }
  }

  private static void agree(Path file, Path tokens, Path logits) throws IOException {
    int[] ids = ids(tokens);
    float[] expected = floats(logits);
    int vocabulary = expected.length / ids.length;
    float[][] found;
    try (Engine engine = Engine.open(file, EngineOptions.threads(2).withCache(ElementType.F32))) {
      assertThat(engine.spec().vocabulary()).isEqualTo(vocabulary);
      found = engine.logits(new Prompt(ids, List.of()), IntStream.range(0, ids.length).toArray());
    }
    double error = 0;
    double power = 0;
    for (int p = 0; p < ids.length; p++) {
      for (int v = 0; v < vocabulary; v++) {
        double wanted = expected[p * vocabulary + v];
        error += (found[p][v] - wanted) * (found[p][v] - wanted);
        power += wanted * wanted;
      }
    }
    assertThat(error / power).as("normalised mean squared error").isLessThanOrEqualTo(MOST_ERROR);
    for (int p = 0; p < ids.length; p++) {
      int best = largest(found[p], 0, vocabulary);
      int wanted = largest(expected, p * vocabulary, vocabulary);
      float apart = expected[p * vocabulary + wanted] - expected[p * vocabulary + best];
      assertThat(apart).as("position %d: token %d, not %d", p, best, wanted).isLessThan(TIE);
    }
  }

  private static int[] ids(Path tokens) throws IOException {
    return Arrays.stream(Files.readString(tokens).trim().split("\\s+"))
        .mapToInt(Integer::parseInt)
        .toArray();
  }

  private static int largest(float[] values, int from, int n) {
    int best = 0;
    for (int i = 1; i < n; i++) {
      best = values[from + i] > values[from + best] ? i : best;
    }
    return best;
  }

  private static float[] floats(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[bytes.remaining() / 4];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  private static Path folder() {
    return Path.of(System.getProperty("pollux.peer", "../../shared/peer"));
  }
}
