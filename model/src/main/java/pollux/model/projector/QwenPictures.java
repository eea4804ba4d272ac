package pollux.model.projector;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import pollux.media.PatchGrid;
import pollux.media.Picture;
import pollux.media.PillowScaling;
import pollux.model.DecoderWeights.Norm;
import pollux.model.DecoderWeights.Projection;
import pollux.model.Media;
import pollux.model.NormSpec;
import pollux.model.Ops;
import pollux.model.Prompt;
import pollux.tensor.Activation;
import pollux.tensor.Rotary;
import pollux.tensor.Tensor;
import pollux.tensor.Workspace;

/**
 * The picture encoders of Qwen2-VL (arXiv 2409.12191), Qwen2.5-VL (arXiv 2502.13923) and Qwen3-VL:
 * any number of patches, rotary positions by row and column, and four neighbouring rows joined into
 * one at the end. Qwen2.5-VL attends within windows in most layers; Qwen3-VL adds learned
 * positions, and hands further rows from between its layers to those of the text model. As {@code
 * qwen2vl.cpp} and {@code qwen3vl.cpp} of llama.cpp's tools/mtmd.
 */
final class QwenPictures implements PictureEncoder {
  /** Patches of a side of the squares that become one row; the reference has no other. */
  private static final int MERGE = 2;

  private static final int SQUARE = MERGE * MERGE;
  private static final int FEWEST_ROWS = 8;
  private static final int MOST_ROWS = PatchReader.MOST_PATCHES / SQUARE;
  private static final float ROTARY_BASE = 10_000;

  /** Pixels of a side of Qwen2.5-VL's windows. */
  private static final int WINDOW = 112;

  /** Which of the three. */
  enum Kind {
    QWEN2,
    QWEN2_5,
    QWEN3
  }

  /** Rows for the text model's layers: a norm where there is one, and two linear layers. */
  private record Merger(@Nullable Norm norm, Projection inner, Projection output) {
    Tensor apply(Ops ops, Tensor x, float eps) {
      Tensor joined = x.reshape(x.rowCount() / SQUARE, (long) SQUARE * x.columns());
      if (norm != null) {
        joined = ops.layerNorm(joined, norm.gain(), norm.bias(), eps);
      }
      return ops.project(ops.activate(Activation.GELU, ops.project(joined, inner)), output);
    }
  }

  private final PatchReader patches;

  /** Patches of a second moment; a picture stands still and is both. */
  private final Tensor secondMoment;

  private final EncoderStack stack;
  private final @Nullable Norm inputNorm;
  private final @Nullable Norm outputNorm;
  private final Rotary rotary;
  private final Merger merger;

  /** Layers behind which further rows are taken, in rising order, and what makes them. */
  private final List<Integer> deepLayers = new ArrayList<>();

  private final List<Merger> deepMergers = new ArrayList<>();

  /** Learned positions {@code [side * side, width]}; null for none. */
  private final @Nullable Tensor positions;

  private final int positionSide;

  /** Every so many layers one attends to all; 0 where all do. */
  private final int wholeEvery;

  QwenPictures(EncoderReader file, Kind kind) {
    patches = PatchReader.of(file);
    secondMoment = PatchReader.weight(file, "patch_embd.weight.1", patches.side());
    int merge = file.metadata.integer(file.key("spatial_merge_size"), MERGE, 1, 64);
    if (merge != MERGE) {
      throw file.metadata.bad(
          file.key("spatial_merge_size"), "expected " + MERGE + ", found " + merge);
    }
    wholeEvery = kind == Kind.QWEN2_5 ? file.metadata.integer(file.key("n_wa_pattern"), 0, 256) : 0;
    NormSpec.Kind norm = kind == Kind.QWEN2_5 ? NormSpec.Kind.RMS : NormSpec.Kind.LAYER;
    stack = file.stack(norm, file.activation(), kind != Kind.QWEN3);
    int quarter = stack.headLength() / 4;
    if (stack.headLength() % 4 != 0) {
      throw file.metadata.bad(
          file.key("attention.head_count"),
          "expected heads of a multiple of 4 numbers, found " + stack.headLength());
    }
    double[] frequencies = Rotary.frequencies(ROTARY_BASE, 2 * quarter);
    double[] twice = Arrays.copyOf(frequencies, 2 * quarter);
    System.arraycopy(frequencies, 0, twice, quarter, quarter);
    rotary =
        new Rotary(Rotary.Pairs.HALVES, twice, 1)
            .withAxes(IntStream.range(0, 2 * quarter).map(i -> i / quarter).toArray());
    inputNorm = file.normIfAny("pre_ln");
    outputNorm = file.normIfAny("post_ln");
    merger = merger(file, null, "mm.0", "mm.2");
    if (kind == Kind.QWEN3) {
      positions = file.positions();
      positionSide = (int) Math.sqrt(positions.dim(0));
      if (positionSide * positionSide != positions.dim(0)) {
        throw file.metadata.bad(
            file.key("image_size"),
            "expected a square of learned positions, found " + positions.dim(0));
      }
      readDeepMergers(file);
    } else {
      positions = null;
      positionSide = 0;
    }
    file.requireRoom(MOST_ROWS, (long) width() * parts());
  }

