package pollux.model.families;

import java.util.List;
import pollux.model.Decoder;

/** One or a few architectures whose files are read alike. */
interface Family {
  /** The values of {@code general.architecture} that this reads. */
  List<String> architectures();

  /**
   * The decoder of a file.
   *
   * @throws pollux.tensor.BadInputException that names the key or tensor at fault
   */
  Decoder read(Layout file);
}
