package pollux.model.projector;

import pollux.media.Sound;
import pollux.model.Media;
import pollux.model.Ops;
import pollux.tensor.Workspace;

/** Makes embeddings of sounds. */
interface SoundEncoder {
  /** Length of the text model's hidden rows. */
  int width();

  /** The sound's embeddings; scratch memory is carved off {@code workspace}. */
  Media encode(Ops ops, Workspace workspace, Sound sound);
}
