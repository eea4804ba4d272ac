package pollux.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** What the machine's cores can do at most, measured: the figure that shares of peak are taken of. */
public final class Peak {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int CHAINS = 12;
  private static final int ROUNDS = 200_000;
  private static final int TRIES = 12;

  private Peak() {}

  /**
   * F32 operations a second of {@code team} together: twelve independent chains of fused
   * multiply-adds in registers, the best of some tries on each thread. Takes about a tenth of a second.
   */
  public static double flops(WorkTeam team) {
    double[] best = new double[team.threads()];
    float[] sink = new float[team.threads()];
    team.run(
        team.threads(),
        i -> {
          for (int t = 0; t < TRIES; t++) {
            long start = System.nanoTime();
            sink[i] += chains();
            double seconds = (System.nanoTime() - start) / 1e9;
            best[i] = Math.max(best[i], 2.0 * CHAINS * ROUNDS * SPECIES.length() / seconds);
          }
        });
    double sum = 0;
    for (int i = 0; i < best.length; i++) {
      sum += Float.isNaN(sink[i]) ? 0 : best[i];
    }
    return sum;
  }

  private static float chains() {
    FloatVector x = FloatVector.broadcast(SPECIES, 0.999f);
    FloatVector y = FloatVector.broadcast(SPECIES, 0.001f);
    FloatVector a = y, b = y, c = y, d = y, e = y, f = y;
    FloatVector g = y, h = y, i = y, j = y, k = y, l = y;
    for (int n = 0; n < ROUNDS; n++) {
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
    FloatVector sum = a.add(b).add(c).add(d).add(e).add(f);
    return sum.add(g).add(h).add(i).add(j).add(k).add(l).lane(0);
  }
}
