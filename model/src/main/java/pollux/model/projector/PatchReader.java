package pollux.model.projector;

import org.jspecify.annotations.Nullable;
import pollux.media.Picture;
import pollux.media.PixelRows;
import pollux.tensor.Tensor;
import pollux.tensor.Workspace;

/**
 * How a picture is cut into patches and how their pixels are normalised, as a file says.
 *
 * @param side of a square patch in pixels
 * @param mean,deviation of red, green and blue from 0 to 1
 * @param weight {@code [width, 3 * side * side]}
 * @param bias {@code [width]}
 */
record PatchReader(
    int side, float[] mean, float[] deviation, Tensor weight, @Nullable Tensor bias) {
  /** Models have 14 and 16. */
  private static final int MOST_SIDE = 32;

  /** Patches of a picture at most: what the largest pictures of Qwen2-VL have. */
  static final int MOST_PATCHES = 1 << 14;

  /** Pixels of a picture at most: Qwen3-VL's largest have half as many. */
  static final int MOST_PIXELS = 1 << 23;

  static PatchReader of(EncoderReader file) {
    int side = file.metadata.integer(file.key("patch_size"), 1, MOST_SIDE);
    float[] mean = file.metadata.reals(file.key("image_mean"), 3);
    float[] deviation = file.metadata.reals(file.key("image_std"), 3);
    for (float d : deviation) {
      if (d == 0) {
        throw file.metadata.bad(file.key("image_std"), "expected no 0, found one");
      }
    }
    return new PatchReader(
        side,
        mean,
        deviation,
        weight(file, "patch_embd.weight", side),
        file.weights.smallIfAny(file.name("patch_embd.bias"), file.width));
  }

  /** A convolution over patches that do not overlap, as a matrix. */
  static Tensor weight(EncoderReader file, String part, int side) {
    return file.weights
        .matrix(file.name(part), file.width, 3, side, side)
        .reshape(file.width, 3L * side * side);
  }

  /** Pixels {@code [order.length, 3 * side * side]} of the patches in {@code order}. */
  Tensor pixels(Workspace workspace, Picture picture, int[] order) {
    Tensor pixels = workspace.f32(order.length, 3L * side * side);
    float[] values = PixelRows.patches(picture, side, order, mean, deviation);
    java.lang.foreign.MemorySegment.copy(values, 0, pixels.data(), Tensor.FLOAT, 0, values.length);
    return pixels;
  }
}
