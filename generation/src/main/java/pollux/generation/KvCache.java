package pollux.generation;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import pollux.model.DecoderSpec;
import pollux.tensor.Tensor;

/**
 * Keys and values of the positions that a session has read: F32 {@code [capacity, kvWidth]} for
 * each layer of its tier, in memory of its own that grows with the session.
 */
final class KvCache implements AutoCloseable {
  private final int[] tierLayers;
  private final int width;
  private final Tensor[] keys;
  private final Tensor[] values;
  private Arena arena = Arena.ofShared();
  private int capacity;
  private int length;

  /** An empty cache for {@code tierLayers} of {@code spec}. */
  KvCache(DecoderSpec spec, int[] tierLayers) {
    this.tierLayers = tierLayers.clone();
    this.width = spec.kvWidth();
    this.keys = new Tensor[spec.layers()];
    this.values = new Tensor[spec.layers()];
  }

  /** Positions that all layers hold. */
  int length() {
    return length;
  }

  /** Makes room for {@code positions} in all, keeping what is there. */
  void reserve(int positions) {
    if (positions <= capacity) {
      return;
    }
    int larger = Math.max(positions, Math.min(2 * capacity, positions + 1024));
    @SuppressWarnings("MustBeClosedChecker") // this cache owns it until it grows again or closes
    Arena next = Arena.ofShared();
    long held = (long) length * width * Float.BYTES;
    for (int l : tierLayers) {
      Tensor k = Tensor.f32(next, larger, width);
      Tensor v = Tensor.f32(next, larger, width);
      if (held > 0) {
        MemorySegment.copy(keys[l].data(), 0, k.data(), 0, held);
        MemorySegment.copy(values[l].data(), 0, v.data(), 0, held);
      }
      keys[l] = k;
      values[l] = v;
    }
    arena.close();
    arena = next;
    capacity = larger;
  }

  /** Lays rows of one layer behind those that the cache holds; {@link #advance} counts them. */
  void put(int layer, Tensor k, Tensor v) {
    long at = (long) length * width * Float.BYTES;
    MemorySegment.copy(k.data(), 0, keys[layer].data(), at, k.data().byteSize());
    MemorySegment.copy(v.data(), 0, values[layer].data(), at, v.data().byteSize());
  }

  /** After every layer has put {@code rows} positions. */
  void advance(int rows) {
    length += rows;
  }

  /** Forgets what lies behind the first {@code positions}. */
  void truncate(int positions) {
    length = Math.min(length, positions);
  }

  MemorySegment keys(int layer) {
    return keys[layer].data();
  }

  MemorySegment values(int layer) {
    return values[layer].data();
  }

  @Override
  public void close() {
    arena.close();
  }
}
