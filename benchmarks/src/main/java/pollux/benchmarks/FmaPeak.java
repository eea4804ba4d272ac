package pollux.benchmarks;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** What the cores can do: fused multiply-adds on registers alone. */
final class FmaPeak {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int CHAINS = 12;

  /** Rounds of one call of {@link #run}. */
  static final int ROUNDS = 20_000;

  /** Floating point operations of one call of {@link #run}. */
  static final double OPERATIONS = 2.0 * SPECIES.length() * CHAINS * ROUNDS;

  private FmaPeak() {}

  /** Twelve independent chains: more than the latency times the pipes of any core. */
  static float run(float seed) {
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
