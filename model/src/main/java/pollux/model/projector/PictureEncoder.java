package pollux.model.projector;

import pollux.media.Picture;
import pollux.model.Media;
import pollux.model.Ops;
import pollux.tensor.Workspace;

/** Makes embeddings of pictures. */
interface PictureEncoder {
  /** Length of the text model's hidden rows. */
  int width();

  /** Parts of a row, as {@link pollux.model.Prompt.Embeddings} has them. */
  int parts();

  /** Whether rows stand in a grid, which a text model must know to place by row and column. */
  boolean laysGrid();

  /** The picture's embeddings; scratch memory is carved off {@code workspace}. */
  Media encode(Ops ops, Workspace workspace, Picture picture);
}
