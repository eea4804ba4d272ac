package pollux.skills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.awt.Color;
import java.awt.geom.AffineTransform;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import pollux.media.Film;
import pollux.media.Picture;
import pollux.model.Part;

class RockPaperScissorsTest {
  private final RockPaperScissors game = RockPaperScissors.ofDrawnHands();

  private Case find(Predicate<Case> wanted) {
    for (int i = 0; i < 2000; i++) {
      Case drawn = game.draw(Split.TRAINING.caseSeed("rock-paper-scissors", 5, i));
      if (wanted.test(drawn)) {
        return drawn;
      }
    }
    throw new AssertionError("no such case among 2000");
  }

  private static Film film(Case drawn) {
    return ((Part.Video) drawn.question().getFirst()).film();
  }

  /** Runs of dark pixels along a row of a hand that stands upright. */
  private static int fingersAt(Gesture gesture, double height, long seed) {
    int side = 400;
    Canvas canvas = new Canvas(side, side);
    canvas.fill(Color.WHITE);
    AffineTransform place = AffineTransform.getTranslateInstance(side / 2.0, side / 2.0);
    place.scale(360, 360);
    HandStyle.SILHOUETTE.paint(
        canvas,
        Hand.showing(gesture, Split.random(seed)),
        place,
        new HandLook.Colours(Color.WHITE, Color.BLACK, Color.WHITE, Color.BLACK),
        Split.random(seed));
    Picture picture = canvas.picture();
    int y = (int) (side / 2.0 + height * 360);
    int runs = 0;
    boolean inside = false;
    for (int x = 0; x < side; x++) {
      boolean dark = (picture.rgb()[(y * side + x) * 3 + 1] & 255) < 128;
      runs += dark && !inside ? 1 : 0;
      inside = dark;
    }
    return runs;
  }

  @Test
  void handsShowTheirFingers() {
    for (long seed = 0; seed < 50; seed++) {
      assertThat(fingersAt(Gesture.ROCK, -0.25, seed)).as("rock, seed %d", seed).isZero();
      assertThat(fingersAt(Gesture.SCISSORS, -0.25, seed)).as("scissors, %d", seed).isEqualTo(2);
      assertThat(fingersAt(Gesture.PAPER, -0.25, seed)).as("paper, %d", seed).isBetween(3, 5);
    }
  }

  @Test
  void signsAreShownInOrderWithPausesBetween() {
    for (int seed = 0; seed < 500; seed++) {
      int signs = 1 + seed % 5;
      int[] frames = HandFilm.timing(signs, Split.random(seed));
      assertThat(frames.length).isBetween(2 * signs - 1, HandFilm.FRAMES);
      int last = -1;
      int before = -1;
      for (int frame : frames) {
        if (frame >= 0 && frame != before) {
          assertThat(frame).as("seed %d", seed).isEqualTo(last + 1);
          assertThat(before).as("a pause comes before a sign, seed %d", seed).isEqualTo(-1);
          last = frame;
        }
        before = frame;
      }
      assertThat(last).isEqualTo(signs - 1);
    }
  }

  @Test
  void theThoughtTellsEachFrameAndTheAnswerEachSign() {
    Map<String, Integer> answers = new HashMap<>();
    Map<Gesture, Integer> signs = new HashMap<>();
    for (int i = 0; i < 900; i++) {
      Case drawn = game.draw(Split.TRAINING.caseSeed("rock-paper-scissors", 6, i));
      List<Gesture> named = Gesture.namedIn(drawn.answer());
      String thought = String.valueOf(drawn.thought());
      if (named.isEmpty()) {
        answers.merge(drawn.answer(), 1, Integer::sum);
        assertThat(Gesture.namedIn(thought)).hasSize(2);
      } else {
        assertThat(named).hasSizeBetween(3, 5);
        named.forEach(sign -> signs.merge(sign, 1, Integer::sum));
        assertThat(thought.split(" ")).hasSize(film(drawn).frames().size());
        // Taking out the pauses and repetitions leaves the answer.
        String collapsed =
            thought.replace(" ", "").replaceAll("([rps])\\1*", "$1").replace("-", "");
        String initials =
            named.stream().map(sign -> sign.word(false).substring(0, 1)).reduce("", String::concat);
        assertThat(collapsed).isEqualTo(initials);
      }
    }
    assertThat(answers.keySet())
        .containsExactlyInAnyOrder("left", "right", "tie", "左边", "右边", "平局");
    int total = signs.values().stream().mapToInt(Integer::intValue).sum();
    signs.forEach((sign, n) -> assertThat(n).as(sign.name()).isBetween(total / 4, total * 5 / 12));
  }

