package pollux.skills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.model.Part;
import pollux.skills.PythonValue.Point;

class PolygonsTest {
  private static final int SEEDS = 2;

  private final Polygons skill = new Polygons();

  static Stream<PythonTask> tasks() {
    return Polygons.tasks().stream();
  }

  @Test
  void thereAreTwentyFunctionsAndTheIntersectionIsAskedMost() {
    assertThat(Polygons.tasks()).hasSize(20);
    assertThat(Polygons.taughtCode()).hasSize(20);
    String intersection = Polygons.code("polygon_intersection");
    int count = 0;
    for (int i = 0; i < 2000; i++) {
      long seed = Split.TEST.caseSeed("polygons", 1, i);
      Case asked = skill.draw(seed);
      assertThat(skill.draw(seed)).isEqualTo(asked);
      count += asked.answer().equals(intersection) ? 1 : 0;
    }
    assertThat(count).isBetween(420, 580);
  }

  @Test
  void everyFunctionIsAskedForInManyWaysAndInOthersInTheTest() {
    Set<String> training = new HashSet<>();
    for (PythonTask task : Polygons.tasks()) {
      training.addAll(task.phrasings().training());
      training.addAll(task.phrasings().trainingChinese());
      assertThat(task.phrasings().training()).as(task.name()).hasSizeGreaterThanOrEqualTo(12);
      assertThat(task.phrasings().test()).as(task.name()).hasSizeGreaterThanOrEqualTo(4);
    }
    Set<String> all = new HashSet<>();
    for (PythonTask task : Polygons.tasks()) {
      assertThat(training)
          .doesNotContainAnyElementsOf(task.phrasings().test())
          .doesNotContainAnyElementsOf(task.phrasings().testChinese());
      for (String asked : new HashSet<>(task.phrasings().test())) {
        assertThat(all.add(asked)).as("asked for two functions: %s", asked).isTrue();
      }
    }
    assertThat(training).contains("Write a Python function for the intersection of two polygons.");
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void theTaughtCodeIsRightAndThatOfAnotherTaskIsNot(PythonTask task) {
    ready();
    List<List<?>> inputs = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      inputs.addAll(Polygons.inputs(task, Split.TEST.caseSeed("polygons", 3, i)));
    }
    List<String> calls = inputs.stream().<String>map(PythonValue::call).toList();
    List<String> results =
        PythonSandbox.find().orElseThrow().run(Polygons.code(task.name()), task.name(), calls);
    assertThat(results).hasSameSizeAs(calls);
    for (int i = 0; i < calls.size(); i++) {
      assertThat(task.accepts().test(inputs.get(i), results.get(i)))
          .as("%s(%s) is %s", task.name(), calls.get(i), results.get(i))
          .isTrue();
    }
    Case asked = asked(task, 0);
    assertThat(skill.correct(asked, "Sure:\n```python\n" + asked.answer() + "\n```\nBye."))
        .isTrue();
    int next = (Polygons.tasks().indexOf(task) + 1) % 20;
    assertThat(skill.correct(asked, Polygons.code(Polygons.tasks().get(next).name()))).isFalse();
  }

  @Test
  void noCodeAndNoResultAreWrong() {
    ready();
    Case asked = asked(PythonTasks.INTERSECTION, 0);
    assertThat(skill.correct(asked, "I cannot do that.")).isFalse();
    assertThat(skill.correct(asked, "def f(*a):\n    return None")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Orientation is ignored, the loop stops early, disjoint gives a point, a clip is
        // forgotten.
        "s = area(q) | s = 1",
        "zip(q, q[1:] + q[:1]) | zip(q, q[1:])",
        "return p if area(p) else [] | return p or [(0, 0)]",
        "if k[i] >= 0: | if True:",
        "t = k[i] / (k[i] - k[i - 1]) | t = 0.5",
        "if not s: | if False:",
      })
  void aWrongIntersectionIsFound(String change) {
    ready();
    String[] parts = change.split(" \\| ");
    String taught = Polygons.code("polygon_intersection");
    assertThat(taught).contains(parts[0]);
    int wrong = 0;
    for (int i = 0; i < SEEDS; i++) {
      Case asked = asked(PythonTasks.INTERSECTION, i);
      wrong += skill.correct(asked, taught.replace(parts[0], parts[1])) ? 0 : 1;
    }
    assertThat(wrong).isPositive();
  }

  @Test
  void drawnPolygonsOverlapTouchAndLieApart() {
    int overlap = 0;
    int none = 0;
    for (int i = 0; i < 200; i++) {
      for (List<?> pair :
          Polygons.inputs(PythonTasks.INTERSECTION, Split.TEST.caseSeed("polygons", 5, i))) {
        @SuppressWarnings("unchecked")
        List<List<Point>> polygons = (List<List<Point>>) pair;
        double area = ConvexOverlap.sharedArea(polygons.get(0), polygons.get(1));
        assertThat(area)
            .isCloseTo(
                ConvexOverlap.sharedArea(polygons.get(1), polygons.get(0)), Offset.offset(1e-9));
        overlap += area > 0.01 ? 1 : 0;
        none += area < 1e-9 ? 1 : 0;
      }
    }
    assertThat(overlap).isGreaterThan(1000);
    assertThat(none).isGreaterThan(1000);
  }

  @Test
  void theReferenceKnowsTwoSquares() {
    List<Point> square = square(0, 0);
    assertThat(ConvexOverlap.sharedArea(square, square(1, 1))).isEqualTo(1);
    assertThat(ConvexOverlap.sharedArea(square, square(2, 0).reversed())).isZero();
    assertThat(ConvexOverlap.isIntersection(List.of(), square, square(2, 0))).isTrue();
    assertThat(ConvexOverlap.isIntersection(List.of(new Point(2, 1)), square, square(2, 0)))
        .isTrue();
    assertThat(ConvexOverlap.isIntersection(List.of(new Point(0, 1)), square, square(2, 0)))
        .isFalse();
    assertThat(ConvexOverlap.isIntersection(List.of(), square, square(1, 1))).isFalse();
  }

  @Test
  void codeIsFoundInAFenceOrBare() {
    assertThat(Polygons.program("Here:\n```python\ndef f(a):\n  return a\n```\nDone"))
        .isEqualTo("def f(a):\n  return a\n");
    assertThat(Polygons.program("Here you are.\nimport math\ndef f(a): pass"))
        .isEqualTo("import math\ndef f(a): pass");
  }

  private static List<Point> square(double x, double y) {
    return List.of(
        new Point(x, y), new Point(x + 2, y), new Point(x + 2, y + 2), new Point(x, y + 2));
  }

  private Case asked(PythonTask task, int index) {
    int seen = 0;
    for (int i = 0; ; i++) {
      Case asked = skill.draw(Split.TEST.caseSeed("polygons", 9, i));
      if (asked.answer().equals(Polygons.code(task.name())) && seen++ == index) {
        return asked;
      }
    }
  }

  private void ready() {
    List<String> missing = skill.missing(Split.TEST);
    assumeTrue(missing.isEmpty(), () -> "missing: " + missing);
  }

  static String text(Case asked) {
    return ((Part.Text) asked.question().getFirst()).text();
  }
}
