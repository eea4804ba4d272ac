package pollux.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * How many bytes a second the machine's cores read from memory at most, measured: the floor of
 * whatever reads all weights for each token.
 */
public final class Bandwidth {
  private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;

  /** Bytes that each thread reads: far more than the caches of any processor hold for one core. */
  private static final long SHARE = 192L << 20;

  private static final int TRIES = 12;

  private Bandwidth() {}

  /**
   * Bytes a second of {@code team} together, each thread reading a region of its own from its start
   * to its end; the best of some tries, after those in which C2 compiles the loop. Takes about half
   * a second and {@value #SHARE} bytes a thread.
   */
  public static double read(WorkTeam team) {
    int threads = team.threads();
    try (Arena arena = Arena.ofShared()) {
      MemorySegment memory = arena.allocate(SHARE * threads, 4096);
      long[] sink = new long[threads];
      double best = 0;
      for (int t = 0; t < TRIES; t++) {
        long start = System.nanoTime();
        team.run(threads, i -> sink[i] += sum(memory, i * SHARE, SHARE));
        double seconds = (System.nanoTime() - start) / 1e9;
        best = Math.max(best, SHARE * threads / seconds);
      }
      // Never true, since the memory is zeroed: but the sums are needed, so that they are made.
      return sink[0] == Long.MIN_VALUE ? 0 : best;
    }
  }

  private static long sum(MemorySegment memory, long from, long length) {
    LongVector a = LongVector.zero(SPECIES);
    LongVector b = a;
    LongVector c = a;
    LongVector d = a;
    int step = SPECIES.vectorByteSize();
    ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    for (long at = from; at <= from + length - 4L * step; at += 4L * step) {
      a = a.add(LongVector.fromMemorySegment(SPECIES, memory, at, order));
      b = b.add(LongVector.fromMemorySegment(SPECIES, memory, at + step, order));
      c = c.add(LongVector.fromMemorySegment(SPECIES, memory, at + 2L * step, order));
      d = d.add(LongVector.fromMemorySegment(SPECIES, memory, at + 3L * step, order));
    }
    return a.add(b).add(c.add(d)).lane(0);
  }
}
