package pollux.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import pollux.tensor.Tensor;

/**
 * The forward pass, written once: what is trained and what is served cannot drift apart.
 *
 * <p>A tier is a view: it skips the layers of larger tiers and runs the first feed-forward slabs of
 * the others (MatFormer, arXiv 2310.07707), and has an output norm of its own.
 */
public final class Decoder {
  private record Slab(Tensor gate, Tensor up, Tensor down) {}

  private record Layer(
      Tensor attentionNorm,
      Tensor q,
      Tensor k,
      Tensor v,
      Tensor output,
      Tensor qNorm,
      Tensor kNorm,
      Tensor feedForwardNorm,
      List<Slab> slabs) {}

  private final DecoderSpec spec;
  private final Tensor embedding;
  private final Tensor patch;
  private final Tensor gridRow;
  private final Tensor gridColumn;
  private final Tensor sound;
  private final List<Tensor> outputNorms;
  private final List<Layer> layers = new ArrayList<>();

  /** A decoder over the tensors that {@code weights} gives by name ({@link WeightNames}). */
  public Decoder(DecoderSpec spec, Function<String, Tensor> weights) {
    this.spec = spec;
    embedding = weights.apply(WeightNames.EMBEDDING);
    patch = weights.apply(WeightNames.PATCH);
    gridRow = weights.apply(WeightNames.GRID_ROW);
    gridColumn = weights.apply(WeightNames.GRID_COLUMN);
    sound = weights.apply(WeightNames.SOUND);
    outputNorms =
        java.util.Arrays.stream(Tier.values())
            .map(t -> weights.apply(WeightNames.outputNorm(t)))
            .toList();
    for (int l = 0; l < spec.layers(); l++) {
      int layer = l;
      Function<String, Tensor> own = part -> weights.apply(WeightNames.layer(layer, part));
      List<Slab> slabs = new ArrayList<>();
      for (Tier t : Tier.values()) {
        slabs.add(
            new Slab(
                own.apply(WeightNames.gate(t)),
                own.apply(WeightNames.up(t)),
                own.apply(WeightNames.down(t))));
      }
      layers.add(
          new Layer(
              own.apply(WeightNames.ATTENTION_NORM),
              own.apply(WeightNames.Q),
              own.apply(WeightNames.K),
              own.apply(WeightNames.V),
              own.apply(WeightNames.ATTENTION_OUTPUT),
              own.apply(WeightNames.Q_NORM),
              own.apply(WeightNames.K_NORM),
              own.apply(WeightNames.FEED_FORWARD_NORM),
              slabs));
    }
  }

  public DecoderSpec spec() {
    return spec;
  }

  /**
   * Logits {@code [outputs, vocabulary]} after the positions {@code outputs} of {@code batch}, as
   * {@code tier} sees them.
   */
  public Tensor forward(Ops ops, Batch batch, Tier tier, int[] outputs) {
    Tensor x = embed(ops, batch);
    for (int l : spec.layersOf(tier)) {
      x = block(ops, x, l, layers.get(l), batch.positions(), tier);
    }
    Tensor last = ops.select(x, outputs);
    Tensor normed = ops.rmsNorm(last, outputNorms.get(tier.ordinal()), spec.normEps());
    return ops.linear(normed, embedding);
  }

  private Tensor embed(Ops ops, Batch batch) {
    Tensor x = ops.embed(embedding, batch.tokens());
    Batch.Features patches = batch.patches();
    if (patches.at().length > 0) {
      Tensor e = ops.linear(patches.values(), patch);
      e = ops.add(e, ops.embed(gridRow, patches.rows()));
      e = ops.add(e, ops.embed(gridColumn, patches.columns()));
      x = ops.scatterAdd(x, e, patches.at());
    }
    Batch.Features heard = batch.sound();
    if (heard.at().length > 0) {
      x = ops.scatterAdd(x, ops.linear(heard.values(), sound), heard.at());
    }
    return x;
  }

  private Tensor block(Ops ops, Tensor x, int index, Layer layer, int[] positions, Tier tier) {
    float eps = spec.normEps();
    Tensor h = ops.rmsNorm(x, layer.attentionNorm(), eps);
    Tensor q = ops.rmsNorm(ops.linear(h, layer.q()), layer.qNorm(), eps);
    Tensor k = ops.rmsNorm(ops.linear(h, layer.k()), layer.kNorm(), eps);
    Tensor v = ops.linear(h, layer.v());
    q = ops.rope(q, spec.headLength(), positions, spec.ropeBase());
    k = ops.rope(k, spec.headLength(), positions, spec.ropeBase());
    Tensor attended = ops.attention(index, q, k, v, spec);
    x = ops.add(x, ops.linear(attended, layer.output()));
    h = ops.rmsNorm(x, layer.feedForwardNorm(), eps);
    for (int t = 0; t <= tier.ordinal(); t++) {
      Slab slab = layer.slabs().get(t);
      Tensor inner = ops.swiglu(ops.linear(h, slab.gate()), ops.linear(h, slab.up()));
      x = ops.add(x, ops.linear(inner, slab.down()));
    }
    return x;
  }
}
