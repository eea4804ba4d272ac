package pollux.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.model.AttentionSpec;
import pollux.model.AttentionSpec.Reach;
import pollux.model.DecoderSpec;
import pollux.model.FeedForwardSpec;
import pollux.model.LayerSpec;
import pollux.model.NormSpec;
import pollux.tensor.Activation;
import pollux.tensor.ElementType;
import pollux.tensor.KernelChoice;
import pollux.tensor.Tensor;
import pollux.tensor.WorkTeam;

/** Attention in blocks over pages, against the formula in double. */
class PagedAttentionTest {
  private static final AttentionSpec PLAIN = AttentionSpec.of(6, 2, 20, null);

  /** More than two pages, and no whole number of blocks. */
  private static final int POSITIONS = 2 * KvPages.POSITIONS + 37;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final Arena arena = Arena.ofShared();
  private final WorkTeam team = new WorkTeam(2);

  record Case(AttentionSpec spec, boolean sinks) {}

  static Stream<Case> cases() {
    AttentionSpec alibi = new AttentionSpec(6, 2, 20, 0.2f, null, false, Reach.ALL, 0, 8, null);
    return Stream.of(
        new Case(PLAIN, false),
        new Case(PLAIN.withScale(0.05f), true),
        new Case(PLAIN.withSoftCap(3), false),
        new Case(alibi, false),
        new Case(PLAIN.withReach(new Reach(Reach.Kind.WINDOW, 33)), true),
        new Case(PLAIN.withReach(new Reach(Reach.Kind.WINDOW, 1)), false),
        new Case(PLAIN.withReach(new Reach(Reach.Kind.CHUNK, 50)), false),
        new Case(AttentionSpec.of(4, 4, 8, null), false),
        new Case(AttentionSpec.of(5, 1, 64, null).withSoftCap(2), true));
  }

