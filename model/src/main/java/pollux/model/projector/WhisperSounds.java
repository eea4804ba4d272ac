package pollux.model.projector;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import pollux.media.Sound;
import pollux.media.SoundReader;
import pollux.media.WhisperMel;
import pollux.model.DecoderWeights.Norm;
import pollux.model.Media;
import pollux.model.NormSpec;
import pollux.model.Ops;
import pollux.model.Prompt;
import pollux.tensor.Activation;
import pollux.tensor.BadInputException;
import pollux.tensor.Tensor;
import pollux.tensor.Workspace;

/**
 * The encoder of Whisper (Radford et al. 2022) behind one of the {@link SoundProjector}s: log-mel
 * frames through two convolutions, the second of which halves their number, then transformer
 * layers. Each half minute is encoded by itself. As {@code whisper-enc.cpp} of llama.cpp's
 * tools/mtmd.
 */
final class WhisperSounds implements SoundEncoder {
  private static final int MOST_BANDS = 512;

  /** Samples of the longest sound. */
  private static final int LONGEST = (int) (SoundReader.MAX_SECONDS * Sound.RATE);

  private final int bands;
  private final Convolution first;
  private final Convolution second;
  private final EncoderStack stack;
  private final Tensor positions;
  private final Norm outputNorm;
  private final SoundProjector projector;

  WhisperSounds(EncoderReader file, SoundProjector projector) {
    bands = file.metadata.integer(file.key("num_mel_bins"), 1, MOST_BANDS);
    first = Convolution.of(file, "conv1d.1", bands, 1);
    second = Convolution.of(file, "conv1d.2", file.width, 2);
    stack = file.stack(NormSpec.Kind.LAYER, Activation.GELU_ERF, false);
    int rows = WhisperMel.FRAMES / 2;
    positions = file.positions(rows);
    outputNorm = file.norm("post_ln");
    this.projector = projector;
  }

  /**
   * A convolution of three taps over frames, padded with silence: the sum of three products.
   *
   * @param taps {@code [out, in]} each, of the frame before, of the frame, and of the one behind
   * @param stride frames from one result to the next
   */
  private record Convolution(List<Tensor> taps, Tensor bias, int stride) {
    private static final int TAPS = 3;

    static Convolution of(EncoderReader file, String part, int in, int stride) {
      Tensor weight = file.weights.matrix(file.name(part + ".weight"), file.width, in, TAPS);
      int bytes = Math.toIntExact(weight.type().bytes(1));
      List<Tensor> taps = new ArrayList<>();
      for (int tap = 0; tap < TAPS; tap++) {
        Tensor own = file.weights.fresh(weight.type(), file.width, in);
        for (long i = 0; i < own.elements(); i++) {
          MemorySegment.copy(weight.data(), (i * TAPS + tap) * bytes, own.data(), i * bytes, bytes);
        }
        taps.add(own);
      }
      Tensor bias = file.weights.small(file.name(part + ".bias"), file.width, 1);
      return new Convolution(taps, bias.reshape(file.width), stride);
    }

    Tensor apply(Ops ops, Tensor x) {
      int rows = x.rowCount() / stride;
      Tensor sum = null;
      for (int tap = 0; tap < TAPS; tap++) {
        int shift = tap - TAPS / 2;
        int[] from = IntStream.range(0, rows).map(r -> r * stride + shift).toArray();
        for (int r = 0; r < rows; r++) {
          from[r] = from[r] < x.rowCount() ? from[r] : -1;
        }
        Tensor one = ops.linear(ops.embed(x, from), taps.get(tap));
        sum = sum == null ? one : ops.add(sum, one);
      }
      return ops.activate(
          Activation.GELU_ERF, ops.addBias(java.util.Objects.requireNonNull(sum), bias));
    }
  }

  @Override
  public int width() {
    return projector.width();
  }

  @Override
  public Media encode(Ops ops, Workspace workspace, Sound sound) {
    if (sound.samples().length > LONGEST) {
      throw new BadInputException(
          "The sound has %,.1f seconds; expected at most %,.0f, cut it."
              .formatted(sound.seconds(), SoundReader.MAX_SECONDS));
    }
    List<Prompt.Embeddings> pieces = new ArrayList<>();
    for (float[] mel : WhisperMel.pieces(sound, bands)) {
      Workspace.Mark mark = workspace.mark();
      Tensor rows = encode(ops, workspace, mel);
      pieces.add(new Prompt.Embeddings(0, rows.rowCount(), null, false, 1, rows.toArray()));
      workspace.reset(mark);
    }
    return new Media(projector.before(), pieces, projector.after());
  }

  private Tensor encode(Ops ops, Workspace workspace, float[] mel) {
    Tensor x = workspace.f32(WhisperMel.FRAMES, bands);
    MemorySegment.copy(mel, 0, x.data(), Tensor.FLOAT, 0, mel.length);
    x = second.apply(ops, first.apply(ops, x));
    x = ops.add(x, positions);
    stack.run(ops, workspace, x);
    if (projector.halves()) {
      x = halved(ops, x);
    }
    return projector.project(ops, stack.norm(ops, x, outputNorm));
  }

  /** Means of two neighbouring rows. */
  private static Tensor halved(Ops ops, Tensor x) {
    int[] even = IntStream.range(0, x.rowCount() / 2).map(i -> 2 * i).toArray();
    int[] odd = IntStream.range(0, x.rowCount() / 2).map(i -> 2 * i + 1).toArray();
    return ops.scale(ops.add(ops.select(x, even), ops.select(x, odd)), 0.5f);
  }
}
