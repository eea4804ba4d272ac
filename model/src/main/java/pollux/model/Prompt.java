package pollux.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the decoder reads: one position after another, each a token id or {@link #MEDIA}, and the
 * spans of features, or embeddings, that fill the media positions.
 *
 * @param tokens {@code [positions]} token ids, {@link #MEDIA} where a span stands
 * @param spans in order of {@code start}
 * @param embeddings in order of {@code start}; together with the spans they cover exactly the media
 *     positions
 */
public record Prompt(int[] tokens, List<Span> spans, List<Embeddings> embeddings) {
  /** Stands in {@code tokens} where a span fills the position. */
  public static final int MEDIA = -1;

  public Prompt {
    spans = List.copyOf(spans);
    embeddings = List.copyOf(embeddings);
  }

  /** Without ready-made embeddings. */
  public Prompt(int[] tokens, List<Span> spans) {
    this(tokens, spans, List.of());
  }

  /**
   * The place in time of each position: its number, but that positions in a grid share one, and
   * those behind them go on behind the grid's longer side.
   */
  public int[] times() {
    int[] times = new int[tokens.length];
    int next = 0;
    int at = 0;
    for (Embeddings e : embeddings) {
      while (at < e.start()) {
        times[at++] = next++;
      }
      for (int i = 0; i < e.positions(); i++) {
        times[at++] = e.grid() == null ? next + i : next;
      }
      next += e.advance();
    }
    while (at < times.length) {
      times[at++] = next++;
    }
    return times;
  }

  /** What kind of features fill a span, each with a linear embedding of its own. */
  public enum Kind {
    /**
     * Patches of {@link MediaFrontEnd#PATCH} x PATCH RGB pixels, row by row; pictures and frames of
     * film.
     */
    PATCHES,
    /** Log-mel frames, several stacked into a position. */
    SOUND
  }

  /**
   * Features of consecutive positions.
   *
   * @param start the first position
   * @param rows,columns the grid of patches, laid row by row; sound has one column
   * @param features {@code [rows * columns, length of the kind]}, unsigned bytes; the decoder
   *     normalises them to mean 0 and deviation 1 over the span
   */
  public record Span(Kind kind, int start, int rows, int columns, byte[] features) {
    public int positions() {
      return rows * columns;
    }
  }

  /** Rows and columns that positions stand in, row by row. */
  public record Grid(int rows, int columns) {}

  /**
   * Ready-made rows in the place of embedded tokens at consecutive positions: what another vendor's
   * encoder makes of a picture or a sound.
   *
   * @param start the first position
   * @param positions rows of {@code values}
   * @param grid where the rows stand, for rotary positions with a time, a row and a column: then
   *     all have one time, and what follows goes on behind the longer side; null where they follow
   *     one another as tokens do
   * @param whole whether each row sees all of them, the later ones among them
   * @param parts 1, or more where further parts of a row are added to the hidden row: part i behind
   *     layer i - 1 (DeepStack, arXiv 2406.04334)
   * @param values {@code [positions, parts * width]}
   */
  public record Embeddings(
      int start, int positions, @Nullable Grid grid, boolean whole, int parts, float[] values) {
    public Embeddings {
      if (positions < 1 || parts < 1 || values.length % (positions * parts) != 0) {
        throw new IllegalArgumentException(
            values.length + " numbers are no " + parts + " parts of " + positions + " positions");
      }
      if (grid != null && grid.rows() * grid.columns() != positions) {
        throw new IllegalArgumentException(grid + " does not hold " + positions + " positions");
      }
    }

    /** The same at another place. */
    public Embeddings at(int other) {
      return new Embeddings(other, positions, grid, whole, parts, values);
    }

    /** The position behind the last. */
    public int end() {
      return start + positions;
    }

    /** Length of a part: of a hidden row. */
    public int width() {
      return values.length / positions / parts;
    }

    /** By how much rotary positions advance. */
    public int advance() {
      return grid == null ? positions : Math.max(grid.rows(), grid.columns());
    }
  }
}
