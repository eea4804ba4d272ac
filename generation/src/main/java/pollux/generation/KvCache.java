package pollux.generation;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pollux.model.AttentionSpec;
import pollux.model.DecoderSpec;
import pollux.model.LightningSpec;
import pollux.model.MixerSpec;
import pollux.tensor.Tensor;

/**
 * What a session has read: keys and values of its positions for each layer of its tier, in pages
 * that it takes from the engine, and the states of linear attention. A layer whose window has
 * passed a page gives it back.
 */
final class KvCache implements AutoCloseable {
  /** Positions behind a window that are kept, so that a session can go back a little. */
  private static final int SPARE = 256;

  /** One layer that attends: page i holds the positions from i * POSITIONS on. */
  private static final class Attended {
    final AttentionSpec spec;
    final KvPage.Shape shape;
    final List<@Nullable KvPage> pages = new ArrayList<>();

    /** The first position that is kept. */
    int first;

    Attended(AttentionSpec spec) {
      this.spec = spec;
      shape = new KvPage.Shape(spec.kvHeads(), spec.headLength());
    }
  }

  private final KvPages memory;
  private final @Nullable Attended[] attended;
  private final @Nullable LightningState[] states;
  private float[] row = {};
  private MemorySegment encoded = MemorySegment.NULL;
  private int length;

  /** An empty cache for {@code tierLayers} of {@code spec}. */
  KvCache(DecoderSpec spec, int[] tierLayers, KvPages memory) {
    this.memory = memory;
    attended = new Attended[spec.layers().size()];
    states = new LightningState[attended.length];
    for (int l : tierLayers) {
      MixerSpec mixer = spec.layers().get(l).mixer();
      switch (mixer) {
        case AttentionSpec attention -> attended[l] = new Attended(attention);
        case LightningSpec lightning -> states[l] = new LightningState(lightning);
      }
    }
  }

  /** A cache of no layers, for what has no attention to earlier positions. */
  KvCache(KvPages memory) {
    this.memory = memory;
    attended = new Attended[0];
    states = new LightningState[0];
  }

  /** Positions that all layers hold. */
  int length() {
    return length;
  }

  /** Lays rows of one layer behind those that the cache holds; {@link #advance} counts them. */
  void put(int layer, Tensor k, Tensor v) {
    Attended own = own(layer);
    int rows = k.rowCount();
    int width = own.spec.kvWidth();
    if (row.length < width) {
      row = new float[width];
      encoded = memory.row(width);
    }
    for (int r = 0; r < rows; r++) {
      int position = length + r;
      int index = position / KvPages.POSITIONS;
      while (own.pages.size() <= index) {
        own.pages.add(null);
      }
      KvPage page = own.pages.get(index);
      if (page == null) {
        page = memory.take(own.shape);
        own.pages.set(index, page);
      }
      int slot = position % KvPages.POSITIONS;
      MemorySegment.copy(k.data(), Tensor.FLOAT, 4L * r * width, row, 0, width);
      page.putKeys(slot, row);
      MemorySegment.copy(v.data(), Tensor.FLOAT, 4L * r * width, row, 0, width);
      page.putValues(slot, row, encoded);
    }
  }

  /** After every layer has put {@code rows} positions. */
  void advance(int rows) {
    length += rows;
    for (Attended own : attended) {
      if (own == null) {
        continue;
      }
      int first = Math.max(0, own.spec.reach().first(length) - SPARE);
      while ((own.first / KvPages.POSITIONS + 1) * KvPages.POSITIONS <= first) {
        release(own, own.first / KvPages.POSITIONS);
        own.first = (own.first / KvPages.POSITIONS + 1) * KvPages.POSITIONS;
      }
    }
  }

  /**
   * Forgets what lies behind the first {@code positions}, or all where a layer has let go of what
   * it would need to go on from there.
   *
   * @return positions that are left
   */
  int truncate(int positions) {
    int kept = Math.min(length, positions);
    for (int l = 0; l < attended.length; l++) {
      Attended own = attended[l];
      if (own != null && own.spec.reach().first(kept) < own.first
          || states[l] != null && kept < length) {
        kept = 0;
      }
    }
    for (int l = 0; l < attended.length && kept < length; l++) {
      Attended own = attended[l];
      if (own != null) {
        for (int p = own.pages.size() - 1; p * KvPages.POSITIONS >= kept && p >= 0; p--) {
          release(own, p);
          own.pages.removeLast();
        }
        own.first = Math.min(own.first, kept);
      }
      LightningState state = states[l];
      if (state != null) {
        state.clear();
      }
    }
    length = kept;
    return kept;
  }

  private void release(Attended own, int page) {
    KvPage held = own.pages.get(page);
    if (held != null) {
      memory.give(held);
      own.pages.set(page, null);
    }
  }

  /** The page of {@code layer} that holds {@code index * POSITIONS} and the positions behind it. */
  KvPage page(int layer, int index) {
    KvPage page = own(layer).pages.get(index);
    if (page == null) {
      throw new IllegalStateException("page " + index + " of layer " + layer + " was given back");
    }
    return page;
  }

  /** The state of {@code layer}'s linear attention. */
  LightningState state(int layer) {
    LightningState state = states[layer];
    if (state == null) {
      throw new IllegalArgumentException("layer " + layer + " has no linear attention");
    }
    return state;
  }

  private Attended own(int layer) {
    Attended own = attended[layer];
    if (own == null) {
      throw new IllegalArgumentException("layer " + layer + " has no attention in this tier");
    }
    return own;
  }

  /** Gives all pages back. */
  @Override
  public void close() {
    truncate(0);
  }
}
