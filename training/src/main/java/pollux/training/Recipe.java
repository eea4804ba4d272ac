package pollux.training;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import pollux.model.FamilySpec;
import pollux.model.Tier;

/**
 * Everything that decides a run, in one readable YAML file.
 *
 * @param name names the run's folders
 * @param seed of data, initial weights and the order of lessons
 * @param data folder with the text sources, relative to the recipe
 * @param tokenizer entries of the vocabulary
 * @param sources lessons to prepare and share of the mixture, by the name of the source; the order
 *     counts, as draws go through it
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

  /** Sizes of the decoder; see {@link FamilySpec}. */
  public record Model(
      int width,
      int heads,
      int kvHeads,
      int headLength,
      Map<String, Integer> feedForward,
      List<String> layers,
      double ropeBase,
      int context) {
    public Model {
      // In one order: the fingerprint is taken of what is written out.
      feedForward = Collections.unmodifiableMap(new TreeMap<>(feedForward));
    }
  }

  /**
   * @param steps updates in all
   * @param positions of one replica's batch, at most
   * @param replicas batches per update, each on a thread of its own; the sum does not depend on
   *     threads
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
    return RecipeReader.read(path);
  }

  /** The decoder over a vocabulary of {@code vocabulary} entries. */
  public FamilySpec spec(int vocabulary) {
    return new FamilySpec(
        vocabulary,
        model.width(),
        model.heads(),
        model.kvHeads(),
        model.headLength(),
        Arrays.stream(Tier.values()).map(t -> model.feedForward().get(t.label())).toList(),
        model.layers().stream().map(Tier::of).toList(),
        (float) model.ropeBase(),
        1e-6f,
        model.context());
  }

  /**
   * A checksum of what cannot change within a run: seed, vocabulary, sizes. Sources, shares, rates
   * and steps may change at a resume, on purpose; only an unchanged recipe gives bit-identical
   * weights.
   */
  @JsonIgnore
  public long fingerprint() {
    CRC32C crc = new CRC32C();
    String all = seed + "|" + tokenizer + "|" + model;
    crc.update(all.getBytes(StandardCharsets.UTF_8));
    return crc.getValue();
  }
}
