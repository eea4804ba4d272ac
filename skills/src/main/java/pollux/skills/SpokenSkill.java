package pollux.skills;

/** A skill whose cases hold synthesised speech. */
public sealed interface SpokenSkill extends Skill permits Hearing, VoiceQuestion {
  /** Told how far {@link #prepare} is; called from several threads. */
  @FunctionalInterface
  interface Progress {
    /** {@code clips} of {@code of} are spoken. */
    void spoken(int clips, int of);
  }

  /**
   * Speaks, {@code threads} at a time, what training may draw. Not needed before {@link #draw},
   * which speaks what it misses; this only keeps the wait out of the drawing, and shows progress.
   *
   * @throws pollux.tensor.BadInputException if a program is missing, hangs or fails
   */
  void prepare(int threads, Progress progress);
}
