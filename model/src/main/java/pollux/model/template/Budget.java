package pollux.model.template;

/**
 * What a rendering may use. Time and memory are one account: a step of the evaluation costs one, an
 * item of a list one, {@link #TEXT_PER_WORK} characters that are made or looked at one. It grows
 * with what the template is given, so that long conversations fit.
 *
 * <p>Measured: 86 templates of published models need 16 to 4,397 for short conversations, half of
 * them less than 356.
 */
final class Budget {
  /** Characters for one unit of work. */
  static final int TEXT_PER_WORK = 8;

  /** Longest single text, in UTF-16 units; also of the whole output. */
  static final int LONGEST_TEXT = 1 << 24;

  private static final long BASE = 3_000_000;
  private static final long PER_GIVEN = 64;

  /**
   * Levels of expressions and blocks; a macro counts {@link #CAPTURE} more. Held with half a
   * megabyte of Java's stack (HostileTemplatesTest).
   */
  private static final int DEEPEST = 800;

  /** Levels that the call of a macro, or another text on the side, counts. */
  static final int CAPTURE = 6;

  private long left;
  private long spentCharacters;
  private int depth;

  /**
   * @param given weight of the template and of what it is given
   */
  Budget(long given) {
    left = BASE + PER_GIVEN * Math.min(given, Integer.MAX_VALUE);
  }

  void spend(long work) {
    left -= work;
    if (left < 0 || work < 0) {
      throw new TemplateError("it does more work than a chat template may; does it end?");
    }
  }

  /** For {@code characters} that are looked at. */
  void read(long characters) {
    spend(1 + characters / TEXT_PER_WORK);
  }

  /**
   * For a text that becomes {@code length} long by {@code more} characters, before they are made.
   */
  void make(long length, long more) {
    if (length > LONGEST_TEXT) {
      throw new TemplateError("a text grows beyond " + LONGEST_TEXT + " characters");
    }
    spentCharacters += more;
    if (spentCharacters >= TEXT_PER_WORK) {
      spend(spentCharacters / TEXT_PER_WORK);
      spentCharacters %= TEXT_PER_WORK;
    }
  }

  /** One level deeper. */
  void enter() {
    enter(1);
  }

  /** Deeper by as much stack as {@code levels} expressions take. */
  void enter(int levels) {
    spend(1);
    depth += levels;
    if (depth > DEEPEST) {
      throw new TemplateError("expressions, blocks and macros are nested too deeply");
    }
  }

  void leave() {
    leave(1);
  }

  void leave(int levels) {
    depth -= levels;
  }

  /** What is left of the account. */
  long left() {
    return left;
  }
}
