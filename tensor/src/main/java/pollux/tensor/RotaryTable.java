package pollux.tensor;

import java.util.Arrays;

/**
 * Cosines and sines of {@code position * base^(-2 i / headLength)}, kept because a forward pass
 * asks for the same ones in each layer.
 *
 * <p>A table is immutable; one for more positions replaces it. Threads that race build equal tables
 * and either may win.
 */
final class RotaryTable {
  private static final int FIRST_POSITIONS = 256;

  /** Bounds what a stray position can make the process allocate; a head of 128 takes 64 MB here. */
  private static final int MOST_POSITIONS = 1 << 17;

  /** More (base, headLength) pairs than any model has at once. */
  private static final int MOST_TABLES = 8;

  private static volatile RotaryTable[] tables = {};

  private final float base;
  private final int half;
  private final int positions;

  /** {@code [positions, 2, half]}: cosines, then sines. */
  private final float[] turns;

  private RotaryTable(float base, int half, int positions) {
    this.base = base;
    this.half = half;
    this.positions = positions;
    turns = new float[positions * 2 * half];
    for (int i = 0; i < half; i++) {
      double frequency = Math.pow(base, -1.0 * i / half);
      for (int position = 0; position < positions; position++) {
        turns[position * 2 * half + i] = (float) Math.cos(position * frequency);
        turns[position * 2 * half + half + i] = (float) Math.sin(position * frequency);
      }
    }
  }

  /** A table that holds at least the first {@code rows} of {@code positions}. */
  static RotaryTable of(float base, int headLength, int[] positions, int rows) {
    int last = 0;
    for (int r = 0; r < rows; r++) {
      last = Math.max(last, positions[r]);
    }
    int half = headLength / 2;
    for (RotaryTable table : tables) {
      if (table.half == half && table.base == base && last < table.positions) {
        return table;
      }
    }
    return grow(base, half, last);
  }

  private static synchronized RotaryTable grow(float base, int half, int last) {
    if (last >= MOST_POSITIONS) {
      throw new IllegalArgumentException(
          "position " + last + " is beyond " + MOST_POSITIONS + ", the longest context supported");
    }
    int positions = Math.max(FIRST_POSITIONS, Integer.highestOneBit(last) * 2);
    RotaryTable table = new RotaryTable(base, half, positions);
    RotaryTable[] old = tables;
    int kept = 0;
    RotaryTable[] next = new RotaryTable[MOST_TABLES];
    next[kept++] = table;
    for (RotaryTable t : old) {
      if (!(t.half == half && t.base == base) && kept < MOST_TABLES) {
        next[kept++] = t;
      }
    }
    tables = Arrays.copyOf(next, kept);
    return table;
  }

  float[] turns() {
    return turns;
  }

  /**
   * Where the cosines of {@code position} start in {@link #turns}; its sines follow half a head
   * later.
   */
  int at(int position) {
    return position * 2 * half;
  }
}
