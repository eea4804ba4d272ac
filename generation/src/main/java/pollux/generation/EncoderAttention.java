package pollux.generation;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import pollux.tensor.Kernels;
import pollux.tensor.Tensor;
import pollux.tensor.WorkTeam;

/**
 * Attention of an encoder: all rows of a sequence see one another. Blocks of queries of one head
 * times all its keys, then the shares times all its values: two matrix products each, and scratch
 * memory that grows with the rows, not with their square.
 */
final class EncoderAttention implements AutoCloseable {
  /** Rows of a block: the keys that a product packs serve them all. */
  private static final int BLOCK = 96;

  private final Kernels kernels;
  private final WorkTeam team;
  private final ScratchPool pool = new ScratchPool();

  EncoderAttention(Kernels kernels, WorkTeam team) {
    this.kernels = kernels;
    this.team = team;
  }

  /** A block: rows {@code from} to {@code to} of a sequence that begins at {@code start}. */
  private record Block(int start, int end, int from, int to) {}

  /** As {@link pollux.model.Ops#attentionWithin}, into {@code y}. */
  void run(Tensor q, Tensor k, Tensor v, int heads, int[] starts, Tensor y) {
    List<Block> blocks = new ArrayList<>();
    for (int s = 0; s + 1 < starts.length; s++) {
      for (int from = starts[s]; from < starts[s + 1]; from += BLOCK) {
        int to = Math.min(starts[s + 1], from + BLOCK);
        blocks.add(new Block(starts[s], starts[s + 1], from, to));
      }
    }
    team.run(
        Math.multiplyExact(blocks.size(), heads),
        part -> {
          ScratchPool.Scratch scratch = pool.take();
          try {
            attend(blocks.get(part / heads), q, k, v, part % heads, heads, scratch, y);
          } finally {
            pool.give(scratch);
          }
        });
  }

  private void attend(
      Block block,
      Tensor q,
      Tensor k,
      Tensor v,
      int head,
      int heads,
      ScratchPool.Scratch scratch,
      Tensor y) {
    int width = q.columns();
    int length = width / heads;
    int rows = block.to() - block.from();
    int seen = block.end() - block.start();
    long at = (long) block.from() * width + (long) head * length;
    long first = (long) block.start() * width + (long) head * length;
    scratch.reserve((long) rows * seen);
    MemorySegment scores = scratch.next((long) rows * seen);
    kernels.gemm(
        false, true, rows, seen, length, q.data(), at, width, k.data(), first, width, scores, 0,
        seen, false);
    for (int r = 0; r < rows; r++) {
      kernels.softmax(scores, (long) r * seen, seen, (float) (1 / Math.sqrt(length)));
    }
    kernels.gemm(
        false, false, rows, length, seen, scores, 0, seen, v.data(), first, width, y.data(), at,
        width, false);
  }

  @Override
  public void close() {
    pool.close();
  }
}
