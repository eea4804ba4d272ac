package pollux.tensor.emitted;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Memory of one thread: a kernel's arguments, and the panel that it works on. */
final class Scratch {
  /** Elements along a panel: 32 rows of them stay in the second-level cache. */
  static final int PANEL_COLUMNS = 1024;

  private static final int PANEL_BYTES =
      PANEL_COLUMNS / 32 * PanelCode.bytes(BlockCode.Kind.HALVES_WITH_LEAST);

  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

  final MemorySegment arguments;
  final long panel;

  private Scratch() {
    Arena arena = Arena.ofAuto(); // lives as long as this object does
    arguments = arena.allocate(Arguments.BYTES, 64);
    panel = arena.allocate(PANEL_BYTES, 64).address();
  }

  static Scratch ofThread() {
    return OF_THREAD.get();
  }
}