  @AfterEach
  void close() {
    team.close();
    arena.close();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithTheFormulaHoweverThePromptIsCut(Case one) {
    AttentionSpec spec = one.spec();
    float[] q = draw(POSITIONS * spec.queryWidth());
    float[] k = draw(POSITIONS * spec.kvWidth());
    float[] v = draw(POSITIONS * spec.kvWidth());
    Tensor sinks = one.sinks() ? Tensor.of(arena, draw(spec.heads()), spec.heads()) : null;
    float[] whole = run(spec, q, k, v, sinks, POSITIONS);
    double[] expected = formula(spec, q, k, v, sinks);
    for (int i = 0; i < whole.length; i++) {
      assertThat((double) whole[i]).as("seed %d", seed).isCloseTo(expected[i], within(2e-5));
    }
    for (int cut : new int[] {1, 7, 64}) {
      assertThat(Arrays.equals(run(spec, q, k, v, sinks, cut), whole))
          .as("the same bits in pieces of %d, seed %d", cut, seed)
          .isTrue();
    }
  }

  @Test
  void halvesOfPrecisionStayNearTheWhole() {
    float[] q = draw(POSITIONS * PLAIN.queryWidth());
    float[] k = draw(POSITIONS * PLAIN.kvWidth());
    float[] v = draw(POSITIONS * PLAIN.kvWidth());
    float[] whole = run(PLAIN, q, k, v, null, POSITIONS);
    float[] half = run(PLAIN, q, k, v, null, POSITIONS, ElementType.F16);
    for (int i = 0; i < whole.length; i++) {
      assertThat(half[i]).as("seed %d", seed).isCloseTo(whole[i], within(3e-3f));
    }
    assertThat(half).isNotEqualTo(whole);
  }

  @Test
  void eightBitsStayNearTheWholeHoweverThePromptIsCut() {
    AttentionSpec spec = AttentionSpec.of(6, 2, 64, null);
    float[] q = draw(POSITIONS * spec.queryWidth());
    float[] k = draw(POSITIONS * spec.kvWidth());
    float[] v = draw(POSITIONS * spec.kvWidth());
    float[] whole = run(spec, q, k, v, null, POSITIONS);
    float[] bytes = run(spec, q, k, v, null, POSITIONS, ElementType.Q8_0);
    double error = 0;
    double power = 0;
    for (int i = 0; i < whole.length; i++) {
      error += (bytes[i] - whole[i]) * (double) (bytes[i] - whole[i]);
      power += whole[i] * (double) whole[i];
    }
    // Values are within 1/254 of the largest of 32, keys and queries too.
    assertThat(error / power).as("seed %d", seed).isBetween(1e-7, 1e-3);
    for (int cut : new int[] {1, 7, 64}) {
      assertThat(run(spec, q, k, v, null, cut, ElementType.Q8_0))
          .as("the same bits in pieces of %d, seed %d", cut, seed)
          .isEqualTo(bytes);
    }
  }

  private float[] run(
      AttentionSpec spec, float[] q, float[] k, float[] v, @Nullable Tensor sinks, int cut) {
    return run(spec, q, k, v, sinks, cut, ElementType.F32);
  }

  private float[] run(
      AttentionSpec spec,
      float[] q,
      float[] k,
      float[] v,
      @Nullable Tensor sinks,
      int cut,
      ElementType type) {
    float[] all = new float[POSITIONS * spec.queryWidth()];
    try (KvCache cache = new KvCache(decoder(spec), new int[] {0}, new KvPages(arena, type));
        PagedAttention attention = new PagedAttention(KernelChoice.best(), team, cache)) {
      for (int from = 0; from < POSITIONS; from += cut) {
        int n = Math.min(cut, POSITIONS - from);
        cache.put(0, rows(k, from, n, spec.kvWidth()), rows(v, from, n, spec.kvWidth()));
        Tensor y = Tensor.f32(arena, n, spec.queryWidth());
        attention.run(0, rows(q, from, n, spec.queryWidth()), from, sinks, spec, y);
        System.arraycopy(y.toArray(), 0, all, from * spec.queryWidth(), n * spec.queryWidth());
        cache.advance(n);
      }
    }
    return all;
  }

  static DecoderSpec decoder(AttentionSpec spec) {
    return new DecoderSpec(
        "test",
        1,
        1,
        1 << 20,
        new NormSpec(NormSpec.Kind.RMS, 1e-5f),
        List.of(new LayerSpec(spec, FeedForwardSpec.of(Activation.SILU))));
  }

  private Tensor rows(float[] all, int from, int n, int width) {
    return Tensor.of(arena, Arrays.copyOfRange(all, from * width, (from + n) * width), n, width);
  }

  private static double[] formula(
      AttentionSpec spec, float[] q, float[] k, float[] v, @Nullable Tensor sinks) {
    int length = spec.headLength();
    double[] y = new double[q.length];
    for (int t = 0; t < POSITIONS; t++) {
      for (int h = 0; h < spec.heads(); h++) {
        int kv = h / (spec.heads() / spec.kvHeads());
        int first = spec.reach().first(t);
        double[] shares = new double[t + 1];
        double sum = sinks == null ? 0 : Math.exp(sinks.get(h));
        for (int j = first; j <= t; j++) {
          double score = 0;
          for (int i = 0; i < length; i++) {
            score +=
                (double) q[t * spec.queryWidth() + h * length + i]
                    * k[j * spec.kvWidth() + kv * length + i];
          }
          score *= spec.scale();
          if (spec.softCap() > 0) {
            score = spec.softCap() * Math.tanh(score / spec.softCap());
          }
          if (spec.alibi() > 0) {
            // Six heads: four slopes of a power of 2, then two between them.
            double power = h < 4 ? -2.0 * (h + 1) : -1.0 * (2 * (h - 4) + 1);
            score += Math.pow(2, power) * (j - t);
          }
          shares[j] = Math.exp(score);
          sum += shares[j];
        }
        for (int j = first; j <= t; j++) {
          for (int i = 0; i < length; i++) {
            y[t * spec.queryWidth() + h * length + i] +=
                shares[j] / sum * v[j * spec.kvWidth() + kv * length + i];
          }
        }
      }
    }
    return y;
  }

  private float[] draw(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
