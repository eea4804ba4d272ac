package pollux.generation;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import pollux.model.AttentionSpec;
import pollux.tensor.Activation;
import pollux.tensor.Kernels;
import pollux.tensor.Operand;
import pollux.tensor.Tensor;
import pollux.tensor.WorkTeam;

/**
 * Attention over the pages of a {@link KvCache}: blocks of queries, those of all heads that share
 * keys, times a page of keys at once; then the shares times a page of values.
 *
 * <p>Pages begin at fixed positions and are added up in their order, shares of positions that a
 * query does not see are zero: so a row's numbers depend neither on the rows beside it, nor on
 * threads, nor on how the prompt was cut.
 */
final class PagedAttention implements AutoCloseable {
  /** Rows of a block: enough that a page's keys are decoded once for many queries. */
  private static final int BLOCK = 16;

  /** Multiplications of a part at least. */
  private static final int PART = 1 << 16;

  private final Kernels kernels;
  private final WorkTeam team;
  private final KvCache cache;
  private final ScratchPool pool = new ScratchPool();

  PagedAttention(Kernels kernels, WorkTeam team, KvCache cache) {
    this.kernels = kernels;
    this.team = team;
    this.cache = cache;
  }

  /**
   * Attention of the newest rows, whose keys and values the cache has.
   *
   * @param q {@code [rows, heads * headLength]}
   * @param past positions before the first row
   * @param y {@code [rows, heads * headLength]}
   */
  void run(int layer, Tensor q, int past, @Nullable Tensor sinks, AttentionSpec spec, Tensor y) {
    run(layer, q, past, sinks, spec, null, y);
  }

  /**
   * As {@link #run(int, Tensor, int, Tensor, AttentionSpec, Tensor)}, where row i sees the rows
   * before {@code ends[i]}; null for those before it and itself.
   */
  void run(
      int layer,
      Tensor q,
      int past,
      @Nullable Tensor sinks,
      AttentionSpec spec,
      int @Nullable [] ends,
      Tensor y) {
    int rows = q.rowCount();
    int blocks = Math.ceilDiv(rows, BLOCK);
    int items = blocks * spec.kvHeads();
    long work = 2L * (past + rows) * Math.min(rows, BLOCK) * spec.queryWidth() / spec.kvHeads();
    int perPart = (int) Math.clamp(PART / Math.max(1, work), 1, items);
    team.run(
        Math.ceilDiv(items, perPart),
        part -> {
          int end = Math.min(items, (part + 1) * perPart);
          for (int item = part * perPart; item < end; item++) {
            int from = item / spec.kvHeads() * BLOCK;
            ScratchPool.Scratch scratch = pool.take();
            try {
              new Block(
                      layer,
                      spec,
                      item % spec.kvHeads(),
                      q,
                      from,
                      Math.min(rows, from + BLOCK),
                      past,
                      sinks,
                      ends,
                      scratch)
                  .run(y);
            } finally {
              pool.give(scratch);
            }
          }
        });
  }

  @Override
  public void close() {
    pool.close();
  }

  /** Some rows of the heads that share one head of keys. */
  private final class Block {
    private final int layer;
    private final AttentionSpec spec;
    private final int kvHead;
    private final Tensor q;
    private final int from;
    private final int past;
    private final @Nullable Tensor sinks;
    private final int @Nullable [] ends;
    private final ScratchPool.Scratch scratch;
    private final int group;
    private final int length;

    /** Queries of the block: {@code group} for each of its rows. */
    private final int count;

    private final int firstPage;
    private final int pages;

    /** Behind the last position that one of the rows sees. */
    private final int end;

    /** Floats from one query's scores to the next: all pages, and room for a sink. */
    private final int stride;

    /** The form of queries that keys are multiplied with. */
    private final Operand.Form form;

    private final int operandFloats;
    private final MemorySegment scores;

    /** Shares {@code [count, POSITIONS]} times the scales of values. */
    private final MemorySegment weighed;

    Block(
        int layer,
        AttentionSpec spec,
        int kvHead,
        Tensor q,
        int from,
        int to,
        int past,
        @Nullable Tensor sinks,
        int @Nullable [] ends,
        ScratchPool.Scratch scratch) {
      this.layer = layer;
      this.spec = spec;
      this.kvHead = kvHead;
      this.q = q;
      this.from = from;
      this.past = past;
      this.sinks = sinks;
      this.ends = ends;
      this.scratch = scratch;
      group = spec.heads() / spec.kvHeads();
      length = spec.headLength();
      count = (to - from) * group;
      firstPage = spec.reach().first(past + from) / KvPages.POSITIONS;
      int last = to - 1;
      for (int row = from; row < to; row++) {
        last = Math.max(last, end(row) - past - 1);
      }
      end = past + last + 1;
      pages = (end - 1) / KvPages.POSITIONS + 1 - firstPage;
      stride = pages * KvPages.POSITIONS + 16;
      form = kernels.form(cache.page(layer, firstPage).keys(kvHead).type());
      operandFloats = (int) Math.ceilDiv(count * form.rowBytes(length), 4L);
      scratch.reserve(
          (long) count * (stride + 2L * KvPages.POSITIONS + 3L * length) + operandFloats);
      scores = scratch.next((long) count * stride);
      weighed = scratch.next((long) count * KvPages.POSITIONS);
    }

