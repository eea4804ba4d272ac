package pollux.generation;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import pollux.model.ControlTokens;
import pollux.model.FamilyFile;
import pollux.model.FamilySpec;
import pollux.model.GgufWriter;
import pollux.model.Tier;
import pollux.model.Tokenizer;
import pollux.model.TokenizerFile;
import pollux.model.WeightNames;
import pollux.model.tokenizer.ByteLevel;
import pollux.tensor.Codec;
import pollux.tensor.ElementType;
import pollux.tensor.Tensor;

/** Family files made by hand: random ones, and one that recites. */
final class SmallFamily {
  /** A vocabulary of the 256 bytes (id = byte) and the control tokens behind them. */
  static final Tokenizer BYTES = bytes();

  static final FamilySpec SPEC =
      new FamilySpec(
          BYTES.size(),
          64,
          4,
          2,
          16,
          List.of(64, 32, 32),
          List.of(Tier.NANO, Tier.PRO, Tier.NANO, Tier.ULTRA),
          1e4f,
          1e-6f,
          160);

  /** The sizes of the shipped family. */
  static final FamilySpec FULL =
      new FamilySpec(
          4096,
          256,
          8,
          4,
          32,
          List.of(384, 128, 256),
          List.of(Tier.NANO, Tier.NANO, Tier.PRO, Tier.NANO, Tier.ULTRA, Tier.NANO),
          1e4f,
          1e-6f,
          2048);

  private SmallFamily() {}

  private static Tokenizer bytes() {
    List<String> vocabulary = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      vocabulary.add(ByteLevel.toText(new byte[] {(byte) b}));
    }
    BitSet control = new BitSet();
    for (String name : ControlTokens.ALL) {
      control.set(vocabulary.size());
      vocabulary.add(name);
    }
    return new Tokenizer(vocabulary, List.of(), control);
  }

  /** Random weights: Nano's matrices in 4 bits, those of larger tiers in 8, as a family ships. */
  static Path random(Path file, FamilySpec spec, long seed) throws IOException {
    Random random = new Random(seed);
    return write(
        file,
        spec,
        (name, shape) -> {
          int n = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
          float[] values = new float[n];
          float deviation = (float) (1 / Math.sqrt(shape[shape.length - 1]));
          for (int i = 0; i < n; i++) {
            float gauss = (float) random.nextGaussian();
            values[i] = shape.length == 1 ? 1 + 0.1f * gauss : 1.5f * deviation * gauss;
          }
          return values;
        });
  }

  /**
   * A family that says {@code script}, one token after the other, whatever it is asked: the first
   * must be {@code <|model|>}, none may come twice, and behind the last it starts again. Each token
   * has a dimension of its own, and one feed-forward row turns it into the next.
   */
  static Path reciting(Path file, int context, int... script) throws IOException {
    int width = 64;
    FamilySpec spec =
        new FamilySpec(
            BYTES.size(),
            width,
            2,
            1,
            16,
            List.of(width, 32, 32),
            List.of(Tier.NANO),
            1e4f,
            1e-6f,
            context);
    Map<String, float[]> set = new HashMap<>();
    float[] embedding = new float[BYTES.size() * width];
    float[] gate = new float[width * width];
    float[] down = new float[width * width];
    for (int i = 0; i < script.length; i++) {
      int next = (i + 1) % script.length;
      embedding[script[i] * width + i] = 1;
      gate[i * width + i] = 4;
      down[next * width + i] = 4;
    }
    set.put(WeightNames.EMBEDDING, embedding);
    set.put(WeightNames.layer(0, WeightNames.gate(Tier.NANO)), gate);
    set.put(WeightNames.layer(0, WeightNames.up(Tier.NANO)), gate);
    set.put(WeightNames.layer(0, WeightNames.down(Tier.NANO)), down);
    return write(
        file,
        spec,
        (name, shape) -> {
          float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
          if (shape.length == 1) {
            Arrays.fill(values, 1);
          }
          return set.getOrDefault(name, values);
        });
  }

  private static Path write(Path file, FamilySpec spec, BiFunction<String, long[], float[]> values)
      throws IOException {
    GgufWriter writer = new GgufWriter();
    FamilyFile.write(spec, "small", writer);
    TokenizerFile.write(BYTES, writer);
    try (Arena arena = Arena.ofConfined()) {
      for (Map.Entry<String, Tensor> t : tensors(spec, values, arena).entrySet()) {
        writer.tensor(t.getKey(), t.getValue());
      }
      writer.write(file);
    }
    return file;
  }

  static Map<String, Tensor> tensors(
      FamilySpec spec, BiFunction<String, long[], float[]> values, Arena arena) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    WeightNames.shapes(spec)
        .forEach((name, shape) ->
            tensors.put(
                name,
                Codec.convert(
                    arena, Tensor.of(arena, values.apply(name, shape), shape), type(name))));
    return tensors;
  }

  private static ElementType type(String name) {
    if (name.contains("norm") || name.contains("grid")) {
      return ElementType.F32;
    }
    boolean larger = name.contains(".pro.") || name.contains(".ultra.");
    return name.startsWith("blk.") && !larger ? ElementType.Q4_0 : ElementType.Q8_0;
  }

  /** Writes a random family of full size, for measurements by hand. */
  public static void main(String[] args) throws IOException {
    random(Path.of(args[0]), FULL, 1);
  }
}
