package pollux.skills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pollux.media.Picture;
import pollux.model.Part;

class AngleTest {
  private final Angle angle = new Angle();

  /**
   * The angle between the two rays as the picture shows it: in a ring outside the mark, where the
   * ink lies, measured around the vertex.
   */
  private static double measured(AngleFigure figure, Picture picture) {
    double shorter = Math.min(figure.reach()[0], figure.reach()[1]);
    int ground = green(picture, 1, 1);
    double[] weight = new double[2];
    double[] sum = new double[2];
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        double dx = x + 0.5 - figure.x();
        double dy = figure.y() - y - 0.5;
        double distance = Math.hypot(dx, dy);
        double ink = Math.abs(green(picture, x, y) - ground);
        if (distance < shorter * 0.7 || distance > shorter * 0.95 || ink < 25) {
          continue;
        }
        double around = Math.toDegrees(Math.atan2(dy, dx)) - figure.first();
        around = around - 360 * Math.floor((around + 90) / 360);
        int ray = around < figure.size() / 2.0 ? 0 : 1;
        weight[ray] += ink;
        sum[ray] += ink * around;
      }
    }
    return sum[1] / weight[1] - sum[0] / weight[0];
  }

  private static int green(Picture picture, int x, int y) {
    return picture.rgb()[(y * picture.width() + x) * 3 + 1] & 255;
  }

  @ParameterizedTest
  @EnumSource(
      value = AngleStyle.class,
      names = {"THIN", "BOLD", "BOARD", "RIBBON"})
  void thePictureShowsTheAngle(AngleStyle style) {
    for (int size = 20; size <= 89; size += 3) {
      var random = Split.random(size);
      AngleFigure figure = AngleFigure.of(AngleFigure.Kind.RAYS, size, random);
      Picture picture = style.paint(figure, AngleStyle.Mark.ARC, Backdrop.PLAIN, random);
      assertThat(measured(figure, picture)).as("size %d", size).isCloseTo(size, within(2.0));
    }
  }

  @ParameterizedTest
  @EnumSource(AngleFigure.Kind.class)
  void theLinesMeetAtTheVertexUnderTheAngle(AngleFigure.Kind kind) {
    for (int seed = 0; seed < 500; seed++) {
      AngleFigure figure = AngleFigure.of(kind, 35 + seed % 55, Split.random(seed));
      int rays = 0;
      for (int ray = 0; ray < 2; ray++) {
        double direction = Math.toRadians(figure.first() + ray * figure.size());
        double x = figure.x() + 0.9 * figure.reach()[ray] * Math.cos(direction);
        double y = figure.y() - 0.9 * figure.reach()[ray] * Math.sin(direction);
        for (double[] line : figure.lines()) {
          if (java.awt.geom.Line2D.ptSegDist(line[0], line[1], line[2], line[3], x, y) < 1e-6) {
            rays++;
          }
        }
      }
      assertThat(rays).as("rays that lie on a line, seed %d", seed).isEqualTo(2);
      for (double[] line : figure.lines()) {
        for (double at : line) {
          assertThat(at).isBetween(0.0, (double) AngleFigure.SIDE);
        }
      }
    }
  }

  @Test
  void theThoughtsDifferenceIsTheAnswerAndSizesAreEven() {
    int[] tens = new int[9];
    for (int i = 0; i < 1600; i++) {
      Case drawn = angle.draw(Split.TRAINING.caseSeed("angle", 3, i));
      String[] thought = String.valueOf(drawn.thought()).split(" ");
      assertThat(thought[0]).matches("[a-f][1-6]");
      int first = Integer.parseInt(thought[2]);
      int second = Integer.parseInt(thought[4]);
      assertThat(first).isBetween(0, 359);
      assertThat(second - first).isBetween(10, 89);
      assertThat(drawn.answer()).isEqualTo(second - first + "°");
      tens[(second - first) / 10]++;
    }
    // 200 each are expected.
    for (int ten = 1; ten < 9; ten++) {
      assertThat(tens[ten]).as("angles from %d0", ten).isBetween(140, 260);
    }
  }

  @Test
  void theTestHasStylesOfItsOwn() {
    assertThat(Collections.disjoint(AngleStyle.of(Split.TRAINING), AngleStyle.of(Split.TEST)))
        .isTrue();
    assertThat(AngleStyle.marks(Split.TRAINING)).doesNotContain(AngleStyle.Mark.DOUBLE_ARC);
  }

  @Test
  void answersMayBeFiveDegreesOff() {
    Case asked = new Case(1, List.of(new Part.Text("How big?")), null, "43°");
    for (String right : List.of("43°", "43", "about 48 degrees", "38 degrees", "角是43度。")) {
      assertThat(angle.correct(asked, right)).as(right).isTrue();
    }
    for (String wrong : List.of("49°", "37", "43° or 60°", "-43", "acute", "4300")) {
      assertThat(angle.correct(asked, wrong)).as(wrong).isFalse();
    }
  }
}