    void run(Tensor y) {
      MemorySegment block = scratch.next((long) count * KvPages.POSITIONS);
      score(block);
      for (int i = 0; i < count; i++) {
        share(i);
      }
      long elements = (long) count * length;
      MemorySegment sum = scratch.next(elements);
      MemorySegment part = scratch.next(elements);
      for (int p = 0; p < pages; p++) {
        copy(p, block, 0, KvPages.POSITIONS, false);
        addUp(cache.page(layer, firstPage + p), block, p == 0 ? sum : part);
        if (p > 0) {
          kernels.axpy(1, part, 0, sum, 0, elements);
        }
      }
      for (int r = 0; r < count / group; r++) {
        MemorySegment.copy(
            sum, 4L * r * group * length, y.data(), at(from + r), 4L * group * length);
      }
    }

    /** Shares of a page's positions, {@code [count, POSITIONS]}, times its values. */
    private void addUp(KvPage page, MemorySegment shares, MemorySegment sums) {
      Tensor values = page.values(kvHead);
      if (!page.hasScales()) {
        kernels.linear(shares, count, values, 0, length, sums);
        return;
      }
      float[] factors = scratch.heap(KvPages.POSITIONS);
      for (int b = 0; b < length / KvPage.BLOCK; b++) {
        page.scales(kvHead, b, factors);
        for (int i = 0; i < count; i++) {
          weigh(shares, 4L * i * KvPages.POSITIONS, factors);
        }
        kernels.linear(weighed, count, values, b * KvPage.BLOCK, (b + 1) * KvPage.BLOCK, sums);
      }
    }

    /** A row of shares times the scales of values, to the same place of {@link #weighed}. */
    private void weigh(MemorySegment shares, long row, float[] factors) {
      for (int p = 0; p < KvPages.POSITIONS; p++) {
        weighed.set(
            Tensor.FLOAT, row + 4L * p, shares.get(Tensor.FLOAT, row + 4L * p) * factors[p]);
      }
    }

    /** Queries times the keys of each page. */
    private void score(MemorySegment block) {
      MemorySegment queries = scratch.next((long) count * length);
      for (int r = 0; r < count / group; r++) {
        MemorySegment.copy(
            q.data(), at(from + r), queries, 4L * r * group * length, 4L * group * length);
      }
      Operand operand = Operand.f32(queries, count, length);
      if (form != Operand.Form.F32) {
        operand = new Operand(form, count, length, scratch.next(operandFloats));
        kernels.prepare(queries, 0, count, operand);
      }
      int first = spec.reach().first(past + from);
      for (int p = 0; p < pages; p++) {
        int start = (firstPage + p) * KvPages.POSITIONS;
        int low = Math.max(0, first - start);
        int high = Math.min(KvPages.POSITIONS, end - start);
        Tensor keys = cache.page(layer, firstPage + p).keys(kvHead);
        kernels.linear(operand, keys, low, high, block);
        copy(p, block, low, high, true);
      }
    }

    /** Between a page's block {@code [count, POSITIONS]} and the rows of all scores. */
    private void copy(int page, MemorySegment block, int low, int high, boolean intoScores) {
      for (int i = 0; i < count; i++) {
        long one = 4L * ((long) i * KvPages.POSITIONS + low);
        long other = 4L * ((long) i * stride + (long) page * KvPages.POSITIONS + low);
        if (intoScores) {
          MemorySegment.copy(block, one, scores, other, 4L * (high - low));
        } else {
          MemorySegment.copy(scores, other, block, one, 4L * (high - low));
        }
      }
    }

    /** Scores of query {@code i} to shares; zero where it sees nothing. */
    private void share(int i) {
      int position = past + from + i / group;
      int head = kvHead * group + i % group;
      int first = spec.reach().first(position);
      long row = (long) i * stride;
      long start = row + first - (long) firstPage * KvPages.POSITIONS;
      int n = end(from + i / group) - first;
      float scale = spec.scale();
      if (spec.softCap() > 0) {
        MemorySegment seen = scores.asSlice(4 * start, 4L * n);
        scale(seen, n, scale / spec.softCap());
        kernels.activate(Activation.TANH, seen, null, n, seen);
        scale = spec.softCap();
      }
      if (spec.alibi() > 0) {
        // The bias is added to scaled scores.
        float slope = alibiSlope(head) / scale;
        for (int j = 0; j < n; j++) {
          set(start + j, get(start + j) + slope * (first + j - position));
        }
      }
      if (sinks != null) {
        set(start + n, sinks.get(head) / scale);
      }
      kernels.softmax(scores, start, sinks == null ? n : n + 1, scale);
      scores.asSlice(4 * row, 4 * (start - row)).fill((byte) 0);
      scores.asSlice(4 * (start + n), 4 * (row + stride - start - n)).fill((byte) 0);
    }

    /** Behind the last position that {@code row} sees. */
    private int end(int row) {
      return past + (ends == null ? row + 1 : ends[row]);
    }

    /** The slopes of ALiBi: powers of 2, in between them for heads past a power of 2. */
    private float alibiSlope(int head) {
      int power = Integer.highestOneBit(spec.heads());
      double step =
          head < power
              ? -spec.alibi() / power * (head + 1)
              : -spec.alibi() / 2 / power * (2 * (head - power) + 1);
      return (float) Math.pow(2, step);
    }

    private void scale(MemorySegment x, int n, float factor) {
      for (int j = 0; j < n; j++) {
        x.set(Tensor.FLOAT, 4L * j, x.get(Tensor.FLOAT, 4L * j) * factor);
      }
    }

    private float get(long index) {
      return scores.get(Tensor.FLOAT, 4 * index);
    }

    private void set(long index, float value) {
      scores.set(Tensor.FLOAT, 4 * index, value);
    }

    /** Byte where the block's heads of {@code row} begin. */
    private long at(int row) {
      return 4L * ((long) row * spec.queryWidth() + (long) kvHead * group * length);
    }
  }
}
