package pollux.skills;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import pollux.media.Film;
import pollux.model.Part;

/**
 * A film of 3 to 5 hand signs with pauses: which, in order; or of two hands: who wins the round.
 *
 * <p>The prompt never names the signs. The thought tells what each frame shows, {@code r r - s - p}
 * with {@code -} for a pause; for two hands it names the two signs, left then right. The answer is
 * in the question's language: {@code rock, scissors, paper}, or {@code left}, {@code right}, {@code
 * tie}.
 */
public final class RockPaperScissors implements Skill {
  private static final Phrasings IN_ORDER =
      new Phrasings(
          List.of(
              "Which gestures, in order?",
              "What does the hand show, in order?",
              "List the hand signs in order.",
              "Which hand signs do you see?",
              "What are the gestures?",
              "Name each gesture in turn.",
              "What signs does the hand make?",
              "Tell me the gestures in order.",
              "which gestures are shown",
              "What is played, in order?",
              "What does the hand play?",
              "Gestures in order?"),
          List.of("依次出了什么手势？", "手势依次是什么？", "按顺序说出手势。", "这只手出了什么？"),
          List.of(
              "Which signs does the hand show, one after another?",
              "What gestures appear in this film?",
              "Say what the hand plays each time.",
              "What is the order of the gestures?"),
          List.of("请按顺序列出所有手势。", "视频里先后出了哪些手势？"));

  private static final Phrasings WHO_WINS =
      new Phrasings(
          List.of(
              "Who wins?",
              "Which hand wins?",
              "Which side wins?",
              "Who won this round?",
              "Who is the winner?",
              "Does left or right win?",
              "which player wins",
              "Left or right: who wins?",
              "Winner?",
              "Tell me who wins."),
          List.of("谁赢了？", "哪只手赢了？", "左边赢还是右边赢？", "这一局谁赢？"),
          List.of(
              "Which of the two hands is the winner?",
              "Who takes this round?",
              "Which player won the game?"),
          List.of("哪一边获胜？", "请问谁赢了这局？"));

  private static final Pattern LEFT = Pattern.compile("\\bleft\\b|左");
  private static final Pattern RIGHT = Pattern.compile("\\bright\\b|右");
  private static final Pattern TIE =
      Pattern.compile("\\btie[ds]?\\b|\\bdraw\\b|\\bnobody\\b|\\bno one\\b|\\bneither\\b|平|没有人");
  private static final Pattern DENIAL = Pattern.compile("\\bnot\\b|n't\\b|\\blos|没赢|输|不");

  private final boolean emoji;
  private final List<List<EmojiHands>> trainingSets = EmojiHands.sets(Split.TRAINING);
  private final List<List<EmojiHands>> testSets = EmojiHands.sets(Split.TEST);

  /** Training shows drawn hands and those of emoji sets, which must be installed for it. */
  public RockPaperScissors() {
    this(true);
  }

  private RockPaperScissors(boolean emoji) {
    this.emoji = emoji;
  }

  /** The skill with drawn hands alone in training, which needs nothing installed. */
  static RockPaperScissors ofDrawnHands() {
    return new RockPaperScissors(false);
  }

  @Override
  public String name() {
    return "rock-paper-scissors";
  }

  @Override
  public List<String> missing(Split split) {
    return emoji ? Emoji.missing(split) : List.of();
  }

  private HandLook look(Split split, RandomGenerator random) {
    if (split == Split.TRAINING) {
      return emoji && random.nextInt(5) < 2
          ? pick(pick(trainingSets, random), random)
          : pick(HandStyle.of(split), random);
    }
    // Each held-out look as often as any other.
    int drawn = HandStyle.of(split).size();
    return random.nextInt(drawn + testSets.size()) < drawn
        ? pick(HandStyle.of(split), random)
        : pick(pick(testSets, random), random);
  }

  private static <T> T pick(List<T> list, RandomGenerator random) {
    return list.get(random.nextInt(list.size()));
  }

  @Override
  public Case draw(long seed) {
    RandomGenerator random = Split.random(seed);
    Game game = Game.pick(random);
    Split split = Split.of(seed);
    String question = (game.duel ? WHO_WINS : IN_ORDER).pick(split, random);
    boolean chinese = Phrasings.isChinese(question);
    int[] frames = HandFilm.timing(game.rounds().size(), random);
    Film film =
        HandFilm.draw(
            game.rounds(), frames, look(split, random), pick(Backdrop.of(split), random), random);
    return new Case(
        seed,
        List.of(new Part.Video(film), new Part.Text(question)),
        game.duel ? game.named(chinese, " ") : frameByFrame(game.signs, frames),
        game.duel ? game.winner(chinese) : game.named(chinese, chinese ? "、" : ", "));
  }

  private static String frameByFrame(List<Gesture> signs, int[] frames) {
    return IntStream.of(frames)
        .mapToObj(frame -> frame < 0 ? "-" : signs.get(frame).word(false).substring(0, 1))
        .collect(Collectors.joining(" "));
  }

  /**
   * What is played; the first thing drawn from a case's seed, so that the judge can draw it again
   * without the film.
   *
   * @param duel whether the signs are those of the left and the right hand, shown at once
   */
  private record Game(boolean duel, List<Gesture> signs) {
    static Game pick(RandomGenerator random) {
      boolean duel = random.nextInt(3) == 0;
      int count = duel ? 2 : 3 + random.nextInt(3);
      List<Gesture> signs = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        signs.add(Gesture.values()[random.nextInt(Gesture.values().length)]);
      }
      return new Game(duel, List.copyOf(signs));
    }

    List<List<Gesture>> rounds() {
      return duel ? List.of(signs) : signs.stream().map(List::of).toList();
    }

    Gesture left() {
      return signs.getFirst();
    }

    Gesture right() {
      return signs.getLast();
    }

    boolean tie() {
      return left() == right();
    }

    String named(boolean chinese, String between) {
      return signs.stream().map(sign -> sign.word(chinese)).collect(Collectors.joining(between));
    }

    String winner(boolean chinese) {
      if (tie()) {
        return chinese ? "平局" : "tie";
      }
      boolean left = left().beats(right());
      return chinese ? left ? "左边" : "右边" : left ? "left" : "right";
    }
  }

  @Override
  public boolean correct(Case asked, String answer) {
    Game game = Game.pick(Split.random(asked.seed()));
    List<Gesture> named = Gesture.namedIn(answer);
    if (!game.duel) {
      return named.equals(game.signs);
    }
    String said = answer.toLowerCase(Locale.ROOT);
    // "The left does not win" is no way to say who does; a sign that nobody showed is wrong.
    if (DENIAL.matcher(said).find() || !game.signs.containsAll(named)) {
      return false;
    }
    boolean left = LEFT.matcher(said).find();
    boolean right = RIGHT.matcher(said).find();
    boolean tie = TIE.matcher(said).find();
    if (game.tie()) {
      return tie && !left && !right;
    }
    boolean leftWins = game.left().beats(game.right());
    if (!left && !right && !tie) {
      // "rock wins", "paper beats rock": the winner's sign comes first.
      return !named.isEmpty() && named.getFirst() == (leftWins ? game.left() : game.right());
    }
    return !tie && left == leftWins && right != leftWins;
  }
}
