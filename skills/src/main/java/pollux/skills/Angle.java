package pollux.skills;

import java.util.List;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import pollux.model.Part;

/**
 * The size of the one marked acute angle, 10 to 89 degrees, in a drawn figure.
 *
 * <p>The thought names the vertex's cell in a grid of 6 x 6, and the end and direction of both
 * rays, e.g. {@code b3 e5 035 c6 080}; the answer, {@code 45°}, is the difference of the
 * directions.
 */
public final class Angle implements Skill {
  /** How far an answer may be off and still be right. */
  static final int TOLERANCE = 5;

  private static final Phrasings QUESTIONS =
      new Phrasings(
          List.of(
              "How large is the marked angle?",
              "How big is the angle?",
              "What is the marked angle?",
              "Angle in degrees?",
              "How many degrees is the angle?",
              "Estimate the marked angle.",
              "What is the size of the angle?",
              "Measure the angle.",
              "How many degrees?",
              "what angle is marked",
              "Give the marked angle in degrees.",
              "The angle, please."),
          List.of("标出的角是多少度？", "这个角有多大？", "角是几度？", "请量这个角。"),
          List.of(
              "How wide is the marked angle?",
              "What does the angle measure?",
              "Tell me the angle's size.",
              "How many degrees does the marked angle have?"),
          List.of("请估计这个角的度数。", "标记的角多大？"));

  @Override
  public String name() {
    return "angle";
  }

  @Override
  public List<String> missing(Split split) {
    return List.of();
  }

  @Override
  public Case draw(long seed) {
    Split split = Split.of(seed);
    RandomGenerator random = Split.random(seed);
    AngleFigure figure = AngleFigure.pick(random);
    String question = QUESTIONS.pick(split, random);
    List<AngleStyle> styles = AngleStyle.of(split);
    List<AngleStyle.Mark> marks = AngleStyle.marks(split);
    List<Backdrop> backdrops = Backdrop.of(split);
    AngleStyle style = styles.get(random.nextInt(styles.size()));
    AngleStyle.Mark mark = marks.get(random.nextInt(marks.size()));
    Backdrop backdrop = backdrops.get(random.nextInt(backdrops.size()));
    return new Case(
        seed,
        List.of(
            new Part.Image(style.paint(figure, mark, backdrop, random)), new Part.Text(question)),
        figure.thought(),
        figure.size() + "°");
  }

  @Override
  public boolean correct(Case asked, String answer) {
    OptionalInt said = NumberReading.only(answer);
    int size = NumberReading.only(asked.answer()).orElseThrow();
    return said.isPresent() && Math.abs(said.getAsInt() - size) <= TOLERANCE;
  }
}
