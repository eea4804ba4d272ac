package pollux.skills;

import java.util.List;

/**
 * A seeded generator of cases, and the judge of their answers. Stateless and safe for many threads.
 */
public interface Skill {
  /** The name in recipes and reports, e.g. {@code rock-paper-scissors}. */
  String name();

  /**
   * Programs or files that drawing cases of {@code split} needs and this machine lacks, named so
   * that a reader can install them; empty when the skill is ready.
   */
  List<String> missing(Split split);

  /**
   * Draws the case with {@code seed}; its side is {@link Split#of}. The same seed gives the same
   * case, bit by bit.
   */
  Case draw(long seed);

  /** Whether {@code answer} (the visible text, without thoughts) is right for {@code asked}. */
  boolean correct(Case asked, String answer);
}
