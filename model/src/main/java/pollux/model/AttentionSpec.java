package pollux.model;

import org.jspecify.annotations.Nullable;
import pollux.tensor.Rotary;

/**
 * Softmax attention of one layer.
 *
 * @param heads query heads; {@code kvHeads} divides it
 * @param headLength length of a head's queries, keys and values
 * @param scale factor of the scores
 * @param rotary of queries and keys; null where positions enter otherwise, or not at all
 * @param normAfterRotary whether queries and keys are normed after they turned, not before
 * @param reach which earlier positions a position sees
 * @param softCap c in {@code c tanh(scale score / c)}; 0 for none
 * @param alibi the largest bias of ALiBi (Press et al. 2022); 0 for none
 * @param temperature how queries grow with their position; null for not at all
 */
public record AttentionSpec(
    int heads,
    int kvHeads,
    int headLength,
    float scale,
    @Nullable Rotary rotary,
    boolean normAfterRotary,
    Reach reach,
    float softCap,
    float alibi,
    @Nullable Temperature temperature)
    implements MixerSpec {

  /**
   * Which earlier positions a position sees.
   *
   * @param length of the window or chunk; unused for all
   */
  public record Reach(Kind kind, int length) {
    public static final Reach ALL = new Reach(Kind.ALL, 0);

    /** How far back. */
    public enum Kind {
      ALL,
      /** The last {@code length} positions, its own among them. */
      WINDOW,
      /** Those since the last multiple of {@code length}. */
      CHUNK
    }

    /** The first position that {@code position} sees. */
    public int first(int position) {
      return switch (kind) {
        case ALL -> 0;
        case WINDOW -> Math.max(0, position - length + 1);
        case CHUNK -> position / length * length;
      };
    }
  }

  /**
   * Queries at {@code position} are multiplied by {@code 1 + scale ln(1 + floor((position + offset)
   * / floor))} (Llama 4).
   */
  public record Temperature(float scale, int floor, int offset) {
    public float at(int position) {
      // In this order of float and double the reference has the same bits.
      double steps = Math.floor(((float) position + offset) / floor);
      return (float) (Math.log(steps + 1) * scale + 1);
    }
  }

  /** Causal attention over all positions, scaled by {@code 1 / sqrt(headLength)}. */
  public static AttentionSpec of(int heads, int kvHeads, int headLength, @Nullable Rotary rotary) {
    float scale = (float) (1 / Math.sqrt(headLength));
    return new AttentionSpec(
        heads, kvHeads, headLength, scale, rotary, false, Reach.ALL, 0, 0, null);
  }

  /** Columns of a row of queries. */
  public int queryWidth() {
    return heads * headLength;
  }

  /** Columns of a row of keys, or values. */
  public int kvWidth() {
    return kvHeads * headLength;
  }

  public AttentionSpec withScale(float other) {
    return new AttentionSpec(
        heads,
        kvHeads,
        headLength,
        other,
        rotary,
        normAfterRotary,
        reach,
        softCap,
        alibi,
        temperature);
  }

  public AttentionSpec withReach(Reach other) {
    return new AttentionSpec(
        heads,
        kvHeads,
        headLength,
        scale,
        rotary,
        normAfterRotary,
        other,
        softCap,
        alibi,
        temperature);
  }

  public AttentionSpec withSoftCap(float other) {
    return new AttentionSpec(
        heads,
        kvHeads,
        headLength,
        scale,
        rotary,
        normAfterRotary,
        reach,
        other,
        alibi,
        temperature);
  }

  public AttentionSpec withTemperature(@Nullable Temperature other) {
    return new AttentionSpec(
        heads, kvHeads, headLength, scale, rotary, normAfterRotary, reach, softCap, alibi, other);
  }

  public AttentionSpec normedAfterRotary() {
    return new AttentionSpec(
        heads, kvHeads, headLength, scale, rotary, true, reach, softCap, alibi, temperature);
  }
}
