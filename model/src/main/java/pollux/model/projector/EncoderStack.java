package pollux.model.projector;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import pollux.model.DecoderWeights.Norm;
import pollux.model.DecoderWeights.Projection;
import pollux.model.NormSpec;
import pollux.model.Ops;
import pollux.tensor.Activation;
import pollux.tensor.Rotary;
import pollux.tensor.Tensor;
import pollux.tensor.Workspace;

/**
 * The layers of an encoder (pre-norm transformers, as ViT and Whisper have them): attention among
 * all rows or within windows, then a feed-forward block.
 *
 * <p>Rows go through what concerns each alone some at a time, and each layer gives its scratch
 * memory back: it grows with five times the rows, whatever the number of layers.
 *
 * @param width of a row
 * @param heads of equal length, {@code width / heads}
 */
record EncoderStack(
    int width, int heads, NormSpec norm, Activation activation, List<Layer> layers) {
  /** Rows that go through linear layers at once: weights are decoded once for all of them. */
  private static final int CHUNK = 256;

  /** One layer; {@code gate} is null where the feed-forward block is not gated. */
  record Layer(
      Norm attentionNorm,
      Projection q,
      Projection k,
      Projection v,
      Projection output,
      Norm feedForwardNorm,
      @Nullable Projection gate,
      Projection up,
      Projection down) {}

  EncoderStack {
    layers = List.copyOf(layers);
  }

  int headLength() {
    return width / heads;
  }

  /**
   * Puts {@code x} {@code [rows, width]} through all layers, in place.
   *
   * @param x not of {@code workspace}, or carved off before this call
   */
  void run(Ops ops, Workspace workspace, Tensor x) {
    int[] all = {0, x.rowCount()};
    for (int l = 0; l < layers.size(); l++) {
      run(ops, workspace, x, l, all, null);
    }
  }

  /**
   * Puts {@code x} through layer {@code l}, in place.
   *
   * @param starts rows {@code starts[i]} to {@code starts[i + 1]} see one another
   * @param rotary of row i as position i
   */
  void run(Ops ops, Workspace workspace, Tensor x, int l, int[] starts, @Nullable Rotary rotary) {
    Layer layer = layers.get(l);
    Workspace.Mark mark = workspace.mark();
    Tensor q = workspace.f32(x.shape());
    Tensor k = workspace.f32(x.shape());
    Tensor v = workspace.f32(x.shape());
    chunks(
        workspace,
        x,
        (from, to) -> {
          Tensor h = norm(ops, x.rows(from, to), layer.attentionNorm());
          List<Tensor> qkv = ops.project(h, List.of(layer.q(), layer.k(), layer.v()));
          put(turned(ops, qkv.get(0), from, rotary), q, from);
          put(turned(ops, qkv.get(1), from, rotary), k, from);
          put(qkv.get(2), v, from);
        });
    Tensor attended = ops.attentionWithin(q, k, v, heads, starts);
    chunks(
        workspace,
        x,
        (from, to) -> {
          Tensor mixed = ops.project(attended.rows(from, to), layer.output());
          Tensor y = ops.add(x.rows(from, to), mixed);
          Tensor h = norm(ops, y, layer.feedForwardNorm());
          put(ops.add(y, feedForward(ops, h, layer)), x, from);
        });
    workspace.reset(mark);
  }

  private Tensor feedForward(Ops ops, Tensor h, Layer layer) {
    if (layer.gate() == null) {
      return ops.project(ops.activate(activation, ops.project(h, layer.up())), layer.down());
    }
    List<Tensor> inner = ops.project(h, List.of(layer.gate(), layer.up()));
    return ops.project(ops.gated(activation, inner.get(0), inner.get(1)), layer.down());
  }

  /** {@code x} normed as the layers are. */
  Tensor norm(Ops ops, Tensor x, Norm own) {
    return switch (norm.kind()) {
      case RMS -> ops.rmsNorm(x, own.gain(), norm.eps());
      case LAYER -> ops.layerNorm(x, own.gain(), own.bias(), norm.eps());
    };
  }

  private Tensor turned(Ops ops, Tensor x, int from, @Nullable Rotary rotary) {
    if (rotary == null) {
      return x;
    }
    int[] positions = IntStream.range(from, from + x.rowCount()).toArray();
    return ops.rope(x, headLength(), positions, rotary);
  }

  private interface Rows {
    void run(int from, int to);
  }

  private static void chunks(Workspace workspace, Tensor x, Rows body) {
    for (int from = 0; from < x.rowCount(); from += CHUNK) {
      Workspace.Mark mark = workspace.mark();
      body.run(from, Math.min(x.rowCount(), from + CHUNK));
      workspace.reset(mark);
    }
  }

  private static void put(Tensor rows, Tensor to, int from) {
    to.rows(from, from + rows.rowCount()).data().copyFrom(rows.data());
  }
}
