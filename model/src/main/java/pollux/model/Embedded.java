package pollux.model;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import pollux.tensor.Tensor;
import pollux.tensor.Workspace;

/**
 * Ready-made embeddings in a batch: what stands in the place of embedded tokens, and what follows
 * from it for positions and attention.
 *
 * @param at positions of the batch that have one
 * @param parts {@code [at.length, width]} each: the first for the embedding, part i for the hidden
 *     row behind layer i - 1
 * @param ends for each position of the batch how many of them it sees; null where each sees those
 *     before it and itself
 * @param coordinates {@code [3][positions]}: time, row and column of each, for rotary positions
 *     that know them; null where all three are the position
 */
public record Embedded(
    int[] at, List<Tensor> parts, int @Nullable [] ends, int @Nullable [][] coordinates) {
  /** No embeddings. */
  public static final Embedded NONE = new Embedded(new int[0], List.of(), null, null);

  public Embedded {
    parts = List.copyOf(parts);
  }

  /**
   * The embeddings of {@code prompts}.
   *
   * @param starts where each prompt begins
   * @param positions of all of them
   */
  static Embedded of(List<Prompt> prompts, int[] starts, int[] positions, Workspace workspace) {
    List<Prompt.Embeddings> all = new ArrayList<>();
    for (int s = 0; s < prompts.size(); s++) {
      for (Prompt.Embeddings e : prompts.get(s).embeddings()) {
        all.add(e.at(starts[s] + e.start()));
      }
    }
    if (all.isEmpty()) {
      return NONE;
    }
    int[] at = all.stream().flatMapToInt(e -> IntStream.range(e.start(), e.end())).toArray();
    return new Embedded(
        at,
        parts(all, at.length, workspace),
        all.stream().anyMatch(Prompt.Embeddings::whole) ? ends(all, positions.length) : null,
        all.stream().anyMatch(e -> e.grid() != null) ? coordinates(all, positions) : null);
  }

  /** Positions {@code from} to {@code to} alone. */
  public Embedded slice(int from, int to) {
    int first = (int) Arrays.stream(at).filter(a -> a < from).count();
    int last = (int) Arrays.stream(at).filter(a -> a < to).count();
    int[] seen = ends == null ? null : Arrays.copyOfRange(ends, from, to);
    for (int i = 0; seen != null && i < seen.length; i++) {
      seen[i] -= from;
    }
    return new Embedded(
        IntStream.range(first, last).map(i -> at[i] - from).toArray(),
        parts.stream().map(part -> part.rows(first, last)).toList(),
        seen,
        coordinates == null
            ? null
            : Arrays.stream(coordinates)
                .map(axis -> Arrays.copyOfRange(axis, from, to))
                .toArray(int[][]::new));
  }

  private static List<Tensor> parts(List<Prompt.Embeddings> all, int count, Workspace workspace) {
    int width = all.getFirst().width();
    int row = all.getFirst().parts() * width;
    List<Tensor> parts = new ArrayList<>();
    for (int part = 0; part < row / width; part++) {
      Tensor values = workspace.f32(count, width);
      long to = 0;
      for (Prompt.Embeddings e : all) {
        if (e.width() != width || e.parts() * width != row) {
          throw new IllegalArgumentException("embeddings of one prompt from two projectors");
        }
        for (int i = 0; i < e.positions(); i++, to += width) {
          MemorySegment.copy(
              e.values(), i * row + part * width, values.data(), Tensor.FLOAT, 4 * to, width);
        }
      }
      parts.add(values);
    }
    return parts;
  }

  private static int[] ends(List<Prompt.Embeddings> all, int total) {
    int[] ends = IntStream.rangeClosed(1, total).toArray();
    for (Prompt.Embeddings e : all) {
      if (e.whole()) {
        Arrays.fill(ends, e.start(), e.end(), e.end());
      }
    }
    return ends;
  }

  private static int[][] coordinates(List<Prompt.Embeddings> all, int[] positions) {
    int[][] coordinates = {positions, positions.clone(), positions.clone()};
    for (Prompt.Embeddings e : all) {
      Prompt.Grid grid = e.grid();
      for (int i = 0; grid != null && i < e.positions(); i++) {
        coordinates[1][e.start() + i] += i / grid.columns();
        coordinates[2][e.start() + i] += i % grid.columns();
      }
    }
    return coordinates;
  }
}
