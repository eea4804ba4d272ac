package pollux.model.families;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pollux.model.DecoderWeights.Norm;
import pollux.model.DecoderWeights.Projection;
import pollux.model.ModelFile;
import pollux.tensor.BadInputException;
import pollux.tensor.Codec;
import pollux.tensor.ElementType;
import pollux.tensor.Tensor;

/**
 * Takes tensors out of a weights file by name, checks their shapes, and knows at the end which ones
 * nobody took. Matrices are views of the mapped file; gains and biases that are not F32 there are
 * converted, which only these small ones are.
 */
public final class WeightReader {
  private static final String WEIGHT = ".weight";
  private static final String BIAS = ".bias";
  private static final String SCALE = ".scale";

  private final ModelFile file;
  private final Arena arena;
  private final Set<String> taken = new HashSet<>();

  public WeightReader(ModelFile file, Arena arena) {
    this.file = file;
    this.arena = arena;
  }

  public boolean has(String name) {
    return file.names().contains(name);
  }

  /** Innermost length of the tensor {@code name}, as the file says. */
  public long length(String name) {
    long[] shape = file.entry(name).shape();
    return shape[shape.length - 1];
  }

  /** Rows of the matrix {@code name}, as the file says. */
  public int rowsOf(String name) {
    long[] shape = has(name) ? file.entry(name).shape() : null;
    long rows = shape == null || shape.length != 2 ? 0 : shape[0];
    if (rows < 1 || rows > 1 << 24) {
      throw new BadInputException(
          file.path()
              + ": tensor '"
              + file.called(name)
              + "' "
              + (shape == null
                  ? "is missing"
                  : "has the shape "
                      + Arrays.toString(shape)
                      + ", expected a matrix of at most "
                      + (1 << 24)
                      + " rows"));
    }
    return (int) rows;
  }

  /** The tensor {@code name} of {@code shape}, outermost dimension first, in rows of blocks. */
  public Tensor matrix(String name, long... shape) {
    Tensor tensor = inBlocks(name, file.tensor(name, shape));
    taken.add(name);
    return tensor;
  }

  private Tensor inBlocks(String name, Tensor tensor) {
    if (tensor.columns() % tensor.type().blockLength() != 0) {
      throw bad(tensor, name, "rows of whole blocks of " + tensor.type().blockLength());
    }
    return tensor;
  }

  /** The small tensor {@code name} in F32. */
  public Tensor small(String name, long... shape) {
    Tensor tensor = file.tensor(name, shape);
    taken.add(name);
    if (tensor.type() == ElementType.F32) {
      return tensor;
    }
    if (tensor.type().blockLength() > 1) {
      throw bad(tensor, name, "F32, F16 or BF16");
    }
    return Codec.convert(arena, tensor, ElementType.F32);
  }

  /** The matrix {@code name} in F32, converted where the file has it otherwise. */
  public Tensor converted(String name, long... shape) {
    Tensor tensor = matrix(name, shape);
    return tensor.type() == ElementType.F32
        ? tensor
        : Codec.convert(arena, tensor, ElementType.F32);
  }

  /** Memory for a matrix that does not lie in the file as it is used. */
  public Tensor fresh(ElementType type, long... shape) {
    return Tensor.allocate(arena, type, shape);
  }

  /** As {@link #small}; null where the file has none. */
  public @Nullable Tensor smallIfAny(String name, long... shape) {
    return has(name) ? small(name, shape) : null;
  }

  /** A gain of ones, for norms without one. */
  Tensor ones(int n) {
    Tensor ones = Tensor.f32(arena, n);
    for (int i = 0; i < n; i++) {
      ones.set(i, 1);
    }
    return ones;
  }

  /** The gain and, where the file has one, the bias of the norm {@code name}. */
  public Norm norm(String name, int n) {
    return new Norm(small(name + WEIGHT, n), smallIfAny(name + BIAS, n));
  }

  @Nullable Norm normIfAny(String name, int n) {
    return has(name + WEIGHT) ? norm(name, n) : null;
  }

  /**
   * The matrix {@code name}, with the bias and the scale that the file has for it. Quantisations
   * with one scale for a whole matrix keep it beside: {@code y = scale * W x + bias}.
   */
  public Projection projection(String name, int out, int in) {
    return new Projection(matrix(name + WEIGHT, out, in), bias(name, out), scale(name, 1)[0]);
  }

