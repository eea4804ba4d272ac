package pollux.model;

import java.util.List;

/**
 * What the decoder reads: one position after another, each a token id or {@link #MEDIA}, and the
 * spans of features that fill the media positions.
 *
 * @param tokens {@code [positions]} token ids, {@link #MEDIA} where a span stands
 * @param spans in order of {@code start}; together they cover exactly the media positions
 */
public record Prompt(int[] tokens, List<Span> spans) {
  /** Stands in {@code tokens} where a span fills the position. */
  public static final int MEDIA = -1;

  public Prompt {
    spans = List.copyOf(spans);
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
}
