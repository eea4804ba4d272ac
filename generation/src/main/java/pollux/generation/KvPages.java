package pollux.generation;

import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import pollux.tensor.ElementType;
import pollux.tensor.Tensor;

/**
 * Memory for keys and values, in pages of {@link #POSITIONS} positions of one layer. The engine
 * owns it; sessions take pages as they read and give them back, so that memory follows what is
 * read, not what a file claims as its context.
 */
final class KvPages {
  /**
   * Positions of a page. Long enough for the sums over values, short enough for a short question,
   * whose last page is added up whole.
   */
  static final int POSITIONS = 128;

  /** What a layer asks of a page. */
  record Shape(int kvHeads, int headLength) {}

  /**
   * Keys and values of consecutive positions, a tensor for each head: keys {@code [positions,
   * headLength]}, values {@code [headLength, positions]}, so that both scores and sums are products
   * with a weight that lies in rows.
   */
  record Page(Shape shape, List<Tensor> keys, List<Tensor> values) {}

  private final Arena arena;
  private final ElementType type;
  private final Map<Shape, Deque<Page>> free = new HashMap<>();
  private long bytes;

  /**
   * Pages in {@code arena}.
   *
   * @param type F16, or F32 for comparisons
   */
  KvPages(Arena arena, ElementType type) {
    if (type != ElementType.F16 && type != ElementType.F32) {
      throw new IllegalArgumentException("keys and values are kept in F16 or F32, not " + type);
    }
    this.arena = arena;
    this.type = type;
  }

  ElementType type() {
    return type;
  }

  /** Bytes taken from the arena so far. */
  synchronized long bytes() {
    return bytes;
  }

  /** A page whose numbers are finite, whatever they are. */
  synchronized Page take(Shape shape) {
    Deque<Page> pages = free.get(shape);
    if (pages != null && !pages.isEmpty()) {
      return pages.pop();
    }
    List<Tensor> keys = new ArrayList<>();
    List<Tensor> values = new ArrayList<>();
    for (int h = 0; h < shape.kvHeads(); h++) {
      keys.add(Tensor.allocate(arena, type, POSITIONS, shape.headLength()));
      values.add(Tensor.allocate(arena, type, shape.headLength(), POSITIONS));
      bytes += 2 * keys.getLast().data().byteSize();
    }
    return new Page(shape, keys, values);
  }

  synchronized void give(Page page) {
    free.computeIfAbsent(page.shape(), shape -> new ArrayDeque<>()).push(page);
  }
}
