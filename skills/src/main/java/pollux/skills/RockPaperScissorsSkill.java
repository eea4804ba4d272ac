package pollux.skills;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import pollux.model.Part;

/**
 * A film of 3 to 5 hand signs with pauses: which, in order; or of two hands: who wins the round.
 *
 * <p>The prompt never names the signs. The thought tells what each frame shows, {@code r r - s - p}
 * with {@code -} for a pause; for two hands it names the two signs, left then right. The answer is
 * in the question's language: {@code rock, scissors, paper}, or {@code left}, {@code right}, {@code
 * tie}.
 */
public final class RockPaperScissorsSkill implements Skill {
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

  @Override
  public String name() {
    return "rock-paper-scissors";
  }

  @Override
  public List<String> missing(Split split) {
    return List.of();
  }

  @Override
  public Case draw(long seed) {
    Split split = Split.of(seed);
    RandomGenerator random = Split.random(seed);
    List<HandStyle> styles = HandStyle.of(split);
    List<Backdrop> backdrops = Backdrop.of(split);
    HandStyle style = styles.get(random.nextInt(styles.size()));
    Backdrop backdrop = backdrops.get(random.nextInt(backdrops.size()));
    return random.nextInt(3) == 0
        ? duel(seed, split, style, backdrop, random)
        : sequence(seed, split, style, backdrop, random);
  }

  private static Case sequence(
      long seed, Split split, HandStyle style, Backdrop backdrop, RandomGenerator random) {
    int count = 3 + random.nextInt(3);
    List<Gesture> signs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      signs.add(any(random));
    }
    String question = IN_ORDER.pick(split, random);
    boolean chinese = Phrasings.isChinese(question);
    int[] frames = HandFilm.timing(count, random);
    StringBuilder thought = new StringBuilder();
    for (int frame : frames) {
      thought.append(thought.isEmpty() ? "" : " ");
      thought.append(frame < 0 ? "-" : signs.get(frame).word(false).substring(0, 1));
    }
    return new Case(
        seed,
        List.of(
            new Part.Video(
                HandFilm.draw(
                    signs.stream().map(List::of).toList(), frames, style, backdrop, random)),
            new Part.Text(question)),
        thought.toString(),
        signs.stream()
            .map(sign -> sign.word(chinese))
            .collect(Collectors.joining(chinese ? "、" : ", ")));
  }

  private static Case duel(
      long seed, Split split, HandStyle style, Backdrop backdrop, RandomGenerator random) {
    Gesture left = any(random);
    Gesture right = any(random);
    String question = WHO_WINS.pick(split, random);
    boolean chinese = Phrasings.isChinese(question);
    int[] frames = HandFilm.timing(1, random);
    return new Case(
        seed,
        List.of(
            new Part.Video(
                HandFilm.draw(List.of(List.of(left, right)), frames, style, backdrop, random)),
            new Part.Text(question)),
        left.word(chinese) + " " + right.word(chinese),
        winner(left, right, chinese));
  }

  private static Gesture any(RandomGenerator random) {
    return Gesture.values()[random.nextInt(Gesture.values().length)];
  }

  private static String winner(Gesture left, Gesture right, boolean chinese) {
    if (left == right) {
      return chinese ? "平局" : "tie";
    }
    return left.beats(right) ? chinese ? "左边" : "left" : chinese ? "右边" : "right";
  }

  @Override
  public boolean correct(Case asked, String answer) {
    List<Gesture> expected = Gesture.namedIn(asked.answer());
    if (!expected.isEmpty()) {
      return Gesture.namedIn(answer).equals(expected);
    }
    String said = answer.toLowerCase(Locale.ROOT);
    if (DENIAL.matcher(said).find()) {
      // "The left does not win" is no way to say who does.
      return false;
    }
    List<Gesture> hands = Gesture.namedIn(String.valueOf(asked.thought()));
    Gesture left = hands.get(0);
    Gesture right = hands.get(1);
    List<Gesture> named = Gesture.namedIn(said);
    if (!hands.containsAll(named)) {
      return false;
    }
    boolean saysLeft = LEFT.matcher(said).find();
    boolean saysRight = RIGHT.matcher(said).find();
    boolean saysTie = TIE.matcher(said).find();
    int sides = (saysLeft ? 1 : 0) + (saysRight ? 1 : 0) + (saysTie ? 1 : 0);
    if (sides == 0) {
      // "rock wins", "paper beats rock": the winner's sign comes first.
      return left != right
          && !named.isEmpty()
          && named.getFirst() == (left.beats(right) ? left : right);
    }
    return sides == 1
        && (left == right ? saysTie : left.beats(right) ? saysLeft : saysRight);
  }
}
