package pollux.model;

import java.util.List;

/**
 * A picture or a sound as a decoder reads it.
 *
 * @param before text of the control token before it, empty for none
 * @param pieces one behind the other; their starts are not set yet
 * @param after text of the control token behind it, empty for none
 */
public record Media(String before, List<Prompt.Embeddings> pieces, String after) {
  public Media {
    pieces = List.copyOf(pieces);
  }
}
