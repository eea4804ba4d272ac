package pollux.model.families;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import pollux.model.Decoder;
import pollux.model.FamilyFile;
import pollux.model.FamilySpec;
import pollux.model.ModelFile;
import pollux.model.WeightNames;
import pollux.tensor.BadInputException;

/** All families that can be read, this one and those of other vendors. */
public final class Families {
  private static final List<Family> ALL =
      List.of(
          new Llama(),
          new Llama4(),
          new Gemma(),
          new Gemma2(),
          new Gemma3(),
          new Gpt2(),
          new GptOss(),
          new Grok(),
          new ChatGlm(),
          new Glm4(),
          new Glm4Moe(),
          new Ernie(),
          new MiniMax01(),
          new MiniMaxM2(),
          new Phi3(),
          new Qwen2(),
          new Qwen3(),
          new Qwen3Moe(),
          new SmolLm3());

  private static final Map<String, Family> BY_ARCHITECTURE = new TreeMap<>();

  static {
    ALL.forEach(
        family -> family.architectures().forEach(name -> BY_ARCHITECTURE.put(name, family)));
  }

  private Families() {}

  /** The architectures of other vendors that can be read, in alphabetical order. */
  public static List<String> architectures() {
    return List.copyOf(BY_ARCHITECTURE.keySet());
  }

  /**
   * The decoder of {@code file}, whose weights are views of it; small tensors that must be
   * converted go into {@code arena}.
   *
   * @throws BadInputException that names the file, and the key or tensor that is missing, unknown
   *     or of a wrong size
   */
  public static Decoder open(ModelFile file, Arena arena) {
    WeightReader weights = new WeightReader(file, arena);
    String architecture = file.text("general.architecture", "");
    Decoder decoder;
    if (architecture.equals(FamilyFile.ARCHITECTURE)) {
      decoder = pollux(file, weights);
    } else {
      Family family = BY_ARCHITECTURE.get(architecture);
      if (family == null) {
        throw new BadInputException(
            file.path()
                + " holds the architecture '"
                + architecture
                + "', which is not known: expected "
                + FamilyFile.ARCHITECTURE
                + ", "
                + String.join(", ", architectures()));
      }
      decoder = family.read(new Layout(new Metadata(file), weights));
    }
    weights.finish();
    return decoder;
  }

  /**
   * This family: its file says the same in fewer words, and its tiers have tensors of their own.
   */
  private static Decoder pollux(ModelFile file, WeightReader weights) {
    FamilySpec spec = FamilyFile.read(file);
    Map<String, long[]> shapes = WeightNames.shapes(spec);
    return new Decoder(
        spec,
        name -> {
          long[] shape = Objects.requireNonNull(shapes.get(name), name);
          return shape.length == 1 ? weights.small(name, shape) : weights.matrix(name, shape);
        });
  }
}
