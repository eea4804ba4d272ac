package pollux.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * What the machine's cores can do at most, measured: the figure that shares of peak are taken of.
 */
public final class Peak {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int CHAINS = 12;
  private static final int ROUNDS = 20_000;
  private static final int TRIES = 120;

  /** F32 operations of one call of {@link #chains}. */
  public static final double OPERATIONS = 2.0 * SPECIES.length() * CHAINS * ROUNDS;

  private Peak() {}

  /**
   * F32 operations a second of {@code team} together: twelve independent chains of fused
   * multiply-adds in registers, the best of some tries on each thread. Takes about a tenth of a
   * second.
   */
  public static double flops(WorkTeam team) {
    double[] best = new double[team.threads()];
    float[] sink = new float[team.threads()];
    team.run(
        team.threads(),
        i -> {
          for (int t = 0; t < TRIES; t++) {
            long start = System.nanoTime();
            sink[i] += chains(0.25f);
            double seconds = (System.nanoTime() - start) / 1e9;
            best[i] = Math.max(best[i], OPERATIONS / seconds);
          }
        });
    double sum = 0;
    for (int i = 0; i < best.length; i++) {
      sum += Float.isNaN(sink[i]) ? 0 : best[i];
    }
    return sum;
  }

  /** Twelve independent chains: more than the latency times the pipes of any core. */
  public static float chains(float seed) {
    FloatVector x = FloatVector.broadcast(SPECIES, 1 - seed);
    FloatVector y = FloatVector.broadcast(SPECIES, seed);
    // Each chain starts elsewhere, or C2 could fold them into one.
    FloatVector a = y.add(0f);
    FloatVector b = y.add(1f);
    FloatVector c = y.add(2f);
    FloatVector d = y.add(3f);
    FloatVector e = y.add(4f);
    FloatVector f = y.add(5f);
    FloatVector g = y.add(6f);
    FloatVector h = y.add(7f);
    FloatVector i = y.add(8f);
    FloatVector j = y.add(9f);
    FloatVector k = y.add(10f);
    FloatVector l = y.add(11f);
    for (int round = 0; round < ROUNDS; round++) {
      a = a.fma(x, y);
      b = b.fma(x, y);
      c = c.fma(x, y);
      d = d.fma(x, y);
      e = e.fma(x, y);
      f = f.fma(x, y);
      g = g.fma(x, y);
      h = h.fma(x, y);
      i = i.fma(x, y);
      j = j.fma(x, y);
      k = k.fma(x, y);
      l = l.fma(x, y);
    }
    FloatVector all = a.add(b).add(c.add(d)).add(e.add(f)).add(g.add(h)).add(i.add(j));
    return all.add(k.add(l)).lane(0);
  }
}
