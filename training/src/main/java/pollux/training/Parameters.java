package pollux.training;

import java.lang.foreign.Arena;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import pollux.model.FamilyFile;
import pollux.model.FamilySpec;
import pollux.model.GgufFile;
import pollux.model.WeightNames;
import pollux.skills.Split;
import pollux.tensor.BadInputException;
import pollux.tensor.Codec;
import pollux.tensor.ElementType;
import pollux.tensor.Tensor;

/** One F32 tensor for each weight of the model, in the order of the file. */
final class Parameters {
  /**
   * Deviation of embedding rows: with a unit hidden row of width 256, logits start near deviation
   * 1.
   */
  private static final float EMBEDDING_DEVIATION = 0.06f;

  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  private Parameters() {}

  /** Zeros in the shapes of {@code spec}. */
  static Parameters zeros(FamilySpec spec, Arena arena) {
    Parameters p = new Parameters();
    WeightNames.shapes(spec)
        .forEach((name, shape) -> p.tensors.put(name, Tensor.f32(arena, shape)));
    return p;
  }

  /**
   * The start of a run: matrices with deviation 1 / sqrt(in), those that write to the residual
   * stream zero, so that every block starts as the identity; norms one.
   */
  static Parameters initial(FamilySpec spec, long seed, Arena arena) {
    Parameters p = zeros(spec, arena);
    p.tensors.forEach((name, t) -> {
      RandomGenerator random = Split.random(Split.TRAINING.caseSeed(name, seed, 0));
      if (t.rank() == 1) {
        fill(t, () -> 1);
      } else if (name.equals(WeightNames.EMBEDDING)) {
        fill(t, () -> EMBEDDING_DEVIATION * (float) random.nextGaussian());
      } else if (name.equals(WeightNames.GRID_ROW) || name.equals(WeightNames.GRID_COLUMN)) {
        fill(t, () -> 0.3f * (float) random.nextGaussian());
      } else if (!name.endsWith(WeightNames.ATTENTION_OUTPUT) && !name.contains("ffn_down")) {
        float deviation = (float) (0.7 / Math.sqrt(t.columns()));
        fill(t, () -> deviation * (float) random.nextGaussian());
      }
    });
    return p;
  }

  /**
   * The weights of an earlier family, to learn on from; what ships in 4 or 8 bits comes back as it
   * ships.
   *
   * @throws BadInputException if {@code file} has other sizes than {@code spec}
   */
  static Parameters of(FamilySpec spec, GgufFile file, Arena arena) {
    FamilySpec found = FamilyFile.read(file);
    if (!found.equals(spec)) {
      throw new BadInputException(
          "%s holds the decoder %s, where the recipe has %s: begin from a family of the same sizes"
              .formatted(file.path(), found, spec));
    }
    Parameters p = zeros(spec, arena);
    try (Arena scratch = Arena.ofConfined()) {
      p.tensors.forEach((name, t) -> {
        Tensor stored = file.tensor(name, t.shape());
        t.data().copyFrom(Codec.convert(scratch, stored, ElementType.F32).data());
      });
    }
    return p;
  }

  /** All tensors by name; the map cannot be changed, the tensors can. */
  Map<String, Tensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  Tensor get(String name) {
    Tensor t = tensors.get(name);
    if (t == null) {
      throw new IllegalArgumentException("no parameter " + name);
    }
    return t;
  }

  /** Which of {@code gradients} belongs to which tensor of this, by identity: what a tape wants. */
  Map<Tensor, Tensor> pairedWith(Parameters gradients) {
    Map<Tensor, Tensor> pairs = new IdentityHashMap<>();
    tensors.forEach((name, t) -> pairs.put(t, gradients.get(name)));
    return pairs;
  }

  void clear() {
    tensors.values().forEach(t -> t.data().fill((byte) 0));
  }

  private interface Draw {
    float next();
  }

  private static void fill(Tensor t, Draw draw) {
    for (long i = 0; i < t.elements(); i++) {
      t.set(i, draw.next());
    }
  }
}
