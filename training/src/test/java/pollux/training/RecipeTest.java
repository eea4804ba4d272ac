package pollux.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pollux.model.FamilySpec;
import pollux.model.Tier;
import pollux.tensor.BadInputException;

class RecipeTest {
  private static final String GOOD =
      """
      name: small
      seed: 5
      data: texts
      tokenizer: 512
      sources:
        leaves: {lessons: 64, share: 1.5}
        angle: {lessons: 32, share: 0}
      model:
        width: 64
        heads: 4
        kvHeads: 2
        headLength: 16
        feedForward: {nano: 96, pro: 32, ultra: 64}
        layers: [nano, pro, ultra]
        ropeBase: 10000
        context: 256
      training:
        steps: 10
        positions: 128
        replicas: 2
        warmup: 3
        decayFrom: 0.6
        quantiseFrom: 0.8
        smaller: 0.5
        teacher: 0.5
        muon: 0.02
        adam: 0.003
        decay: 0.01
        clip: 1.0
        checkpointMinutes: 3
      """;

  @TempDir Path folder;

  @Test
  void aGoodOneIsRead() throws IOException {
    Recipe recipe = Recipe.read(write(GOOD));
    assertThat(recipe.sources().keySet()).containsExactly("leaves", "angle");
    assertThat(recipe.training().decayFrom()).isEqualTo(0.6);
    FamilySpec spec = recipe.spec(500);
    assertThat(spec.vocabulary()).isEqualTo(500);
    assertThat(spec.slabs()).containsExactly(96, 32, 64);
    assertThat(spec.layerTiers()).containsExactly(Tier.NANO, Tier.PRO, Tier.ULTRA);
    assertThat(spec.feedForward(Tier.ULTRA)).isEqualTo(192);
  }

