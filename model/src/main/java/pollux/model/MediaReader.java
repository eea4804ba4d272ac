package pollux.model;

import pollux.tensor.BadInputException;

/** Turns pictures and sounds into what stands in the place of a decoder's embedded tokens. */
public interface MediaReader {
  /** What is said where a model has none. */
  String NONE =
      "the model reads text alone: leave pictures, sound and film out, or name the file of the"
          + " encoder that goes with it (--projector on the command line)";

  /**
   * What a decoder reads of {@code part}, a picture, a sound or a film.
   *
   * @throws BadInputException if it is of a kind that is not read
   */
  Media read(Part part);
}
