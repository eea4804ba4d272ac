package pollux.model;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import pollux.tensor.BadInputException;
import pollux.tensor.Codec;
import pollux.tensor.ElementType;
import pollux.tensor.Tensor;

/**
 * Writes one tier of a family as an ordinary text-only {@code qwen3} model, which llama.cpp and
 * others load: the tier's layers numbered anew, its feed-forward slabs joined, its output norm; the
 * embedding stays tied, and what reads pictures and sound is left out.
 *
 * <p>No number changes: weights keep their element type, byte for byte, where all slabs of a matrix
 * have one. Where 4 bits (Nano's slab) meet 8 (those of larger tiers), the joined matrix is Q8_0,
 * which holds the numbers of Q4_0 exactly; any other mixture becomes F32.
 */
public final class TierExport {
  private static final String ARCHITECTURE = "qwen3";
  private static final String KEY = ARCHITECTURE + ".";

  private final GgufFile family;
  private final FamilySpec spec;
  private final Tier tier;
  private final boolean plain;
  private final Arena arena;
  private final GgufWriter out = new GgufWriter();

  private TierExport(GgufFile family, Tier tier, boolean plain, Arena arena) {
    this.family = family;
    this.spec = FamilyFile.read(family);
    this.tier = tier;
    this.plain = plain;
    this.arena = arena;
  }

  /**
   * Writes {@code tier} of the file {@code family} to {@code to}.
   *
   * @param plain all weights in F32, for comparing numbers: engines that multiply quantised weights
   *     often round the other factor to 8 bits, too
   */
  public static void textOnly(Path family, Tier tier, boolean plain, Path to) {
    try (Arena arena = Arena.ofShared()) {
      new TierExport(GgufFile.open(family, arena), tier, plain, arena).write(to);
    } catch (IOException e) {
      throw new BadInputException("cannot write " + to + ": " + e.getMessage(), e);
    }
  }

  private void write(Path to) throws IOException {
    Tokenizer tokenizer = TokenizerFile.read(family);
    int[] layers = spec.layersOf(tier);
    out.text("general.architecture", ARCHITECTURE)
        .text("general.name", family.text("general.name", "pollux") + " " + tier.label())
        .text("general.license", family.text("general.license", "apache-2.0"))
        .integer(KEY + "context_length", spec.context())
        .integer(KEY + "embedding_length", spec.width())
        .integer(KEY + "block_count", layers.length)
        .integer(KEY + "feed_forward_length", spec.feedForward(tier))
        .integer(KEY + "attention.head_count", spec.heads())
        .integer(KEY + "attention.head_count_kv", spec.kvHeads())
        .integer(KEY + "attention.key_length", spec.headLength())
        .integer(KEY + "attention.value_length", spec.headLength())
        .real(KEY + "attention.layer_norm_rms_epsilon", spec.normEps())
        .real(KEY + "rope.freq_base", spec.ropeBase())
        .integer(KEY + "vocab_size", tokenizer.size());
    TokenizerFile.write(tokenizer, out);
    // As many rows as there are tokens: a loader takes the vocabulary's size from one and the
    // other.
    out.tensor(WeightNames.EMBEDDING, tensor(WeightNames.EMBEDDING).rows(0, tokenizer.size()));
    for (int i = 0; i < layers.length; i++) {
      layer(layers[i], i);
    }
    out.tensor("output_norm.weight", tensor(WeightNames.outputNorm(tier)));
    out.write(to);
  }