  private void readDeepMergers(EncoderReader file) {
    int joined = SQUARE * file.width;
    for (int l = 0; l < stack.layers().size(); l++) {
      String name = file.name("deepstack." + l + ".");
      if (file.weights.has(name + "fc1.weight")) {
        deepLayers.add(l);
        Merger own =
            merger(file, file.weights.norm(name + "norm", joined), name + "fc1", name + "fc2");
        if (own.output().weight().dim(0) != width()) {
          throw file.metadata.bad(
              file.key("projection_dim"),
              "expected rows of "
                  + width()
                  + " numbers from '"
                  + name
                  + "fc2', found "
                  + own.output().weight().dim(0));
        }
        deepMergers.add(own);
      }
    }
  }

  private static Merger merger(
      EncoderReader file, @Nullable Norm norm, String inner, String output) {
    Projection first = file.projection(inner, SQUARE * file.width);
    file.requireRoom(MOST_ROWS, first.weight().dim(0));
    return new Merger(norm, first, file.projection(output, first.weight().dim(0)));
  }

  @Override
  public int width() {
    return merger.output().weight().dim(0);
  }

  @Override
  public int parts() {
    return 1 + deepMergers.size();
  }

  @Override
  public boolean laysGrid() {
    return true;
  }

  @Override
  public Media encode(Ops ops, Workspace workspace, Picture picture) {
    int step = patches.side() * MERGE;
    int most = Math.min(MOST_ROWS * step * step, PatchReader.MOST_PIXELS);
    PatchGrid size = PatchGrid.of(picture, step, FEWEST_ROWS * step * step, most);
    Picture fitted =
        PillowScaling.fit(picture, size.width(), size.height(), PillowScaling.Filter.BICUBIC);
    PatchOrder order =
        PatchOrder.of(
            size.height() / step,
            size.width() / step,
            wholeEvery == 0 ? 0 : WINDOW / patches.side() / MERGE);
    Tensor x = embedded(ops, workspace, fitted, order);
    Rotary turned = rotary.at(new int[][] {order.rows(), order.columns()});
    int[] all = {0, x.rowCount()};
    List<Tensor> parts = new ArrayList<>();
    for (int l = 0; l < stack.layers().size(); l++) {
      boolean whole = wholeEvery == 0 || (l + 1) % wholeEvery == 0;
      stack.run(ops, workspace, x, l, whole ? all : order.windows(), turned);
      int deep = deepLayers.indexOf(l);
      if (deep >= 0) {
        parts.add(deepMergers.get(deep).apply(ops, x, stack.norm().eps()));
      }
    }
    if (outputNorm != null) {
      x = stack.norm(ops, x, outputNorm);
    }
    parts.addFirst(merger.apply(ops, x, stack.norm().eps()));
    return media(parts, order);
  }

  private Tensor embedded(Ops ops, Workspace workspace, Picture picture, PatchOrder order) {
    Tensor pixels = patches.pixels(workspace, picture, order.patches());
    List<Tensor> moments = ops.linear(pixels, List.of(patches.weight(), secondMoment));
    Tensor x = ops.add(moments.get(0), moments.get(1));
    if (patches.bias() != null) {
      x = ops.addBias(x, patches.bias());
    }
    if (positions != null) {
      x = ops.add(x, positions(ops, positions, order));
    }
    return inputNorm == null ? x : stack.norm(ops, x, inputNorm);
  }

  /** Learned positions of another grid: between the four nearest, corners on corners. */
  private Tensor positions(Ops ops, Tensor learned, PatchOrder order) {
    int[] rows = order.rows();
    int[] columns = order.columns();
    float down = step(MERGE * order.height());
    float across = step(MERGE * order.width());
    int n = rows.length;
    int[][] corner = new int[4][n];
    float[][] share = new float[4][n];
    for (int i = 0; i < n; i++) {
      float y = rows[i] / down;
      float x = columns[i] / across;
      int top = Math.min((int) y, positionSide - 1);
      int left = Math.min((int) x, positionSide - 1);
      float dy = Math.min(y - top, 1);
      float dx = Math.min(x - left, 1);
      for (int c = 0; c < 4; c++) {
        int row = Math.min(top + c / 2, positionSide - 1);
        int column = Math.min(left + c % 2, positionSide - 1);
        corner[c][i] = row * positionSide + column;
        share[c][i] = (c / 2 == 0 ? 1 - dy : dy) * (c % 2 == 0 ? 1 - dx : dx);
      }
    }
    Tensor sum = ops.scaleRows(ops.embed(learned, corner[0]), share[0]);
    for (int c = 1; c < 4; c++) {
      sum = ops.add(sum, ops.scaleRows(ops.embed(learned, corner[c]), share[c]));
    }
    return sum;
  }

  /** Patches of the picture for one step between learned positions. */
  private float step(int count) {
    return count > 1 && positionSide > 1
        ? (float) (count - 1) / (positionSide - 1)
        : (float) count / positionSide;
  }

  /** Rows in the order of the picture, their parts side by side. */
  private Media media(List<Tensor> parts, PatchOrder order) {
    int n = parts.getFirst().rowCount();
    int width = width();
    float[] values = new float[n * width * parts.size()];
    for (int part = 0; part < parts.size(); part++) {
      float[] own = parts.get(part).toArray();
      for (int i = 0; i < n; i++) {
        int to = (order.squares()[i] * parts.size() + part) * width;
        System.arraycopy(own, i * width, values, to, width);
      }
    }
    Prompt.Grid grid = new Prompt.Grid(order.height(), order.width());
    Prompt.Embeddings rows = new Prompt.Embeddings(0, n, grid, false, parts.size(), values);
    return new Media("<|vision_start|>", List.of(rows), "<|vision_end|>");
  }
}
