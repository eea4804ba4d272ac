package pollux.model.projector;

import java.util.List;
import java.util.stream.IntStream;
import pollux.media.Picture;
import pollux.media.PillowScaling;
import pollux.model.DecoderWeights.Norm;
import pollux.model.Media;
import pollux.model.NormSpec;
import pollux.model.Ops;
import pollux.model.Prompt;
import pollux.tensor.ElementType;
import pollux.tensor.Tensor;
import pollux.tensor.Workspace;

/**
 * SigLIP (Zhai et al. 2023) with the projector of Gemma 3: a picture fitted into a square, its rows
 * averaged over squares of patches, normed and projected. As {@code siglip.cpp} of llama.cpp's
 * tools/mtmd.
 */
final class Gemma3Pictures implements PictureEncoder {
  private static final int MOST_SIDE = 2_800; // whose square is within MOST_PIXELS

  /** The text model reads all rows of a picture at once. */
  private static final int MOST_ACROSS = 64;

  private final PatchReader patches;
  private final EncoderStack stack;
  private final Tensor positions;
  private final Norm outputNorm;
  private final Tensor poolNorm;
  private final Tensor projection;

  /** Patches of a side of the picture. */
  private final int grid;

  /** Patches of a side of the squares that are averaged. */
  private final int pool;

  Gemma3Pictures(EncoderReader file) {
    patches = PatchReader.of(file);
    int size = file.metadata.integer(file.key("image_size"), 1, MOST_SIDE);
    grid = size / patches.side();
    if (size % patches.side() != 0 || (long) grid * grid > PatchReader.MOST_PATCHES) {
      throw file.metadata.bad(
          file.key("image_size"),
          "expected a multiple of the patch's "
              + patches.side()
              + " of at most "
              + PatchReader.MOST_PATCHES
              + " patches, found "
              + size);
    }
    pool = file.metadata.integer(file.key("projector.scale_factor"), 4, 1, grid);
    if (grid % pool != 0 || grid / pool > MOST_ACROSS) {
      throw file.metadata.bad(
          file.key("projector.scale_factor"),
          "expected a divisor of "
              + grid
              + " patches that leaves at most "
              + MOST_ACROSS
              + " rows a side, found "
              + pool);
    }
    stack = file.stack(NormSpec.Kind.LAYER, file.activation(), true);
    positions = file.positions(grid * grid);
    outputNorm = file.norm("post_ln");
    poolNorm = file.weights.small("mm.soft_emb_norm.weight", file.width);
    long rows = (long) (grid / pool) * (grid / pool);
    file.requireRoom(rows, file.weights.length("mm.input_projection.weight"));
    projection = transposed(file, "mm.input_projection.weight");
  }

  /** The file has this matrix as {@code [in, out]}. */
  private static Tensor transposed(EncoderReader file, String name) {
    int out = Math.toIntExact(file.weights.length(name));
    Tensor lying = file.weights.converted(name, file.width, out);
    Tensor standing = file.weights.fresh(ElementType.F32, out, file.width);
    for (int i = 0; i < file.width; i++) {
      for (int o = 0; o < out; o++) {
        standing.set((long) o * file.width + i, lying.get((long) i * out + o));
      }
    }
    return standing;
  }

  @Override
  public int width() {
    return projection.dim(0);
  }

  @Override
  public int parts() {
    return 1;
  }

  @Override
  public boolean laysGrid() {
    return false;
  }

  @Override
  public Media encode(Ops ops, Workspace workspace, Picture picture) {
    int side = grid * patches.side();
    Picture fitted = PillowScaling.fit(picture, side, side, PillowScaling.Filter.BILINEAR);
    int[] order = IntStream.range(0, grid * grid).toArray();
    Tensor x = ops.linear(patches.pixels(workspace, fitted, order), patches.weight());
    if (patches.bias() != null) {
      x = ops.addBias(x, patches.bias());
    }
    x = ops.add(x, positions);
    stack.run(ops, workspace, x);
    x = stack.norm(ops, x, outputNorm);
    x = ops.rmsNorm(pooled(ops, x), poolNorm, stack.norm().eps());
    Tensor rows = ops.linear(x, projection);
    Prompt.Embeddings embeddings =
        new Prompt.Embeddings(0, rows.rowCount(), null, true, 1, rows.toArray());
    return new Media("<start_of_image>", List.of(embeddings), "<end_of_image>");
  }

  /** Means of {@code pool x pool} rows that lie in a square. */
  private Tensor pooled(Ops ops, Tensor x) {
    int across = grid / pool;
    Tensor sum = null;
    for (int dy = 0; dy < pool; dy++) {
      for (int dx = 0; dx < pool; dx++) {
        int[] rows = new int[across * across];
        for (int i = 0; i < rows.length; i++) {
          rows[i] = (i / across * pool + dy) * grid + i % across * pool + dx;
        }
        Tensor one = ops.select(x, rows);
        sum = sum == null ? one : ops.add(sum, one);
      }
    }
    return sum == null ? x : ops.scale(sum, 1f / (pool * pool));
  }
}
