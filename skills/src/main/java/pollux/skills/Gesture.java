package pollux.skills;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The three hand signs of the game. */
enum Gesture {
  ROCK("石头", "rock|stone|fist|石头|石頭|拳头"),
  PAPER("布", "paper|布"),
  SCISSORS("剪刀", "scissors?|剪刀|剪子");

  private static final Pattern ANY =
      Pattern.compile("(" + ROCK.names + ")|(" + PAPER.names + ")|(" + SCISSORS.names + ")");

  private final String chinese;
  private final String names;

  Gesture(String chinese, String names) {
    this.chinese = chinese;
    this.names = names;
  }

  String word(boolean inChinese) {
    return inChinese ? chinese : name().toLowerCase(Locale.ROOT);
  }

  /**
   * Whether this sign wins against {@code other}: paper wraps rock, scissors cut paper, rock blunts
   * scissors.
   */
  boolean beats(Gesture other) {
    return switch (this) {
      case ROCK -> other == SCISSORS;
      case PAPER -> other == ROCK;
      case SCISSORS -> other == PAPER;
    };
  }

  /** The signs that {@code text} names, in order, with repetitions. */
  static List<Gesture> namedIn(String text) {
    List<Gesture> found = new ArrayList<>();
    Matcher matcher = ANY.matcher(text.toLowerCase(Locale.ROOT));
    while (matcher.find()) {
      found.add(matcher.group(1) != null ? ROCK : matcher.group(2) != null ? PAPER : SCISSORS);
    }
    return found;
  }
}