  @Test
  void theRecipesOfTheProjectAreGood() throws IOException {
    Path recipes = Path.of("").toAbsolutePath().resolveSibling("recipes");
    assertThat(recipes).isDirectory();
    try (Stream<Path> files = Files.list(recipes)) {
      List<Path> all = files.filter(f -> f.toString().endsWith(".yaml")).toList();
      assertThat(all).isNotEmpty();
      all.forEach(Recipe::read);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tokenizer: 512 | tokenizer: 299 | tokenizer",
        "tokenizer: 512 | tokenizer: 8193 | tokenizer",
        "tokenizer: 512 | tokenizer: 512.5 | tokenizer",
        "tokenizer: 512 | tokenizer: many | tokenizer",
        "lessons: 64 | lessons: 0 | sources.leaves.lessons",
        "lessons: 64 | lessons: -64 | sources.leaves.lessons",
        "share: 1.5 | share: -1.5 | sources.leaves.share",
        "share: 1.5 | share: .nan | sources.leaves.share",
        "share: 1.5 | share: 0 | sources: expected at least one with a share",
        "leaves: {lessons: 64, share: 1.5} | leaves: | sources.leaves",
        "leaves: {lessons: 64, share: 1.5} | leaves: 7 | sources.leaves",
        "leaves: {lessons: 64, share: 1.5} | leaves: {lessons: 64} | sources.leaves",
        "width: 64 | width: 65 | model.width",
        "width: 64 | width: 0 | model.width",
        "width: 64 | width: -64 | model.width",
        "width: 64 | width: 99999999999 | line 9",
        " heads: 4 | heads: 0 | model.heads",
        "kvHeads: 2 | kvHeads: 3 | model.kvHeads",
        "kvHeads: 2 | kvHeads: 0 | model.kvHeads",
        "kvHeads: 2 | kvHeads: 8 | model.kvHeads",
        "headLength: 16 | headLength: 15 | model.headLength",
        "headLength: 16 | headLength: 12 | model.headLength",
        "headLength: 16 | headLength: -16 | model.headLength",
        "nano: 96 | nano: 95 | model.feedForward.nano",
        "ultra: 64 | ultra: -64 | model.feedForward.ultra",
        "ultra: 64 | ultra: | model.feedForward.ultra",
        "ultra: 64 | ultro: 64 | model.feedForward.ultra",
        "ultra: 64} | ultra: 64, giant: 64} | model.feedForward",
        "[nano, pro, ultra] | [] | model.layers",
        "[nano, pro, ultra] | [nano, big] | model.layers",
        "ropeBase: 10000 | ropeBase: -1 | model.ropeBase",
        "context: 256 | context: 0 | model.context",
        "context: 256 | contest: 256 | model.context",
        "steps: 10 | steps: 0 | training.steps",
        "steps: 10 | steps: -10 | training.steps",
        "positions: 128 | positions: 63 | training.positions",
        "replicas: 2 | replicas: 0 | training.replicas",
        "replicas: 2 | replicas: 65 | training.replicas",
        "warmup: 3 | warmup: -3 | training.warmup",
        "decayFrom: 0.6 | decayFrom: 1.6 | training.decayFrom",
        "quantiseFrom: 0.8 | quantiseFrom: -0.8 | training.quantiseFrom",
        "quantiseFrom: 0.8 | quantizeFrom: 0.8 | training.quantiseFrom",
        "smaller: 0.5 | smaller: 0 | training.smaller",
        "smaller: 0.5 | smaller: 1.5 | training.smaller",
        "teacher: 0.5 | teacher: -0.5 | training.teacher",
        "muon: 0.02 | muon: -0.02 | training.muon",
        "adam: 0.003 | adam: .inf | training.adam",
        "adam: 0.003 | adam: -0.003 | training.adam",
        "decay: 0.01 | decay: -0.01 | training.decay",
        "clip: 1.0 | clip: 0 | training.clip",
        "clip: 1.0 | clip: | training.clip",
        "checkpointMinutes: 3 | checkpointMinutes: -3 | training.checkpointMinutes",
        "share: 1.5 | share: 1.5, patience: 3 | sources.leaves.patience",
        "checkpointMinutes: 3 | clip: 2 | clip",
        "seed: 5 | seed: 5.5 | seed",
        "seed: 5 | seeds: 5 | seed",
        "name: small | name: | name",
        "seed: 5 | seed: [5 | seed",
        "name: small | name: \"small | line",
      })
  void aBadOneIsOneSentenceThatNamesFileAndField(String was, String is, String field)
      throws IOException {
    assertThat(GOOD).contains(was);
    Path path = write(GOOD.replaceFirst(Pattern.quote(was), is));
    assertThatThrownBy(() -> Recipe.read(path))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll(path.toString(), field)
        .message()
        .hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({
    "name",
    "seed",
    "data",
    "tokenizer",
    "width",
    "heads",
    "kvHeads",
    "headLength",
    "feedForward",
    "layers",
    "ropeBase",
    "context",
    "steps",
    "positions",
    "replicas",
    "warmup",
    "decayFrom",
    "quantiseFrom",
    "smaller",
    "teacher",
    "muon",
    "adam",
    "decay",
    "clip",
    "checkpointMinutes"
  })
  void aMissingKeyIsNamed(String key) throws IOException {
    Path path = write(GOOD.replaceFirst("(?m)^ *" + key + ":.*\\n", ""));
    assertThatThrownBy(() -> Recipe.read(path))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll(path.toString(), key)
        .message()
        .hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({"sources", "model", "training"})
  void soIsAMissingOrEmptyPart(String key) throws IOException {
    for (String left : List.of("", key + ":\n")) {
      Path path = write(GOOD.replaceFirst("(?m)^" + key + ":\\n(  .*\\n)*", left));
      assertThatThrownBy(() -> Recipe.read(path))
          .isInstanceOf(BadInputException.class)
          .hasMessageContainingAll(path.toString(), key)
          .message()
          .hasLineCount(1);
    }
  }

  @Test
  void whatIsNoRecipeIsOneSentence() throws IOException {
    Path missing = folder.resolve("missing.yaml");
    assertThatThrownBy(() -> Recipe.read(missing))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(missing.toString());
    assertThatThrownBy(() -> Recipe.read(folder))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(folder.toString());
    for (String text :
        List.of(
            "",
            "# nothing\n",
            "42",
            "[1, 2]",
            "a: b: c",
            "\u0000",
            "--- \n--- \n",
            "x".repeat(2 << 20))) {
      Path path = write(text);
      assertThatThrownBy(() -> Recipe.read(path))
          .as(text.substring(0, Math.min(9, text.length())))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining(path.toString())
          .message()
          .hasLineCount(1);
    }
    Path binary = Files.write(folder.resolve("b.yaml"), new byte[] {(byte) 0xFF, (byte) 0xFE, 0});
    assertThatThrownBy(() -> Recipe.read(binary))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(binary.toString());
  }

  @Test
  void theFingerprintIsThatOfSeedVocabularyAndSizes() throws IOException {
    long fingerprint = Recipe.read(write(GOOD)).fingerprint();
    assertThat(Recipe.read(write(GOOD.replace("steps: 10", "steps: 20"))).fingerprint())
        .isEqualTo(fingerprint);
    for (String change : List.of("seed: 6", "tokenizer: 513", "  width: 96", "  context: 257")) {
      String key = change.substring(0, change.indexOf(':') + 1);
      String text = GOOD.replaceFirst("(?m)^" + key + ".*$", change);
      assertThat(Recipe.read(write(text)).fingerprint()).as(change).isNotEqualTo(fingerprint);
    }
  }

  @Test
  void theOrderOfTiersDoesNotCount() throws IOException {
    String other = GOOD.replace("{nano: 96, pro: 32, ultra: 64}", "{ultra: 64, nano: 96, pro: 32}");
    long fingerprint = Recipe.read(write(GOOD)).fingerprint();
    assertThat(Recipe.read(write(other)).fingerprint()).isEqualTo(fingerprint);
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("recipe.yaml"), text, StandardCharsets.UTF_8);
  }
}