  /** As {@link #projection}, where llama.cpp scales the bias, too: {@code scale * (W x + bias)}. */
  Projection scaledWithBias(String name, int out, int in) {
    Projection p = projection(name, out, in);
    if (!file.isConverted()) {
      return p;
    }
    return new Projection(p.weight(), times(p.bias(), p.scale()), p.scale());
  }

  /** The matrix alone; a bias or scale that a GGUF file has is passed over, as llama.cpp does. */
  Projection bare(String name, int out, int in) {
    if (!file.isConverted()) {
      return new Projection(matrix(name + WEIGHT, out, in), null, scale(name, 1)[0]);
    }
    pass(name + BIAS);
    pass(name + SCALE);
    return new Projection(matrix(name + WEIGHT, out, in));
  }

  /** The matrix with its bias; a scale that a GGUF file has is passed over, as llama.cpp does. */
  Projection unscaled(String name, int out, int in) {
    if (!file.isConverted()) {
      return projection(name, out, in);
    }
    pass(name + SCALE);
    return new Projection(matrix(name + WEIGHT, out, in), bias(name, out), 1);
  }

  /** The rows of a fused matrix one below the other, each part a view: {@code rows} of each. */
  public List<Projection> fused(String name, int in, boolean scaled, int... rows) {
    int total = Arrays.stream(rows).sum();
    Projection whole = scaled ? projection(name, total, in) : unscaled(name, total, in);
    List<Projection> parts = new ArrayList<>();
    int from = 0;
    for (int count : rows) {
      parts.add(
          new Projection(
              whole.weight().rows(from, from + count),
              whole.bias() == null ? null : whole.bias().rows(from, from + count),
              whole.scale()));
      from += count;
    }
    return parts;
  }

  /**
   * The matrices of all experts, each a view.
   *
   * @param scaled whether scales that a GGUF file has count; those of other files always do
   */
  List<Projection> experts(String name, int count, int out, int in, boolean scaled) {
    taken.add(name + WEIGHT);
    Tensor biases = smallIfAny(name + BIAS, count, out);
    float[] scales = scale(name, count);
    List<Projection> experts = new ArrayList<>();
    for (int e = 0; e < count; e++) {
      experts.add(
          new Projection(
              inBlocks(name + WEIGHT, file.part(name + WEIGHT, e, count, out, in)),
              biases == null ? null : biases.rows(e, e + 1).reshape(out),
              scaled || !file.isConverted() ? scales[e] : 1));
    }
    return experts;
  }

  /** Takes {@code name}, if it is there, without using it. */
  public void pass(String name) {
    taken.add(name);
  }

  /** Takes all tensors whose names start with {@code prefix} without using them. */
  void passAll(String prefix) {
    file.names().stream().filter(name -> name.startsWith(prefix)).forEach(taken::add);
  }

  /** Refuses a file with a tensor that nobody took. */
  public void finish() {
    for (String name : file.names()) {
      // Scales of activations belong to kernels that quantise them with a fixed step.
      if (!taken.contains(name) && !name.endsWith(".input_scale")) {
        throw new BadInputException(
            file.path()
                + ": tensor '"
                + file.called(name)
                + "' is not known in the family '"
                + file.text("general.architecture")
                + "': expected only its own, since a decoder without it would answer wrongly");
      }
    }
  }

  private @Nullable Tensor bias(String name, int n) {
    return smallIfAny(name + BIAS, n);
  }

  private float[] scale(String name, int n) {
    Tensor scales = smallIfAny(name + SCALE, n);
    if (scales == null) {
      float[] ones = new float[n];
      Arrays.fill(ones, 1);
      return ones;
    }
    return scales.toArray();
  }

  private @Nullable Tensor times(@Nullable Tensor bias, float scale) {
    if (bias == null || scale == 1) {
      return bias;
    }
    float[] values = bias.toArray();
    for (int i = 0; i < values.length; i++) {
      values[i] *= scale;
    }
    return Tensor.of(arena, values, bias.shape());
  }

  private BadInputException bad(Tensor tensor, String name, String expected) {
    return new BadInputException(
        file.path()
            + ": tensor '"
            + file.called(name)
            + "' is "
            + tensor
            + ", expected "
            + expected);
  }
}
