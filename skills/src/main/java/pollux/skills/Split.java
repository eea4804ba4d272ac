package pollux.skills;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** The two sides that never meet: what is trained on, and what is asked afterwards. */
public enum Split {
  TRAINING,
  TEST;

  private static final RandomGeneratorFactory<RandomGenerator> FACTORY =
      RandomGeneratorFactory.of("L64X128MixRandom");

  /**
   * The seed of case {@code index} of {@code source} in the run with {@code seed}: bit 0 is the
   * side, so the sides are disjoint.
   */
  public long caseSeed(String source, long seed, long index) {
    long h = mix(mix(mix(seed) + index) ^ mix(source.hashCode() * 0x9E3779B97F4A7C15L));
    return (h << 1) | ordinal();
  }

  /** The generator of the case with {@code caseSeed}. */
  public static RandomGenerator random(long caseSeed) {
    return FACTORY.create(caseSeed);
  }

  /** The side that {@code caseSeed} belongs to. */
  public static Split of(long caseSeed) {
    return values()[(int) (caseSeed & 1)];
  }

  /** The finaliser of SplitMix64 (Steele, Lea, Flood 2014): a bijection. */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
