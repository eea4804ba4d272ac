package pollux.skills;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.RenderingHints;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pollux.media.Picture;
import pollux.model.Part;

class LeavesTest {
  private final Leaves leaves = new Leaves();

  private static int luma(Picture picture, int x, int y) {
    return picture.rgb()[(y * picture.width() + x) * 3 + 1] & 255;
  }

  /** Dark regions of more than a few pixels, by flooding. */
  private static int regions(Picture picture) {
    boolean[] seen = new boolean[picture.width() * picture.height()];
    int regions = 0;
    for (int start = 0; start < seen.length; start++) {
      ArrayDeque<Integer> open = new ArrayDeque<>();
      open.add(start);
      int size = 0;
      while (!open.isEmpty()) {
        int at = open.poll();
        int x = at % picture.width();
        int y = at / picture.width();
        if (seen[at] || luma(picture, x, y) > 128) {
          continue;
        }
        seen[at] = true;
        size++;
        for (int[] step :
            new int[][] {{1, 0}, {-1, 0}, {0, 1}, {0, -1}, {1, 1}, {-1, -1}, {1, -1}, {-1, 1}}) {
          int nx = x + step[0];
          int ny = y + step[1];
          if (nx >= 0 && ny >= 0 && nx < picture.width() && ny < picture.height()) {
            open.add(ny * picture.width() + nx);
          }
        }
      }
      if (size > 6) {
        regions++;
      }
    }
    return regions;
  }

  @ParameterizedTest
  @EnumSource(LeafShape.class)
  void leavesThatDoNotTouchAreAsManyAsTheRegionsOfThePicture(LeafShape shape) {
    for (int seed = 0; seed < 45; seed++) {
      RandomGenerator random = Split.random(seed);
      int count = 1 + seed % 9;
      Foliage foliage =
          Foliage.grow(count, Foliage.Layout.values()[seed % 5], List.of(shape), true, random);
      Canvas canvas = new Canvas(Foliage.SIDE, Foliage.SIDE);
      canvas.fill(Color.WHITE);
      for (Foliage.Leaf leaf : foliage.leaves()) {
        LeafStyle.SILHOUETTE.paint(
            canvas.graphics(),
            shape,
            leaf.place(),
            Color.BLACK,
            Color.BLACK,
            Color.WHITE,
            0.3,
            random);
      }
      assertThat(regions(canvas.picture())).as("seed %d", seed).isEqualTo(count);
      assertThat(foliage.cells()).hasSize(2 * count);
    }
  }

  @Test
  void eachLeafStaysMostlyVisibleUnderTheOthers() {
    for (int seed = 0; seed < 300; seed++) {
      RandomGenerator random = Split.random(seed);
      Foliage foliage =
          Foliage.grow(
              1 + seed % 9,
              Foliage.Layout.values()[seed % 5],
              LeafShape.of(Split.TEST),
              false,
              random);
      Canvas all = canvasWithoutSmoothing();
      for (int i = 0; i < foliage.leaves().size(); i++) {
        fill(all, foliage.leaves().get(i), new Color(0, i + 1, 0));
      }
      Picture together = all.picture();
      for (int i = 0; i < foliage.leaves().size(); i++) {
        Canvas alone = canvasWithoutSmoothing();
        fill(alone, foliage.leaves().get(i), new Color(0, i + 1, 0));
        double visible = count(together, i + 1) / (double) count(alone.picture(), i + 1);
        assertThat(visible).as("leaf %d of seed %d", i, seed).isGreaterThan(0.55);
      }
    }
  }

  private static Canvas canvasWithoutSmoothing() {
    Canvas canvas = new Canvas(Foliage.SIDE, Foliage.SIDE);
    canvas
        .graphics()
        .setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_OFF);
    return canvas;
  }

  private static void fill(Canvas canvas, Foliage.Leaf leaf, Color color) {
    canvas.graphics().setColor(color);
    canvas.graphics().fill(leaf.place().createTransformedShape(leaf.shape().outline()));
  }

  private static int count(Picture picture, int green) {
    int count = 0;
    for (int i = 1; i < picture.rgb().length; i += 3) {
      count += picture.rgb()[i] == green ? 1 : 0;
    }
    return count;
  }

  @Test
  void cellsGoByRowsFromTheTopLeft() {
    assertThat(Foliage.cell(0, 0)).isEqualTo("a1");
    assertThat(Foliage.cell(95.9, 0)).isEqualTo("a6");
    assertThat(Foliage.cell(17, 33)).isEqualTo("c2");
    assertThat(Foliage.cell(200, 95.9)).isEqualTo("f6");
  }

  @Test
  void everyCountIsAsLikelyAndTheThoughtListsAsManyCells() {
    int[] counts = new int[10];
    for (int i = 0; i < 1800; i++) {
      Case drawn = leaves.draw(Split.TRAINING.caseSeed("leaves", 3, i));
      int count = Integer.parseInt(drawn.answer());
      counts[count]++;
      assertThat(drawn.thought()).matches("([a-f][1-6]){" + count + "}");
    }
    // 200 each are expected; 4.5 standard deviations are 60.
    for (int count = 1; count <= 9; count++) {
      assertThat(counts[count]).as("cases with %d leaves", count).isBetween(140, 260);
    }
  }

  @Test
  void theTestHasStylesBackdropsAndKindsOfItsOwn() {
    assertThat(Collections.disjoint(LeafStyle.of(Split.TRAINING), LeafStyle.of(Split.TEST)))
        .isTrue();
    assertThat(LeafShape.of(Split.TRAINING)).doesNotContain(LeafShape.GINKGO, LeafShape.HOLLY);
    assertThat(Backdrop.of(Split.TRAINING)).doesNotContain(Backdrop.SQUARED, Backdrop.BLOTCHED);
  }

  @Test
  void answersAreReadKindlyAndJudgedStrictly() {
    Case asked = new Case(1, List.of(new Part.Text("How many leaves?")), null, "2");
    for (String right :
        List.of("2", "two", "There are 2 leaves.", "Two leaves", "两片叶子", "有二片", "2片")) {
      assertThat(leaves.correct(asked, right)).as(right).isTrue();
    }
    for (String wrong :
        List.of("3", "2 or 3", "two, maybe three", "2.5", "12", "-2", "leaves", "99999999999")) {
      assertThat(leaves.correct(asked, wrong)).as(wrong).isFalse();
    }
  }
}
