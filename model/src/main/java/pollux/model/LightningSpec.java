package pollux.model;

/**
 * Linear attention with a decay for each head (Lightning Attention, Qin et al. 2024): {@code S_t =
 * e^-slope S_(t-1) + k_t^T v_t}, {@code y_t = q_t S_t}. Its state does not grow with the positions.
 *
 * @param headLength length of queries, keys and values
 * @param slopes {@code [heads]}
 */
public record LightningSpec(int headLength, float[] slopes) implements MixerSpec {
  public int heads() {
    return slopes.length;
  }
}
