package pollux.model;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import pollux.model.DecoderSpec.Residual;
import pollux.model.DecoderWeights.Layer;
import pollux.model.DecoderWeights.Norm;
import pollux.model.DecoderWeights.Projection;
import pollux.model.DecoderWeights.Slab;
import pollux.tensor.Activation;
import pollux.tensor.Rotary;
import pollux.tensor.Tensor;

/**
 * The forward pass, written once for training and serving, for this family and all others: what a
 * family is stands in its {@link DecoderSpec}.
 *
 * <p>A tier is a view: it skips the layers of larger tiers and runs the first feed-forward slabs of
 * the others (MatFormer, arXiv 2310.07707), and has an output norm of its own.
 */
public final class Decoder {
  private final DecoderSpec spec;
  private final DecoderWeights weights;

  public Decoder(DecoderSpec spec, DecoderWeights weights) {
    this.spec = spec;
    this.weights = weights;
  }

  /** This family over the tensors that {@code weights} gives by name ({@link WeightNames}). */
  public Decoder(FamilySpec spec, Function<String, Tensor> weights) {
    this(spec.decoder(), FamilyWeights.of(spec, weights));
  }

  public DecoderSpec spec() {
    return spec;
  }

  /** What one token costs in weights. */
  public TokenCost costOfToken() {
    return TokenCost.of(spec, weights);
  }

  /** Whether it has a place for pictures and sound. */
  public boolean readsMedia() {
    return weights.media() != null;
  }

  /**
   * Logits {@code [outputs, vocabulary]} after the positions {@code outputs} of {@code batch}, as
   * {@code tier} sees them; families without tiers are the same in each.
   */
  public Tensor forward(Ops ops, Batch batch, Tier tier, int[] outputs) {
    Tensor x = embed(ops, batch);
    Embedded embedded = batch.embedded();
    Places places = new Places(batch);
    for (int l : spec.layersOf(tier)) {
      x = block(ops, x, l, places, tier);
      if (l + 1 < embedded.parts().size()) {
        x = ops.scatterAdd(x, embedded.parts().get(l + 1), embedded.at());
      }
    }
    List<Norm> norms = weights.outputNorms();
    Norm norm = norms.get(Math.min(tier.ordinal(), norms.size() - 1));
    Tensor logits = ops.project(norm(ops, ops.select(x, outputs), norm), weights.output());
    logits = scale(ops, logits, spec.logitScale());
    return spec.logitCap() == 0 ? logits : ops.softCap(logits, spec.logitCap());
  }

  private Tensor embed(Ops ops, Batch batch) {
    Tensor x = scale(ops, ops.embed(weights.embedding(), batch.tokens()), spec.embeddingScale());
    if (weights.positions() != null) {
      x = ops.add(x, ops.embed(weights.positions(), batch.positions()));
    }
    Embedded embedded = batch.embedded();
    if (embedded.at().length > 0) {
      x = ops.scatterAdd(x, embedded.parts().getFirst(), embedded.at());
    }
    DecoderWeights.Media media = weights.media();
    if (media == null) {
      return x;
    }
    Batch.Features patches = batch.patches();
    if (patches.at().length > 0) {
      Tensor e = ops.linear(patches.values(), media.patch());
      e = ops.add(e, ops.embed(media.gridRow(), patches.rows()));
      e = ops.add(e, ops.embed(media.gridColumn(), patches.columns()));
      x = ops.scatterAdd(x, e, patches.at());
    }
    Batch.Features heard = batch.sound();
    if (heard.at().length > 0) {
      x = ops.scatterAdd(x, ops.linear(heard.values(), media.sound()), heard.at());
    }
    return x;
  }

  private Tensor block(Ops ops, Tensor x, int index, Places places, Tier tier) {
    Layer layer = weights.layers().get(index);
    LayerSpec own = spec.layers().get(index);
    Residual residual = spec.residual();
    Tensor h = norm(ops, x, layer.attentionNorm());
    Tensor mixed =
        switch (layer.mixer()) {
          case DecoderWeights.Attention attention ->
              attend(ops, h, index, attention, (AttentionSpec) own.mixer(), places);
          case DecoderWeights.Lightning lightning ->
              lightning(ops, h, index, lightning, (LightningSpec) own.mixer());
        };
    mixed = normIfAny(ops, mixed, layer.attentionPostNorm());
    Tensor carried = residual.kind() == Residual.Kind.OF_NORMED ? h : x;
    Tensor y = ops.add(scale(ops, carried, residual.scale()), mixed);
    if (residual.kind() == Residual.Kind.PARALLEL) {
      Norm second = layer.feedForwardNorm();
      return feedForward(ops, y, second == null ? h : norm(ops, x, second), layer, own, tier);
    }
    Tensor input = normIfAny(ops, y, layer.feedForwardNorm());
    carried = residual.kind() == Residual.Kind.OF_NORMED ? input : y;
    return feedForward(ops, scale(ops, carried, residual.scale()), input, layer, own, tier);
  }

