package pollux.model;

import java.util.List;

/** The control tokens of the family. Text never encodes to them, whatever a user types. */
public final class ControlTokens {
  /** Fills batches; never read. */
  public static final String PAD = "<|pad|>";

  /** The turn of the model is over. */
  public static final String END = "<|end|>";

  public static final String SYSTEM = "<|system|>";
  public static final String USER = "<|user|>";
  public static final String MODEL = "<|model|>";

  /** A thought begins. */
  public static final String THINK = "<|think|>";

  /** The thought is over, the answer begins. */
  public static final String THINK_END = "<|/think|>";

  /** The patches of a picture follow. */
  public static final String PICTURE = "<|picture|>";

  /** The patches of one frame of film follow. */
  public static final String FRAME = "<|frame|>";

  /** Sound follows. */
  public static final String SOUND = "<|sound|>";

  /** All of them, in the order of their ids. */
  public static final List<String> ALL =
      List.of(PAD, END, SYSTEM, USER, MODEL, THINK, THINK_END, PICTURE, FRAME, SOUND);

  private ControlTokens() {}
}
