package pollux.model;

/** Sizes of what the family's media front ends make: part of the trained model, not settings. */
public final class MediaFrontEnd {
  /** Side of a square patch in pixels. */
  public static final int PATCH = 16;

  /** Bytes of one patch: rows of pixels, each R, G, B. */
  public static final int PATCH_BYTES = PATCH * PATCH * 3;

  /**
   * Pictures are fitted (aspect kept, padded with their border colour) into a square of this side:
   * 6 x 6 patches.
   */
  public static final int PICTURE_SIDE = 96;

  /** Frames of film: 3 x 3 patches. */
  public static final int FRAME_SIDE = 48;

  /** Frames of a film at most; more are thinned evenly. */
  public static final int MAX_FRAMES = 24;

  /** Mel bands of a log-mel frame. */
  public static final int MEL_BANDS = 40;

  /** Log-mel frames (10 ms apart) stacked into one position: 8.3 positions a second. */
  public static final int FRAMES_PER_POSITION = 12;

  /** Bytes of one position of sound. */
  public static final int SOUND_BYTES = MEL_BANDS * FRAMES_PER_POSITION;

  private MediaFrontEnd() {}
}
