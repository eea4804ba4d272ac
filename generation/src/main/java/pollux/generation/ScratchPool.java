package pollux.generation;

import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.Deque;
import pollux.tensor.Workspace;

/** Scratch memory for parts of a run that need more than their arguments: one for each at once. */
final class ScratchPool {
  private static final long CHUNK = 1 << 20;

  private final Arena arena;
  private final Deque<Workspace> free = new ArrayDeque<>();

  /** Scratch that lives in {@code arena}. */
  ScratchPool(Arena arena) {
    this.arena = arena;
  }

  /** An empty workspace, for the calling thread alone until it is given back. */
  Workspace take() {
    synchronized (free) {
      Workspace workspace = free.poll();
      if (workspace != null) {
        return workspace;
      }
    }
    return new Workspace(arena, CHUNK);
  }

  void give(Workspace workspace) {
    workspace.reset();
    synchronized (free) {
      free.push(workspace);
    }
  }
}
