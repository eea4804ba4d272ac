package pollux.model.projector;

import java.util.ArrayList;
import java.util.List;

/**
 * The order in which Qwen's encoders read patches: the four of a square one behind the other,
 * squares row by row; or those of one window after those of another, windows row by row.
 *
 * @param height,width of the picture in squares of 2 x 2 patches
 * @param squares for each place the square, counted row by row through the picture
 * @param windows first patch of each window, and the number of patches at the end
 */
record PatchOrder(int height, int width, int[] squares, int[] windows) {
  /**
   * @param window squares of a side of a window; 0 for one window of all
   */
  static PatchOrder of(int height, int width, int window) {
    int tall = window == 0 ? height : window;
    int wide = window == 0 ? width : window;
    int[] squares = new int[height * width];
    List<Integer> starts = new ArrayList<>();
    int next = 0;
    for (int y = 0; y < height; y += tall) {
      for (int x = 0; x < width; x += wide) {
        starts.add(4 * next);
        for (int row = y; row < Math.min(height, y + tall); row++) {
          for (int column = x; column < Math.min(width, x + wide); column++) {
            squares[next++] = row * width + column;
          }
        }
      }
    }
    starts.add(4 * next);
    return new PatchOrder(
        height, width, squares, starts.stream().mapToInt(Integer::intValue).toArray());
  }

  /** The row, in patches, of each patch. */
  int[] rows() {
    int[] rows = new int[4 * squares.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = squares[i / 4] / width * 2 + i % 4 / 2;
    }
    return rows;
  }

  /** The column, in patches, of each patch. */
  int[] columns() {
    int[] columns = new int[4 * squares.length];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = squares[i / 4] % width * 2 + i % 2;
    }
    return columns;
  }

  /** Each patch, counted row by row through the picture. */
  int[] patches() {
    int[] rows = rows();
    int[] columns = columns();
    int[] patches = new int[rows.length];
    for (int i = 0; i < patches.length; i++) {
      patches[i] = rows[i] * 2 * width + columns[i];
    }
    return patches;
  }
}
