package pollux.generation;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Scratch memory for parts of a run that need more than their arguments: one for each that runs at
 * once. What grows with the positions read grows by doubling, and gives the old memory back.
 */
final class ScratchPool implements AutoCloseable {
  private static final long LEAST = 1 << 16;

  /** Memory of one part at a time. */
  static final class Scratch {
    private @Nullable Arena arena;
    private MemorySegment data = MemorySegment.NULL;
    private long used;
    private float[] heap = {};

    /** Makes room for {@code floats} in all, and forgets what was carved off. */
    void reserve(long floats) {
      used = 0;
      if (data.byteSize() >= 4 * floats) {
        return;
      }
      long bytes = Math.max(LEAST, Math.max(2 * data.byteSize(), 4 * floats));
      close();
      @SuppressWarnings("MustBeClosedChecker") // until it grows again or its pool closes
      Arena next = Arena.ofShared();
      data = next.allocate(bytes, 64);
      arena = next;
    }

    private void close() {
      if (arena != null) {
        arena.close();
        arena = null;
      }
    }

    /** The next {@code floats} of what is reserved; they hold old values. */
    MemorySegment next(long floats) {
      MemorySegment slice = data.asSlice(used, 4 * floats);
      used += 4 * floats;
      return slice;
    }

    /** An array of at least {@code floats}, the same at each call; it holds old values. */
    float[] heap(int floats) {
      if (heap.length < floats) {
        heap = new float[floats];
      }
      return heap;
    }
  }

  private final List<Scratch> all = new ArrayList<>();
  private final Deque<Scratch> free = new ArrayDeque<>();

  /** Scratch for the calling thread alone until it is given back. */
  Scratch take() {
    synchronized (all) {
      Scratch scratch = free.poll();
      if (scratch == null) {
        scratch = new Scratch();
        all.add(scratch);
      }
      return scratch;
    }
  }

  void give(Scratch scratch) {
    synchronized (all) {
      free.push(scratch);
    }
  }

  @Override
  public void close() {
    synchronized (all) {
      all.forEach(Scratch::close);
      all.clear();
      free.clear();
    }
  }
}
