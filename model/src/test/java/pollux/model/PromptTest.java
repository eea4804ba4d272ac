package pollux.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.Test;
import pollux.tensor.Workspace;

class PromptTest {
  private static final int M = Prompt.MEDIA;

  /** A sound of two positions, a picture of two rows and three columns. */
  private static final Prompt PROMPT =
      new Prompt(
          new int[] {7, M, M, 8, M, M, M, M, M, M, 9, 10},
          List.of(),
          List.of(
              new Prompt.Embeddings(1, 2, null, false, 1, new float[] {1, 2, 3, 4}),
              new Prompt.Embeddings(4, 6, new Prompt.Grid(2, 3), true, 1, new float[12])));

  @Test
  void aPictureTakesTheTimeOfItsLongerSide() {
    assertThat(PROMPT.times()).containsExactly(0, 1, 2, 3, 4, 4, 4, 4, 4, 4, 7, 8);
  }

  @Test
  void aBatchKnowsRowsColumnsAndWhatIsSeen() {
    try (Arena arena = Arena.ofConfined()) {
      Batch batch = Batch.of(List.of(PROMPT), 0, new Workspace(arena));
      Embedded embedded = batch.embedded();
      assertThat(embedded.at()).containsExactly(1, 2, 4, 5, 6, 7, 8, 9);
      assertThat(embedded.parts().getFirst().get(2)).isEqualTo(3);
      assertThat(embedded.ends()).containsExactly(1, 2, 3, 4, 10, 10, 10, 10, 10, 10, 11, 12);
      int[][] coordinates = java.util.Objects.requireNonNull(embedded.coordinates());
      assertThat(coordinates[0]).isEqualTo(batch.positions());
      assertThat(coordinates[1]).containsExactly(0, 1, 2, 3, 4, 4, 4, 5, 5, 5, 7, 8);
      assertThat(coordinates[2]).containsExactly(0, 1, 2, 3, 4, 5, 6, 4, 5, 6, 7, 8);
      Embedded slice = embedded.slice(2, 10);
      assertThat(slice.at()).containsExactly(0, 2, 3, 4, 5, 6, 7);
      assertThat(slice.parts().getFirst().get(0)).isEqualTo(3);
      assertThat(slice.ends()).containsExactly(1, 2, 8, 8, 8, 8, 8, 8);
    }
  }

  @Test
  void rowsMustFit() {
    assertThatThrownBy(() -> new Prompt.Embeddings(0, 2, null, false, 1, new float[3]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> new Prompt.Embeddings(0, 4, new Prompt.Grid(2, 3), false, 1, new float[4]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
