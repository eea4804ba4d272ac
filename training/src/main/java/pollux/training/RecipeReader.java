package pollux.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import pollux.model.Tier;
import pollux.tensor.BadInputException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Reads a {@link Recipe} and refuses, in one sentence, what would fail later or silently mean
 * something else.
 */
final class RecipeReader {
  private static final long MOST_BYTES = 1 << 20;

  /** Blocks of the quantised element types; every row of a matrix is filled with them. */
  private static final int BLOCK = 32;

  /** The largest sizes that a family's file may have, far above what can be trained. */
  private static final int MOST_LAYERS = 1024;

  private static final int MOST_HEADS = 1024;
  private static final int MOST_HEAD_LENGTH = 1024;
  private static final int MOST_WIDTH = 1 << 16;
  private static final int MOST_ROWS = 1 << 20;
  private static final int MOST_CONTEXT = 1 << 17;

  private final Path path;

  private RecipeReader(Path path) {
    this.path = path;
  }

  static Recipe read(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new BadInputException(
          "there is no recipe at " + path + ": give the path of a .yaml recipe");
    }
    RecipeReader reader = new RecipeReader(path);
    Recipe recipe = reader.parse();
    reader.check(recipe);
    return recipe;
  }

  private Recipe parse() {
    YAMLMapper mapper =
        YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .build();
    try {
      if (Files.size(path) > MOST_BYTES) {
        throw bad("expected at most a megabyte, found " + Files.size(path) + " bytes");
      }
      @Nullable Recipe recipe = mapper.readValue(Files.readString(path), Recipe.class);
      if (recipe == null) {
        throw bad("it is empty, expected keys from 'name' to 'training'");
      }
      return recipe;
    } catch (UnrecognizedPropertyException e) {
      throw new BadInputException(
          "recipe %s: there is no key '%s', expected one of %s"
              .formatted(path, field(e), e.getKnownPropertyIds()),
          e);
    } catch (JacksonException e) {
      throw new BadInputException(
          "recipe " + path + where(e) + ": " + problem(e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new BadInputException("recipe " + path + " cannot be read: " + e, e);
    }
  }

  /** The field, or the line where there is none yet. */
  private static String where(JacksonException e) {
    if (e instanceof DatabindException d && !d.getPath().isEmpty()) {
      return ": " + field(d);
    }
    return e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
  }

  private static String field(DatabindException e) {
    return e.getPath().stream()
        .map(r -> r.getPropertyName() == null ? "[" + r.getIndex() + "]" : r.getPropertyName())
        .collect(Collectors.joining("."));
  }

  /** What Jackson says, without the names of its switches. */
  private static String problem(@Nullable String said) {
    String line = said == null ? "" : said.lines().findFirst().orElse("");
    if (line.startsWith("Missing creator property")) {
      return "this key is missing";
    }
    return line.startsWith("Null value for creator property") ? "it has no value" : line;
  }

  private void check(Recipe recipe) {
    require(
        recipe.tokenizer() >= 300 && recipe.tokenizer() <= 8192,
        "tokenizer",
        "300 to 8192 entries");
    require(!recipe.sources().isEmpty(), "sources", "at least one");
    recipe
        .sources()
        .forEach((name, ingredient) -> {
          String field = "sources." + name;
          require(ingredient != null, field, "{lessons: number, share: number}");
          require(ingredient.lessons() > 0, field + ".lessons", "above 0");
          require(isWithin(ingredient.share(), 0, 1e9), field + ".share", "0 or more");
        });
    require(
        recipe.sources().values().stream().anyMatch(i -> i.share() > 0),
        "sources",
        "at least one with a share above 0");
    model(recipe.model());
    training(recipe.training());
  }

  private void model(Recipe.Model model) {
    require(isBlocks(model.width(), MOST_WIDTH), "model.width", "a multiple of 32 up to 65536");
    require(isWithin(model.heads(), 1, MOST_HEADS), "model.heads", "1 to 1024");
    require(
        isWithin(model.kvHeads(), 1, model.heads()) && model.heads() % model.kvHeads() == 0,
        "model.kvHeads",
        "a divisor of model.heads");
    require(
        isWithin(model.headLength(), 2, MOST_HEAD_LENGTH) && model.headLength() % 2 == 0,
        "model.headLength",
        "an even number from 2 to 1024");
    require(
        model.heads() * model.headLength() % BLOCK == 0,
        "model.headLength",
        "a multiple of 32 together with model.heads");
    List<String> tiers = Arrays.stream(Tier.values()).map(Tier::label).toList();
    for (String tier : tiers) {
      Integer rows = model.feedForward().get(tier);
      require(
          rows != null && isBlocks(rows, MOST_ROWS),
          "model.feedForward." + tier,
          "a multiple of 32 up to 1048576");
    }
    require(
        tiers.containsAll(model.feedForward().keySet()), "model.feedForward", "the keys " + tiers);
    require(
        isWithin(model.layers().size(), 1, MOST_LAYERS) && tiers.containsAll(model.layers()),
        "model.layers",
        "1 to 1024 of " + tiers);
    require(isWithin(model.ropeBase(), 1, 1e9), "model.ropeBase", "1 or more");
    require(isWithin(model.context(), 1, MOST_CONTEXT), "model.context", "1 to 131072");
  }

  private void training(Recipe.Schedule t) {
    require(t.steps() > 0, "training.steps", "above 0");
    require(isWithin(t.positions(), 64, 1 << 20), "training.positions", "64 to 1048576");
    require(isWithin(t.replicas(), 1, 64), "training.replicas", "1 to 64");
    require(t.warmup() >= 0, "training.warmup", "0 or more");
    require(isWithin(t.decayFrom(), 0, 1), "training.decayFrom", "0 to 1");
    require(t.quantiseFrom() >= 0, "training.quantiseFrom", "0 to 1, or more for never");
    require(
        t.smaller() > 0 && isWithin(t.smaller(), 0, 1), "training.smaller", "above 0, at most 1");
    require(isWithin(t.teacher(), 0, 1), "training.teacher", "0 to 1");
    require(isRate(t.muon()), "training.muon", "0 or more");
    require(isRate(t.adam()), "training.adam", "0 or more");
    require(isRate(t.decay()), "training.decay", "0 or more");
    require(t.clip() > 0, "training.clip", "above 0");
    require(t.checkpointMinutes() >= 0, "training.checkpointMinutes", "0 or more");
  }

  private static boolean isWithin(double value, double low, double high) {
    return value >= low && value <= high; // not if it is NaN
  }

  private static boolean isRate(double value) {
    return isWithin(value, 0, Float.MAX_VALUE);
  }

  private static boolean isBlocks(int value, int most) {
    return value > 0 && value <= most && value % BLOCK == 0;
  }

  private void require(boolean condition, String field, String expected) {
    if (!condition) {
      throw bad(field + ": expected " + expected);
    }
  }

  private BadInputException bad(String what) {
    return new BadInputException("recipe " + path + ": " + what);
  }
}
