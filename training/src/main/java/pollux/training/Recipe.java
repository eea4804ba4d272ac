package pollux.training;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import pollux.model.DecoderSpec;
import pollux.model.Tier;
import pollux.tensor.BadInputException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Everything that decides a run, in one readable YAML file.
 *
 * @param name names the run's folders
 * @param seed of data, initial weights and the order of lessons
 * @param data folder with the text sources, relative to the recipe
 * @param tokenizer entries of the vocabulary
 * @param sources lessons to prepare and share of the mixture, by the name of the source
 */
public record Recipe(
    String name,
    long seed,
    String data,
    int tokenizer,
    Map<String, Ingredient> sources,
    Model model,
    Schedule training) {

  /**
   * @param lessons how many to prepare
   * @param share of the lessons drawn in training, relative to the others
   */
  public record Ingredient(int lessons, double share) {}

  /** Sizes of the decoder; see {@link DecoderSpec}. */
  public record Model(
      int width,
      int heads,
      int kvHeads,
      int headLength,
      Map<String, Integer> feedForward,
      List<String> layers,
      double ropeBase,
      int context) {}

  /**
   * @param steps updates in all
   * @param positions of one replica's batch, at most
   * @param replicas batches per update, each on a thread of its own; the sum does not depend on threads
   * @param warmup updates over which the rates rise
   * @param decayFrom share of the run after which the rates fall linearly to a fiftieth
   * @param quantiseFrom share of the run after which Nano's matrices are seen in 4 bits
   * @param smaller share of the lessons of a step from which a smaller tier learns, too
   * @param teacher share of the parent's distribution in what smaller tiers learn
   * @param clip largest norm of the gradient
   * @param checkpointMinutes between two checkpoints
   */
  public record Schedule(
      int steps,
      int positions,
      int replicas,
      int warmup,
      double decayFrom,
      double quantiseFrom,
      double smaller,
      double teacher,
      double muon,
      double adam,
      double decay,
      double clip,
      double checkpointMinutes) {}

  /** Reads and checks {@code path}. */
  public static Recipe read(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new BadInputException("there is no recipe at " + path + ": give the path of a .yaml recipe");
    }
    YAMLMapper mapper =
        YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();
    try {
      Recipe recipe = mapper.readValue(Files.readString(path), Recipe.class);
      recipe.check(path);
      return recipe;
    } catch (JacksonException e) {
      throw new BadInputException(
          "recipe " + path + " cannot be read: " + e.getOriginalMessage().lines().findFirst().orElse(""), e);
    } catch (IOException e) {
      throw new BadInputException("recipe " + path + " cannot be read: " + e.getMessage(), e);
    }
  }

  private void check(Path path) {
    require(path, sources != null && !sources.isEmpty(), "sources: at least one is needed");
    sources.forEach(
        (source, i) ->
            require(
                path,
                i.lessons() > 0 && i.share() >= 0,
                "sources." + source + ": lessons must be above 0 and share 0 or more"));
    require(path, tokenizer >= 300 && tokenizer <= 8192, "tokenizer: 300 to 8192 entries");
    require(path, model.width() % 32 == 0, "model.width: a multiple of 32");
    for (Tier t : Tier.values()) {
      Integer rows = model.feedForward().get(t.label());
      require(
          path,
          rows != null && rows > 0 && rows % 32 == 0,
          "model.feedForward." + t.label() + ": a multiple of 32");
    }
    require(path, !model.layers().isEmpty(), "model.layers: at least one");
    require(path, training.steps() > 0, "training.steps: above 0");
    require(path, training.positions() >= 64, "training.positions: 64 or more");
    require(
        path, training.smaller() > 0 && training.smaller() <= 1, "training.smaller: above 0, at most 1");
    require(path, training.replicas() >= 1 && training.replicas() <= 64, "training.replicas: 1 to 64");
  }

  private static void require(Path path, boolean condition, String what) {
    if (!condition) {
      throw new BadInputException("recipe " + path + ": " + what);
    }
  }

  /** The decoder over a vocabulary of {@code vocabulary} entries. */
  public DecoderSpec spec(int vocabulary) {
    return new DecoderSpec(
        vocabulary,
        model.width(),
        model.heads(),
        model.kvHeads(),
        model.headLength(),
        java.util.Arrays.stream(Tier.values()).map(t -> model.feedForward().get(t.label())).toList(),
        model.layers().stream().map(Tier::of).toList(),
        (float) model.ropeBase(),
        1e-6f,
        model.context());
  }

  /** A checksum of what decides the numbers of a run (not of how long it runs), to refuse a resume from another recipe. */
  @JsonIgnore
  public long fingerprint() {
    CRC32C crc = new CRC32C();
    String all = seed + "|" + tokenizer + "|" + model;
    crc.update(all.getBytes(StandardCharsets.UTF_8));
    return crc.getValue();
  }
}
