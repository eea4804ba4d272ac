package pollux.model;

/**
 * A mixture of experts: which run for a position, and with which weight.
 *
 * @param count experts in all
 * @param used experts for each position
 * @param gating how the router's logits become weights
 * @param normalised whether the chosen weights are divided by their sum
 * @param scale factor of the weights
 * @param weighsInput whether an expert's input is weighted, not its output (Llama 4)
 * @param groups experts are chosen in some of so many groups alone (DeepSeek-V3); 1 for all
 * @param groupsUsed how many
 */
public record ExpertsSpec(
    int count,
    int used,
    Gating gating,
    boolean normalised,
    float scale,
    boolean weighsInput,
    int groups,
    int groupsUsed) {

  /** How the router's logits become weights. */
  public enum Gating {
    /** Softmax over all experts. */
    SOFTMAX,
    /** Sigmoid of each. */
    SIGMOID,
    /** Softmax over the chosen ones. */
    SOFTMAX_OF_CHOSEN
  }

  /** Without groups, weighing outputs. */
  public ExpertsSpec(int count, int used, Gating gating, boolean normalised, float scale) {
    this(count, used, gating, normalised, scale, false, 1, 1);
  }
}
