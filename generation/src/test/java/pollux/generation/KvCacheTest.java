package pollux.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import pollux.model.AttentionSpec;
import pollux.model.AttentionSpec.Reach;
import pollux.model.DecoderSpec;
import pollux.model.FeedForwardSpec;
import pollux.model.LayerSpec;
import pollux.model.LightningSpec;
import pollux.model.MixerSpec;
import pollux.model.NormSpec;
import pollux.tensor.Activation;
import pollux.tensor.ElementType;
import pollux.tensor.Tensor;

class KvCacheTest {
  private static final AttentionSpec ALL = AttentionSpec.of(2, 1, 16, null);
  private static final AttentionSpec WINDOW = ALL.withReach(new Reach(Reach.Kind.WINDOW, 100));
  private static final long PAGE = 2L * 2 * 16 * KvPages.POSITIONS;

  private final Arena arena = Arena.ofShared();
  private final KvPages memory = new KvPages(arena, ElementType.F16);

  @AfterEach
  void close() {
    arena.close();
  }

  @Test
  void memoryFollowsWhatIsReadAndNotTheContext() {
    KvCache cache = cache(ALL, ALL);
    assertThat(memory.bytes()).isZero();
    read(cache, 2, 1);
    assertThat(memory.bytes()).isEqualTo(2 * PAGE);
    read(cache, 2, 2 * KvPages.POSITIONS);
    assertThat(memory.bytes()).isEqualTo(6 * PAGE);
  }

  @Test
  void aWindowGivesBackThePagesItHasPassed() {
    KvCache cache = cache(WINDOW);
    read(cache, 1, 10_000);
    // The window and what is spared for going back, each with a page that is begun.
    assertThat(memory.bytes()).isLessThan(6 * PAGE);
    KvCache whole = cache(ALL);
    read(whole, 1, 10_000);
    assertThat(memory.bytes()).isGreaterThan(10_000 / KvPages.POSITIONS * PAGE);
  }

  @Test
  void goingBackALittleKeepsWhatIsThereAndGoingFarStartsAnew() {
    KvCache cache = cache(ALL, WINDOW);
    read(cache, 2, 2000);
    assertThat(cache.truncate(3000)).isEqualTo(2000);
    assertThat(cache.truncate(1900)).isEqualTo(1900);
    assertThat(cache.truncate(500)).as("the window's pages are gone").isZero();
    assertThat(cache.length()).isZero();
    KvCache whole = cache(ALL);
    read(whole, 1, 2000);
    assertThat(whole.truncate(500)).isEqualTo(500);
  }

  @Test
  void aStateOfLinearAttentionCannotGoBack() {
    KvCache cache = cache(new LightningSpec(16, new float[] {0.5f}));
    cache.advance(10);
    assertThat(cache.truncate(10)).isEqualTo(10);
    assertThat(cache.truncate(9)).isZero();
  }

  @Test
  void pagesOfAClosedSessionServeTheNext() {
    KvCache first = cache(ALL);
    read(first, 1, 1000);
    long bytes = memory.bytes();
    first.close();
    read(cache(ALL), 1, 1000);
    assertThat(memory.bytes()).isEqualTo(bytes);
  }

  private KvCache cache(MixerSpec... mixers) {
    List<LayerSpec> layers =
        List.of(mixers).stream()
            .map(mixer -> new LayerSpec(mixer, FeedForwardSpec.of(Activation.SILU)))
            .toList();
    DecoderSpec spec =
        new DecoderSpec("test", 1, 1, 1 << 20, new NormSpec(NormSpec.Kind.RMS, 1e-5f), layers);
    return new KvCache(spec, java.util.stream.IntStream.range(0, mixers.length).toArray(), memory);
  }

  private void read(KvCache cache, int layers, int positions) {
    try (Arena own = Arena.ofConfined()) {
      for (int done = 0; done < positions; ) {
        int n = Math.min(64, positions - done);
        Tensor rows = Tensor.f32(own, n, 16);
        for (int l = 0; l < layers; l++) {
          cache.put(l, rows, rows);
        }
        cache.advance(n);
        done += n;
      }
    }
  }
}
