package pollux.tensor;

/**
 * One array for each thread, where a kernel keeps a row between two loops: a new one for each call
 * would be most of what a decoded token allocates.
 */
final class HeapRow {
  private static final ThreadLocal<HeapRow> OF_THREAD = ThreadLocal.withInitial(HeapRow::new);

  private float[] row = {};

  private HeapRow() {}

  /** At least {@code n} floats with old values, this thread's until a kernel asks again. */
  static float[] ofThread(int n) {
    HeapRow own = OF_THREAD.get();
    if (own.row.length < n) {
      own.row = new float[Math.max(n, 2 * own.row.length)];
    }
    return own.row;
  }
}