  private Tensor attend(
      Ops ops,
      Tensor h,
      int index,
      DecoderWeights.Attention weights,
      AttentionSpec attention,
      Places places) {
    int[] positions = places.batch.positions();
    List<Tensor> qkv = ops.project(h, List.of(weights.q(), weights.k(), weights.v()));
    Tensor q = turned(ops, qkv.get(0), weights.qNorm(), attention, places);
    Tensor k = turned(ops, qkv.get(1), weights.kNorm(), attention, places);
    AttentionSpec.Temperature temperature = attention.temperature();
    if (temperature != null) {
      float[] factors = new float[positions.length];
      for (int i = 0; i < factors.length; i++) {
        factors[i] = temperature.at(positions[i]);
      }
      q = ops.scaleRows(q, factors);
    }
    int[] ends = places.batch.embedded().ends();
    Tensor attended =
        ends == null
            ? ops.attention(index, q, k, qkv.get(2), weights.sinks(), attention)
            : ops.attention(index, q, k, qkv.get(2), weights.sinks(), attention, ends);
    return ops.project(attended, weights.output());
  }

  /** Queries or keys, normed and turned. */
  private Tensor turned(
      Ops ops, Tensor x, @Nullable Tensor gain, AttentionSpec attention, Places places) {
    if (gain != null && !attention.normAfterRotary()) {
      x = ops.rmsNorm(x, gain, spec.norm().eps());
    }
    Rotary rotary = attention.rotary();
    if (rotary != null) {
      x = places.turn(ops, x, attention.headLength(), rotary);
    }
    if (gain != null && attention.normAfterRotary()) {
      x = ops.rmsNorm(x, gain, spec.norm().eps());
    }
    return x;
  }

  private Tensor lightning(
      Ops ops, Tensor h, int index, DecoderWeights.Lightning weights, LightningSpec lightning) {
    List<Tensor> read = ops.project(h, List.of(weights.qkv(), weights.gate()));
    Tensor qkv = ops.activate(Activation.SILU, read.get(0));
    Tensor mixed = norm(ops, ops.linearAttention(index, qkv, lightning), weights.norm());
    Tensor gated = ops.gated(Activation.SIGMOID, read.get(1), mixed);
    return ops.project(gated, weights.output());
  }

  /** {@code x} and what the feed-forward block makes of {@code h}. */
  private Tensor feedForward(Ops ops, Tensor x, Tensor h, Layer layer, LayerSpec own, Tier tier) {
    FeedForwardSpec block = own.feedForward();
    int slabs = Math.min(layer.slabs().size(), tier.ordinal() + 1);
    if (layer.experts() == null && layer.feedForwardPostNorm() == null && block.scale() == 1) {
      for (Slab slab : layer.slabs().subList(0, slabs)) {
        x = ops.add(x, run(ops, h, slab, block));
      }
      return x;
    }
    Tensor sum = null;
    if (layer.experts() != null && block.experts() != null) {
      sum = ops.experts(h, layer.experts(), block.experts(), block.activation());
    }
    for (Slab slab : layer.slabs().subList(0, slabs)) {
      Tensor y = run(ops, h, slab, block);
      sum = sum == null ? y : ops.add(sum, y);
    }
    if (sum == null) {
      return x;
    }
    sum = scale(ops, sum, block.scale());
    return ops.add(x, normIfAny(ops, sum, layer.feedForwardPostNorm()));
  }

  private static Tensor run(Ops ops, Tensor h, Slab slab, FeedForwardSpec block) {
    Projection gate = slab.gate();
    if (gate == null) {
      return ops.project(ops.activate(block.activation(), ops.project(h, slab.up())), slab.down());
    }
    List<Tensor> inner = ops.project(h, List.of(gate, slab.up()));
    return ops.project(ops.gated(block.activation(), inner.get(0), inner.get(1)), slab.down());
  }

  private Tensor norm(Ops ops, Tensor x, Norm norm) {
    return switch (spec.norm().kind()) {
      case RMS -> ops.rmsNorm(x, norm.gain(), spec.norm().eps());
      case LAYER -> ops.layerNorm(x, norm.gain(), norm.bias(), spec.norm().eps());
    };
  }

  private Tensor normIfAny(Ops ops, Tensor x, @Nullable Norm norm) {
    return norm == null ? x : norm(ops, x, norm);
  }

  /** Where a batch's rows stand, for rotary positions. */
  private static final class Places {
    private final Batch batch;

    /** Layers share a few rotaries; what one is at the rows' coordinates is made once. */
    private final Map<Rotary, Rotary> atCoordinates;

    Places(Batch batch) {
      this.batch = batch;
      atCoordinates = batch.embedded().coordinates() == null ? Map.of() : new IdentityHashMap<>();
    }

    Tensor turn(Ops ops, Tensor x, int headLength, Rotary rotary) {
      int[][] coordinates = batch.embedded().coordinates();
      if (coordinates == null || !rotary.hasAxes()) {
        return ops.rope(x, headLength, batch.positions(), rotary);
      }
      Rotary own = atCoordinates.computeIfAbsent(rotary, r -> r.at(coordinates));
      return ops.rope(x, headLength, IntStream.range(0, batch.size()).toArray(), own);
    }
  }

  private static Tensor scale(Ops ops, Tensor x, float factor) {
    return factor == 1 ? x : ops.scale(x, factor);
  }
}
