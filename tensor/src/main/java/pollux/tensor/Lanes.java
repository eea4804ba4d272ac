package pollux.tensor;

/**
 * The one order of every sum over a row: sixteen lanes, lane l holding elements l, l + 16, ...,
 * which are then folded in halves.
 */
final class Lanes {
  private Lanes() {}

  /** Lane l and l + 8, then l + 4, l + 2, l + 1, from {@code lanes[at ..< at + 16]}. */
  static float fold(float[] lanes, int at) {
    float even =
        (lanes[at] + lanes[at + 8] + (lanes[at + 4] + lanes[at + 12]))
            + (lanes[at + 2] + lanes[at + 10] + (lanes[at + 6] + lanes[at + 14]));
    float odd =
        (lanes[at + 1] + lanes[at + 9] + (lanes[at + 5] + lanes[at + 13]))
            + (lanes[at + 3] + lanes[at + 11] + (lanes[at + 7] + lanes[at + 15]));
    return even + odd;
  }
}
