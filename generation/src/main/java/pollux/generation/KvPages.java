package pollux.generation;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import pollux.tensor.ElementType;

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

  private final Arena arena;
  private final ElementType type;
  private final Map<KvPage.Shape, Deque<KvPage>> free = new HashMap<>();
  private long bytes;

  /**
   * Pages in {@code arena}.
   *
   * @param type F16, F32 or Q8_0
   */
  KvPages(Arena arena, ElementType type) {
    this.arena = arena;
    this.type = EngineOptions.checkedCache(type);
  }

  /** Bytes taken from the arena so far. */
  synchronized long bytes() {
    return bytes;
  }

  /** A page whose numbers are finite, whatever they are. */
  synchronized KvPage take(KvPage.Shape shape) {
    Deque<KvPage> pages = free.get(shape);
    if (pages != null && !pages.isEmpty()) {
      return pages.pop();
    }
    KvPage page = new KvPage(arena, type, shape);
    bytes += page.bytes();
    return page;
  }

  synchronized void give(KvPage page) {
    free.computeIfAbsent(page.shape(), shape -> new ArrayDeque<>()).push(page);
  }

  /** Scratch memory for a row of {@code width} elements, for as long as these pages live. */
  MemorySegment row(int width) {
    long blocks = Math.ceilDiv(width, type.blockLength());
    return arena.allocate(blocks * type.blockBytes(), 64);
  }
}
