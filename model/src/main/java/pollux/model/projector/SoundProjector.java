package pollux.model.projector;

import java.util.List;
import java.util.stream.IntStream;
import pollux.model.DecoderWeights.Projection;
import pollux.model.Ops;
import pollux.tensor.Activation;
import pollux.tensor.Tensor;

/** What stands between Whisper's encoder and a text model. */
sealed interface SoundProjector {
  /** Length of the text model's hidden rows. */
  int width();

  /** Whether neighbouring rows of the encoder are averaged first. */
  boolean halves();

  /** Embeddings of the encoder's rows. */
  Tensor project(Ops ops, Tensor x);

  /** Text of the control token before a sound, empty for none. */
  default String before() {
    return "";
  }

  /** Text of the control token behind a sound, empty for none. */
  default String after() {
    return "";
  }

  /**
   * That of Ultravox: several rows stacked into one, and a gated block between norms, whose second
   * half is the gate.
   *
   * @param stack rows that become one
   */
  record Ultravox(
      int stack, Tensor preNorm, Projection up, Projection gate, Tensor midNorm, Projection down)
      implements SoundProjector {
    private static final float EPS = 1e-6f;
    private static final int MOST_STACK = 64;

    static Ultravox of(EncoderReader file) {
      int stack = file.metadata.integer(file.key("projector.stack_factor"), 1, MOST_STACK);
      int in = stack * file.width;
      int both = file.rows("mm.a.mlp.1");
      int inner = both / 2;
      if (both % 2 != 0) {
        throw file.metadata.bad(
            file.key("projection_dim"),
            "expected an even number of rows of 'mm.a.mlp.1.weight', found " + both);
      }
      List<Projection> halves = file.weights.fused("mm.a.mlp.1", in, true, inner, inner);
      return new Ultravox(
          stack,
          file.weights.small("mm.a.norm_pre.weight", in),
          halves.get(0),
          halves.get(1),
          file.weights.small("mm.a.norm_mid.weight", inner),
          file.projection("mm.a.mlp.2", inner));
    }

    @Override
    public int width() {
      return down.weight().dim(0);
    }

    @Override
    public boolean halves() {
      return false;
    }

    @Override
    public Tensor project(Ops ops, Tensor x) {
      int rows = Math.ceilDiv(x.rowCount(), stack);
      if (rows * stack > x.rowCount()) {
        int known = x.rowCount();
        // Zeros where the last stack is not full.
        x = ops.embed(x, IntStream.range(0, rows * stack).map(i -> i < known ? i : -1).toArray());
      }
      Tensor stacked = x.reshape(rows, (long) stack * x.columns());
      Tensor h = ops.rmsNorm(stacked, preNorm, EPS);
      List<Tensor> inner = ops.project(h, List.of(up, gate));
      h = ops.gated(Activation.SILU, inner.get(1), inner.get(0));
      return ops.project(ops.rmsNorm(h, midNorm, EPS), down);
    }
  }

  /** That of Qwen2-Audio: one linear layer. */
  record Qwen2Audio(Projection linear) implements SoundProjector {
    static Qwen2Audio of(EncoderReader file) {
      return new Qwen2Audio(file.projection("mm.a.fc", file.width));
    }

    @Override
    public int width() {
      return linear.weight().dim(0);
    }

    @Override
    public boolean halves() {
      return true;
    }

    @Override
    public Tensor project(Ops ops, Tensor x) {
      return ops.project(x, linear);
    }

    @Override
    public String before() {
      return "<|audio_bos|>";
    }

    @Override
    public String after() {
      return "<|audio_eos|>";
    }
  }
}
