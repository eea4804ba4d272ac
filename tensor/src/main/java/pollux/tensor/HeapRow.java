package pollux.tensor;

/**
 * Two arrays for each thread, where a kernel keeps rows between its loops: new ones for each call
 * would be most of what a decoded token allocates.
 */
final class HeapRow {
  private static final ThreadLocal<HeapRow> OF_THREAD = ThreadLocal.withInitial(HeapRow::new);

  private float[] first = {};
  private float[] second = {};

  private HeapRow() {}

  /** At least {@code n} floats with old values, this thread's until a kernel asks again. */
  static float[] first(int n) {
    HeapRow own = OF_THREAD.get();
    own.first = own.first.length < n ? larger(own.first, n) : own.first;
    return own.first;
  }

  /** As {@link #first}, beside it. */
  static float[] second(int n) {
    HeapRow own = OF_THREAD.get();
    own.second = own.second.length < n ? larger(own.second, n) : own.second;
    return own.second;
  }

  private static float[] larger(float[] row, int n) {
    return new float[Math.max(n, 2 * row.length)];
  }
}