  private void layer(int from, int to) {
    for (String part :
        List.of(
            WeightNames.ATTENTION_NORM,
            WeightNames.Q,
            WeightNames.K,
            WeightNames.V,
            WeightNames.ATTENTION_OUTPUT,
            WeightNames.Q_NORM,
            WeightNames.K_NORM,
            WeightNames.FEED_FORWARD_NORM)) {
      out.tensor(WeightNames.layer(to, part), tensor(WeightNames.layer(from, part)));
    }
    List<Tensor> gates = new ArrayList<>();
    List<Tensor> ups = new ArrayList<>();
    List<Tensor> downs = new ArrayList<>();
    for (Tier t : Tier.values()) {
      if (t.compareTo(tier) <= 0) {
        gates.add(tensor(WeightNames.layer(from, WeightNames.gate(t))));
        ups.add(tensor(WeightNames.layer(from, WeightNames.up(t))));
        downs.add(tensor(WeightNames.layer(from, WeightNames.down(t))));
      }
    }
    out.tensor(WeightNames.layer(to, "ffn_gate.weight"), below(sameType(gates)));
    out.tensor(WeightNames.layer(to, "ffn_up.weight"), below(sameType(ups)));
    out.tensor(WeightNames.layer(to, "ffn_down.weight"), beside(sameType(downs)));
  }

  private Tensor tensor(String name) {
    long[] shape = WeightNames.shapes(spec).get(name);
    if (shape == null) {
      throw new IllegalArgumentException("no weight is called " + name);
    }
    Tensor tensor = family.tensor(name, shape);
    return plain ? Codec.convert(arena, tensor, ElementType.F32) : tensor;
  }

  private List<Tensor> sameType(List<Tensor> slabs) {
    Set<ElementType> types = slabs.stream().map(Tensor::type).collect(Collectors.toSet());
    if (types.size() == 1) {
      return slabs;
    }
    if (types.equals(Set.of(ElementType.Q4_0, ElementType.Q8_0))) {
      return slabs.stream().map(s -> s.type() == ElementType.Q4_0 ? widen(s) : s).toList();
    }
    return slabs.stream().map(s -> Codec.convert(arena, s, ElementType.F32)).toList();
  }

  /** Q4_0 as Q8_0: the same scales, the same levels in a byte each. */
  private Tensor widen(Tensor slab) {
    Tensor wide = Tensor.allocate(arena, ElementType.Q8_0, slab.shape());
    MemorySegment from = slab.data();
    MemorySegment to = wide.data();
    for (long block = 0; block < slab.elements() / 32; block++) {
      long in = block * ElementType.Q4_0.blockBytes();
      long at = block * ElementType.Q8_0.blockBytes();
      MemorySegment.copy(from, in, to, at, 2);
      for (int i = 0; i < 16; i++) {
        int pair = from.get(ValueLayout.JAVA_BYTE, in + 2 + i);
        to.set(ValueLayout.JAVA_BYTE, at + 2 + i, (byte) ((pair & 15) - 8));
        to.set(ValueLayout.JAVA_BYTE, at + 2 + 16 + i, (byte) ((pair >> 4 & 15) - 8));
      }
    }
    return wide;
  }

  /** The rows of all, one slab below the other. */
  private Tensor below(List<Tensor> slabs) {
    int rows = slabs.stream().mapToInt(slab -> slab.dim(0)).sum();
    Tensor joined =
        Tensor.allocate(arena, slabs.getFirst().type(), rows, slabs.getFirst().columns());
    long at = 0;
    for (Tensor slab : slabs) {
      MemorySegment.copy(slab.data(), 0, joined.data(), at, slab.data().byteSize());
      at += slab.data().byteSize();
    }
    return joined;
  }

  /** The columns of all, one slab right of the other: each row's blocks stay whole. */
  private Tensor beside(List<Tensor> slabs) {
    ElementType type = slabs.getFirst().type();
    int rows = slabs.getFirst().dim(0);
    int columns = slabs.stream().mapToInt(Tensor::columns).sum();
    Tensor joined = Tensor.allocate(arena, type, rows, columns);
    long at = 0;
    for (int row = 0; row < rows; row++) {
      for (Tensor slab : slabs) {
        long bytes = type.bytes(slab.columns());
        MemorySegment.copy(slab.data(), row * bytes, joined.data(), at, bytes);
        at += bytes;
      }
    }
    return joined;
  }
}
