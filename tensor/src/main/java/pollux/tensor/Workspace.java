package pollux.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Scratch memory of one thread: tensors are carved off large chunks and all given back at once by
 * {@link #reset}, so that a step allocates nothing after the first.
 *
 * <p>Not zeroed: what {@link #f32} returns holds old values. Not safe for several threads.
 */
public final class Workspace {
  private static final long ALIGNMENT = 64;
  private static final long CHUNK = 64L << 20;

  private final Arena arena;
  private final long chunkBytes;
  private final List<MemorySegment> chunks = new ArrayList<>();
  private int chunk;
  private long used;

  /** A workspace whose memory lives in {@code arena}. */
  public Workspace(Arena arena) {
    this(arena, CHUNK);
  }

  /**
   * As {@link #Workspace(Arena)}; takes memory in chunks of {@code chunkBytes}, or more where a
   * tensor needs it.
   */
  public Workspace(Arena arena, long chunkBytes) {
    this.arena = arena;
    this.chunkBytes = chunkBytes;
  }

  /**
   * An F32 tensor of {@code shape} with undefined contents, valid until {@link #reset}. The array
   * of sizes is the tensor's from then on.
   */
  public Tensor f32(long... shape) {
    long bytes = 4;
    for (long s : shape) {
      bytes = Math.multiplyExact(bytes, s);
    }
    return Tensor.taking(ElementType.F32, shape, bytes(bytes));
  }

  /** As {@link #f32}, but bytes: what a kernel lays out for itself. */
  public MemorySegment bytes(long bytes) {
    long padded = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    while (chunk < chunks.size() && used + padded > chunks.get(chunk).byteSize()) {
      chunk++;
      used = 0;
    }
    if (chunk == chunks.size()) {
      chunks.add(arena.allocate(Math.max(chunkBytes, padded), ALIGNMENT));
      used = 0;
    }
    MemorySegment data = chunks.get(chunk).asSlice(used, bytes);
    used += padded;
    return data;
  }

  /** As {@link #f32}, of the shape of {@code x}. */
  public Tensor like(Tensor x) {
    return x.like(bytes(4 * x.elements()));
  }

  /** As {@link #f32}, filled with zeros. */
  public Tensor zeros(long... shape) {
    Tensor t = f32(shape);
    t.data().fill((byte) 0);
    return t;
  }

  /** A place in a workspace, to come back to. */
  public record Mark(int chunk, long used) {}

  /** Where the next tensor is carved off. */
  public Mark mark() {
    return new Mark(chunk, used);
  }

  /** Gives back what was carved off since {@code mark}. */
  public void reset(Mark mark) {
    chunk = mark.chunk();
    used = mark.used();
  }

  /** Gives back everything that was carved off. */
  public void reset() {
    chunk = 0;
    used = 0;
  }

  /** Bytes taken from the arena so far. */
  public long bytes() {
    return chunks.stream().mapToLong(MemorySegment::byteSize).sum();
  }
}