  @Test
  void noPromptNamesASign() {
    for (Split split : Split.values()) {
      for (int i = 0; i < 300; i++) {
        Case drawn = game.draw(split.caseSeed("rock-paper-scissors", 8, i));
        String question = ((Part.Text) drawn.question().getLast()).text();
        assertThat(Gesture.namedIn(question)).as(question).isEmpty();
      }
    }
  }

  @Test
  void pausesDifferFromSigns() {
    Case drawn = find(asked -> String.valueOf(asked.thought()).contains("r - r"));
    String thought = String.valueOf(drawn.thought());
    int at = thought.indexOf("r - r") / 2;
    List<Film.Frame> frames = film(drawn).frames();
    byte[] shown = frames.get(at).picture().rgb();
    byte[] pause = frames.get(at + 1).picture().rgb();
    int different = 0;
    for (int i = 0; i < shown.length; i++) {
      different += Math.abs((shown[i] & 255) - (pause[i] & 255)) > 20 ? 1 : 0;
    }
    assertThat(different).isGreaterThan(shown.length / 20);
    assertThat(frames.get(at + 1).seconds()).isEqualTo((at + 1) * HandFilm.SECONDS_PER_FRAME);
  }

  @Test
  void sequencesMustBeExact() {
    Case asked = find(drawn -> drawn.answer().equals("rock, scissors, paper"));
    for (String right :
        List.of(
            "rock, scissors, paper",
            "Rock scissors paper.",
            "First rock, then scissors, finally paper!",
            "石头、剪刀、布",
            "stone → scissors → paper")) {
      assertThat(game.correct(asked, right)).as(right).isTrue();
    }
    for (String wrong :
        List.of(
            "rock, paper, scissors",
            "rock, scissors",
            "rock, scissors, paper, paper",
            "rock, rock, scissors, paper",
            "left")) {
      assertThat(game.correct(asked, wrong)).as(wrong).isFalse();
    }
  }

  @Test
  void winnersAreReadKindlyAndJudgedStrictly() {
    Case asked =
        find(drawn ->
            drawn.answer().equals("left") && String.valueOf(drawn.thought()).equals("paper rock"));
    for (String right :
        List.of("left", "The left hand wins.", "Left: paper beats rock", "paper wins", "左边赢")) {
      assertThat(game.correct(asked, right)).as(right).isTrue();
    }
    for (String wrong :
        List.of(
            "right",
            "tie",
            "left or right",
            "rock beats paper",
            "left: scissors",
            "left does not win",
            "It's a tie on the left")) {
      assertThat(game.correct(asked, wrong)).as(wrong).isFalse();
    }
    Case even = find(drawn -> drawn.answer().equals("tie"));
    for (String right : List.of("tie", "It is a draw.", "Nobody wins", "平局", "Tied!")) {
      assertThat(game.correct(even, right)).as(right).isTrue();
    }
    for (String wrong : List.of("left", "right", "rock", "both")) {
      assertThat(game.correct(even, wrong)).as(wrong).isFalse();
    }
  }

  @Test
  void emojiOfTheTestAreNotThoseOfTraining() {
    List<EmojiHands> training =
        EmojiHands.sets(Split.TRAINING).stream().flatMap(List::stream).toList();
    List<EmojiHands> test = EmojiHands.sets(Split.TEST).stream().flatMap(List::stream).toList();
    assertThat(test).isNotEmpty().doesNotContainAnyElementsOf(training);
  }

  @Test
  void emojiHandsStandOutFromTheGround() {
    RockPaperScissors full = new RockPaperScissors();
    assumeThat(full.missing(Split.TRAINING)).isEmpty();
    for (List<EmojiHands> set : EmojiHands.sets(Split.TRAINING)) {
      for (EmojiHands hands : set) {
        Film film =
            HandFilm.draw(
                List.of(List.of(Gesture.SCISSORS)),
                new int[] {0},
                hands,
                Backdrop.PLAIN,
                Split.random(set.hashCode()));
        Picture picture = film.frames().getFirst().picture();
        int ink = 0;
        for (int i = 1; i < picture.rgb().length; i += 3) {
          ink += Math.abs((picture.rgb()[i] & 255) - (picture.rgb()[1] & 255)) > 20 ? 1 : 0;
        }
        assertThat(ink).as(hands.set()).isGreaterThan(HandFilm.SIDE * HandFilm.SIDE / 20);
      }
    }
  }

  @Test
  void theTestHasStylesOfItsOwn() {
    assertThat(Collections.disjoint(HandStyle.of(Split.TRAINING), HandStyle.of(Split.TEST)))
        .isTrue();
  }
}
