package pollux.model.families;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import pollux.tensor.Rotary;
import pollux.tensor.Tensor;

/**
 * Reads the rotary scheme that a file's metadata and tensors describe, in the terms of llama.cpp
 * ({@code llm_graph_context}, {@code ggml_rope_ext}): base, length, and one of the scalings.
 */
final class RotaryReader {
  private final Metadata metadata;
  private final WeightReader weights;
  private final int headLength;

  RotaryReader(Metadata metadata, WeightReader weights, int headLength) {
    this.metadata = metadata;
    this.weights = weights;
    this.headLength = headLength;
  }

  /** The scheme of all layers, or of those that see all positions. */
  Rotary read(Rotary.Pairs pairs) {
    return read(pairs, null, 32);
  }

  /** As {@link #read(Rotary.Pairs)}, with {@code factors} that divide the frequencies. */
  Rotary read(Rotary.Pairs pairs, @Nullable Tensor factors, float betaFast) {
    float base = metadata.real("rope.freq_base", 10_000);
    double[] frequencies = Rotary.frequencies(base, length());
    for (int i = 0; factors != null && i < frequencies.length; i++) {
      frequencies[i] /= factors.get(i);
    }
    String type = metadata.text("rope.scaling.type", "linear");
    float factor = metadata.real("rope.scaling.factor", metadata.real("rope.scale_linear", 0));
    float scale = factor == 0 || type.equals("none") ? 1 : 1 / factor;
    float magnitude = metadata.real("rope.scaling.attn_factor", 1);
    float extrapolated = metadata.real("rope.scaling.yarn_ext_factor", -1);
    if (extrapolated < 0) {
      extrapolated = type.equals("yarn") ? 1 : 0;
    }
    switch (type) {
      case "linear", "none", "longrope", "yarn" -> {}
      default ->
          throw metadata.bad(
              "rope.scaling.type", "expected none, linear, yarn or longrope, found " + type);
    }
    if (extrapolated == 0) {
      return new Rotary(pairs, Arrays.stream(frequencies).map(f -> f * scale).toArray(), magnitude);
    }
    return new Rotary(
        pairs,
        yarn(frequencies, base, scale, extrapolated, betaFast),
        magnitude * yarnMagnitude(1 / scale));
  }

  /**
   * The pairs of Llama's kin: neighbours in the order that llama.cpp's converter gives to queries
   * and keys, halves in that of their maker's implementation.
   */
  Rotary.Pairs pairsOfLlama() {
    return metadata.isConverted() ? Rotary.Pairs.NEIGHBOURS : Rotary.Pairs.HALVES;
  }

  /** That of layers with a sliding window, with a base of their own and no scaling. */
  Rotary ofWindows(Rotary.Pairs pairs, float otherwise) {
    return Rotary.of(pairs, metadata.real("rope.freq_base_swa", otherwise), length());
  }

  /**
   * Multimodal positions (M-RoPE): sections of pairs turn by time, by row and by column, which for
   * text are all the position; pairs of the fourth section stay.
   *
   * @param interleaved whether time, row and column take turns, pair by pair, as in Qwen3-VL
   */
  Rotary sectioned(Rotary.Pairs pairs, boolean interleaved) {
    long[] sections = metadata.integers("rope.dimension_sections");
    Rotary plain = read(pairs);
    long all = LongStream.of(sections).sum();
    if (sections.length < 4 || LongStream.of(sections).anyMatch(s -> s < 0) || all == 0) {
      return plain;
    }
    int[] axes = new int[plain.length() / 2];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = interleaved ? interleavedAxis(sections, i % all) : axis(sections, i % all);
    }
    if (sections[3] == 0 || interleaved) {
      return plain.withAxes(axes);
    }
    double[] frequencies = Rotary.frequencies(metadata.real("rope.freq_base", 10_000), length());
    for (int i = 0; i < frequencies.length; i++) {
      if (i % all >= all - sections[3]) {
        frequencies[i] = 0;
      }
    }
    return new Rotary(pairs, frequencies, 1).withAxes(axes);
  }

  private static int axis(long[] sections, long i) {
    return i < sections[0] ? 0 : i < sections[0] + sections[1] ? 1 : 2;
  }

  /**
   * Pairs past the shorter sections turn by time again, as they do where the models were trained.
   */
  private static int interleavedAxis(long[] sections, long i) {
    int turn = (int) (i % 3);
    return turn > 0 && i < 3 * sections[turn] ? turn : 0;
  }

  /** Whether the file gives sections for time and height. */
  boolean hasSections() {
    long[] sections = metadata.integers("rope.dimension_sections");
    return sections.length >= 2 && sections[0] > 0 && sections[1] > 0;
  }

  /** Llama 3's factors, which the file holds as a tensor; null where it has none. */
  @Nullable Tensor factors() {
    return weights.smallIfAny("rope_freqs.weight", length() / 2);
  }

  /**
   * LongRoPE's factors (arXiv 2402.13753): the long ones where {@code context} is longer than what
   * the model first learned.
   */
  @Nullable Tensor longRopeFactors(int context) {
    Tensor longer = weights.smallIfAny("rope_factors_long.weight", length() / 2);
    Tensor shorter = weights.smallIfAny("rope_factors_short.weight", length() / 2);
    return context > firstContext() ? longer : shorter;
  }

  /** Elements of a head that turn. */
  int length() {
    int length = metadata.integer("rope.dimension_count", headLength, 2, headLength);
    if (length % 2 != 0) {
      throw metadata.bad("rope.dimension_count", "expected an even number, found " + length);
    }
    return length;
  }

  /** Positions that the model first learned, before its context was extended. */
  int firstContext() {
    int context = metadata.integer("context_length", 1, 1 << 24);
    return metadata.integer("rope.scaling.original_context_length", context, 1, 1 << 24);
  }

  /**
   * YaRN (arXiv 2309.00071): pairs that turn often within the first context keep their frequency,
   * those that turn less than once are slowed by {@code scale}, those between are mixed.
   */
  private double[] yarn(
      double[] frequencies, float base, float scale, float extrapolated, float betaFast) {
    float fast = metadata.real("rope.scaling.yarn_beta_fast", betaFast);
    float slow = metadata.real("rope.scaling.yarn_beta_slow", 1);
    double low = Math.max(0, Math.floor(pairThatTurns(fast, base)));
    double high = Math.min(length() - 1, Math.ceil(pairThatTurns(slow, base)));
    double[] mixed = new double[frequencies.length];
    for (int i = 0; i < mixed.length; i++) {
      double ramp = 1 - Math.clamp((i - low) / Math.max(0.001, high - low), 0.0, 1.0);
      double kept = ramp * extrapolated;
      mixed[i] = frequencies[i] * (scale * (1 - kept) + kept);
    }
    return mixed;
  }

  /** The pair that turns {@code turns} times within the first context. */
  private double pairThatTurns(float turns, float base) {
    return length() * Math.log(firstContext() / (turns * 2 * Math.PI)) / (2 * Math.log(base));
  }

  private float yarnMagnitude(float factor) {
    float all = metadata.real("rope.scaling.yarn_log_multiplier", 0);
    double stretched = factor <= 1 ? 1 : 0.1 * Math.log(factor) + 1;
    return (float)
        (all == 0 || factor <= 1 ? stretched : stretched / (0.1 * all * Math.log(factor) + 1));
  }
}
