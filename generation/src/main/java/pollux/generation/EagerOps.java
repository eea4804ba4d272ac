package pollux.generation;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pollux.model.AttentionSpec;
import pollux.model.DecoderWeights;
import pollux.model.DecoderWeights.Projection;
import pollux.model.ExpertsSpec;
import pollux.model.LightningSpec;
import pollux.model.Ops;
import pollux.tensor.Activation;
import pollux.tensor.Codec;
import pollux.tensor.Kernels;
import pollux.tensor.Operand;
import pollux.tensor.Rotary;
import pollux.tensor.Tensor;
import pollux.tensor.WorkTeam;
import pollux.tensor.Workspace;

/**
 * Runs each operation at once, on scratch memory and one session's {@link KvCache}.
 *
 * <p>Every number is one sum in an order that depends on neither the threads nor the rows computed
 * with it: reading a prompt whole, in pieces or token by token gives the same logits.
 */
final class EagerOps implements Ops, AutoCloseable {
  /** Multiplications of a part at least: fewer take less time than waking a thread for them. */
  private static final int PART = 1 << 16;

  /**
   * The same for products with weights, and the most, if there is enough for all threads: kernels
   * read ahead, and what they fetch in vain, since another thread takes it, costs most where parts
   * are small.
   */
  private static final int LINEAR_PART = 1 << 18;

  private static final int MOST_LINEAR_PART = 1 << 20;

  /** Parts for each thread that products with weights are cut into, if they are of good size. */
  private static final int PARTS = 4;

  /** Rows of weights in a part are a multiple of this: kernels work on as many at once. */
  private static final int PART_ROWS = 32;

  /** Elements of a part at least, where each is computed for itself. */
  private static final int PART_ELEMENTS = 1 << 15;

  /** {@code x} {@code [rows, in]} times the transpose of {@code weight} {@code [out, in]}. */
  private record Product(Operand x, Tensor weight, Tensor y) {
    /** Rows of the weight in a part of about so many multiplications. */
    int height(long multiplications) {
      long each = (long) x.rows() * weight.columns();
      long height = Math.min(weight.dim(0), multiplications / Math.max(1, each));
      return Math.toIntExact(Math.max(1, Math.ceilDiv(height, PART_ROWS)) * PART_ROWS);
    }

    int parts(long multiplications) {
      return x.rows() == 0 ? 0 : Math.ceilDiv(weight.dim(0), height(multiplications));
    }

    long multiplications() {
      return x.rows() * weight.elements();
    }
  }

  private interface Range {
    void run(long from, long to);
  }

  private final Kernels kernels;
  private final WorkTeam team;
  private final Workspace workspace;
  private final KvCache cache;
  private final PagedAttention attention;
  private final EncoderAttention encoderAttention;

  /** An embedding, decoded. */
  private float[] row = {};

  /** What was last multiplied with weights, in the forms that it was brought into. */
  private @Nullable Tensor input;

  private final Map<Operand.Form, Operand> operands = new EnumMap<>(Operand.Form.class);

  EagerOps(Kernels kernels, WorkTeam team, Workspace workspace, KvCache cache) {
    this.kernels = kernels;
    this.team = team;
    this.workspace = workspace;
    this.cache = cache;
    this.attention = new PagedAttention(kernels, team, cache);
    this.encoderAttention = new EncoderAttention(kernels, team);
  }

  @Override
  public Tensor embed(Tensor table, int[] ids) {
    int width = table.columns();
    long rowBytes = table.type().bytes(width);
    Codec codec = Codec.of(table.type());
    if (row.length < width) {
      row = new float[width];
    }
    Tensor y = workspace.f32(ids.length, width);
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0) {
        Arrays.fill(row, 0, width, 0);
      } else {
        codec.decode(table.data(), ids[i] * rowBytes, width, row, 0);
      }
      MemorySegment.copy(row, 0, y.data(), Tensor.FLOAT, (long) i * width * Float.BYTES, width);
    }
    return y;
  }

  @Override
  public List<Tensor> linear(Tensor x, List<Tensor> weights) {
    List<Tensor> results = new ArrayList<>(weights.size());
    List<Product> products = new ArrayList<>(weights.size());
    for (Tensor weight : weights) {
      Tensor y = workspace.f32(x.rowCount(), weight.dim(0));
      results.add(y);
      products.add(product(x, weight, y));
    }
    multiply(products);
    return results;
  }

  @Override
  public Tensor linear(Tensor x, Tensor weight) {
    Tensor y = workspace.f32(x.rowCount(), weight.dim(0));
    Product product = product(x, weight, y);
    long each = each(product.multiplications());
    team.run(product.parts(each), part -> multiply(product, part, each));
    return y;
  }

  /** Multiplications of a part, if there are {@code all} of them. */
  private long each(long all) {
    return Math.clamp(all / (PARTS * team.threads()), LINEAR_PART, MOST_LINEAR_PART);
  }

  private void multiply(Product p, int part, long each) {
    int height = p.height(each);
    int end = Math.min(p.weight().dim(0), (part + 1) * height);
    kernels.linear(p.x(), p.weight(), part * height, end, p.y().data());
  }

  /** All of {@code products} in one run. */
  private void multiply(List<Product> products) {
    long all = 0;
    for (Product product : products) {
      all += product.multiplications();
    }
    long each = each(all);
    int[] ends = new int[products.size()];
    int total = 0;
    for (int i = 0; i < ends.length; i++) {
      total += products.get(i).parts(each);
      ends[i] = total;
    }
    team.run(
        total,
        part -> {
          int i = 0;
          while (part >= ends[i]) {
            i++;
          }
          multiply(products.get(i), part - (i == 0 ? 0 : ends[i - 1]), each);
        });
  }

  @Override
  public Tensor addBias(Tensor x, Tensor bias) {
    Tensor y = copy(x);
    addBias(y, bias, 0, y.rowCount());
    return y;
  }

  private void addBias(Tensor y, Tensor bias, int from, int to) {
    int n = y.columns();
    for (int r = from; r < to; r++) {
      kernels.axpy(1, bias.data(), 0, y.data(), (long) r * n, n);
    }
  }

  @Override
  public Tensor scale(Tensor x, float factor) {
    Tensor y = workspace.zeros(x.shape());
    kernels.axpy(factor, x.data(), 0, y.data(), 0, x.elements());
    return y;
  }

  @Override
  public Tensor scaleRows(Tensor x, float[] factors) {
    Tensor y = workspace.zeros(x.shape());
    long n = x.columns();
    for (int r = 0; r < factors.length; r++) {
      kernels.axpy(factors[r], x.data(), r * n, y.data(), r * n, n);
    }
    return y;
  }

  /**
   * {@code x} in {@code form}, made once for all the weights that it meets. Results are never
   * written again, so the same tensor is the same numbers.
   */
  private Operand operand(Tensor x, Operand.Form form) {
    if (x != input) {
      operands.clear();
      input = x;
    }
    Operand known = operands.get(form);
    if (known == null) {
      known = prepared(x, form);
      operands.put(form, known);
    }
    return known;
  }

  private Product product(Tensor x, Tensor weight, Tensor y) {
    return new Product(operand(x, kernels.form(weight.type())), weight, y);
  }

  private Operand prepared(Tensor x, Operand.Form form) {
    int rows = x.rowCount();
    int columns = x.columns();
    if (form == Operand.Form.F32 || rows == 0) {
      return Operand.f32(x.data(), rows, columns);
    }
    MemorySegment data = workspace.bytes(rows * form.rowBytes(columns));
    Operand operand = new Operand(form, rows, columns, data);
    int height = Math.max(1, PART / columns);
    if (rows <= height) {
      kernels.prepare(x.data(), 0, rows, operand);
      return operand;
    }
    team.run(
        Math.ceilDiv(rows, height),
        part ->
            kernels.prepare(x.data(), part * height, Math.min(rows, (part + 1) * height), operand));
    return operand;
  }

  @Override
  public Tensor rmsNorm(Tensor x, Tensor gain, float eps) {
    int n = gain.columns();
    Tensor y = workspace.like(x);
    spread(
        x.elements() / n,
        n,
        (from, to) ->
            kernels.rmsNorm(
                slice(x, from * n, to * n),
                gain.data(),
                eps,
                (int) (to - from),
                n,
                slice(y, from * n, to * n)));
    return y;
  }

  @Override
  public Tensor layerNorm(Tensor x, Tensor gain, @Nullable Tensor bias, float eps) {
    Tensor y = workspace.like(x);
    MemorySegment biases = bias == null ? null : bias.data();
    kernels.layerNorm(x.data(), gain.data(), biases, eps, x.rowCount(), x.columns(), y.data());
    return y;
  }

  @Override
  public Tensor rope(Tensor x, int headLength, int[] positions, Rotary rotary) {
    Tensor y = workspace.like(x);
    int rows = x.rowCount();
    int n = x.columns();
    spread(
        rows,
        n,
        (from, to) -> {
          MemorySegment part = slice(y, from * n, to * n);
          part.copyFrom(slice(x, from * n, to * n));
          int[] own =
              to - from == rows ? positions : Arrays.copyOfRange(positions, (int) from, (int) to);
          kernels.rope(part, (int) (to - from), n / headLength, headLength, own, rotary, false);
        });
    return y;
  }

  @Override
  public Tensor attention(
      int layer, Tensor q, Tensor k, Tensor v, @Nullable Tensor sinks, AttentionSpec spec) {
    cache.put(layer, k, v);
    Tensor y = workspace.like(q);
    attention.run(layer, q, cache.length(), sinks, spec, y);
    return y;
  }

  @Override
  public Tensor attention(
      int layer,
      Tensor q,
      Tensor k,
      Tensor v,
      @Nullable Tensor sinks,
      AttentionSpec spec,
      int[] ends) {
    cache.put(layer, k, v);
    Tensor y = workspace.like(q);
    attention.run(layer, q, cache.length(), sinks, spec, ends, y);
    return y;
  }

  @Override
  public Tensor attentionWithin(Tensor q, Tensor k, Tensor v, int heads, int[] starts) {
    Tensor y = workspace.like(q);
    encoderAttention.run(q, k, v, heads, starts, y);
    return y;
  }

  @Override
  public Tensor linearAttention(int layer, Tensor qkv, LightningSpec spec) {
    LightningState state = cache.state(layer);
    int rows = qkv.rowCount();
    Tensor y = workspace.f32(rows, qkv.columns() / 3);
    team.run(state.heads(), head -> state.read(head, qkv.data(), rows, y.data()));
    return y;
  }

  @Override
  public Tensor activate(Activation activation, Tensor x) {
    Tensor y = workspace.like(x);
    spread(
        x.elements(),
        1,
        (from, to) ->
            kernels.activate(activation, slice(x, from, to), null, to - from, slice(y, from, to)));
    return y;
  }

  @Override
  public Tensor gated(Activation activation, Tensor gate, Tensor up) {
    Tensor y = workspace.like(gate);
    spread(
        gate.elements(),
        1,
        (from, to) -> {
          MemorySegment g = slice(gate, from, to);
          MemorySegment u = slice(up, from, to);
          if (activation == Activation.SILU) {
            kernels.swiglu(g, u, to - from, slice(y, from, to));
          } else {
            kernels.activate(activation, g, u, to - from, slice(y, from, to));
          }
        });
    return y;
  }

  @Override
  public Tensor softCap(Tensor x, float cap) {
    Tensor small = scale(x, 1 / cap);
    return scale(activate(Activation.TANH, small), cap);
  }

  @Override
  public Tensor experts(
      Tensor x, DecoderWeights.Experts weights, ExpertsSpec spec, Activation activation) {
    Tensor logits = linear(x, weights.router().weight());
    if (weights.router().bias() != null) {
      logits = addBias(logits, weights.router().bias());
    }
    ExpertMixture mixture = new ExpertMixture(spec, logits, weights.selectionBias());
    int slots = mixture.chosen.length;
    int width = x.columns();
    // Slots in the order of their experts, so that each expert reads rows that follow one another.
    int[] starts = new int[spec.count() + 1];
    for (int e : mixture.chosen) {
      starts[e + 1]++;
    }
    for (int e = 0; e < spec.count(); e++) {
      starts[e + 1] += starts[e];
    }
    int[] next = starts.clone();
    int[] places = new int[slots];
    Tensor inputs =
        spec.weighsInput() ? workspace.zeros(slots, width) : workspace.f32(slots, width);
    for (int slot = 0; slot < slots; slot++) {
      int place = next[mixture.chosen[slot]]++;
      places[slot] = place;
      long from = (long) (slot / spec.used()) * width;
      if (spec.weighsInput()) {
        kernels.axpy(
            mixture.weights[slot], x.data(), from, inputs.data(), (long) place * width, width);
      } else {
        MemorySegment.copy(x.data(), 4 * from, inputs.data(), 4L * place * width, 4L * width);
      }
    }
    Tensor outputs = runExperts(inputs, starts, weights, activation);
    Tensor y = workspace.zeros(x.shape());
    for (int slot = 0; slot < slots; slot++) {
      float weight = spec.weighsInput() ? 1 : mixture.weights[slot];
      long to = (long) (slot / spec.used()) * width;
      kernels.axpy(weight, outputs.data(), (long) places[slot] * width, y.data(), to, width);
    }
    return y;
  }

  /** Rows {@code starts[e]} to {@code starts[e + 1]} of {@code x} through expert e. */
  private Tensor runExperts(
      Tensor x, int[] starts, DecoderWeights.Experts weights, Activation activation) {
    List<Product> products = new ArrayList<>();
    List<Projection> gates = weights.gates();
    Tensor up = expertProducts(x, starts, weights.ups(), products);
    Tensor gate = gates == null ? null : expertProducts(x, starts, gates, products);
    multiply(products);
    finish(up, starts, weights.ups());
    Tensor inner;
    if (gates == null || gate == null) {
      inner = activate(activation, up);
    } else {
      finish(gate, starts, gates);
      inner = gated(activation, gate, up);
    }
    products.clear();
    Tensor down = expertProducts(inner, starts, weights.downs(), products);
    multiply(products);
    finish(down, starts, weights.downs());
    return down;
  }

  private Tensor expertProducts(
      Tensor x, int[] starts, List<Projection> matrices, List<Product> products) {
    Tensor y = workspace.f32(x.rowCount(), matrices.getFirst().weight().dim(0));
    for (int e = 0; e < matrices.size(); e++) {
      if (starts[e] < starts[e + 1]) {
        Tensor weight = matrices.get(e).weight();
        Operand rows = operand(x, kernels.form(weight.type())).rows(starts[e], starts[e + 1]);
        products.add(new Product(rows, weight, y.rows(starts[e], starts[e + 1])));
      }
    }
    return y;
  }

  /** Scales and biases of each expert's rows, in place. */
  private void finish(Tensor y, int[] starts, List<Projection> matrices) {
    for (int e = 0; e < matrices.size(); e++) {
      Projection p = matrices.get(e);
      if (p.scale() != 1) {
        for (long i = (long) starts[e] * y.columns(); i < (long) starts[e + 1] * y.columns(); i++) {
          y.set(i, y.get(i) * p.scale());
        }
      }
      if (p.bias() != null) {
        addBias(y, p.bias(), starts[e], starts[e + 1]);
      }
    }
  }

  @Override
  public Tensor add(Tensor a, Tensor b) {
    Tensor y = workspace.f32(a.shape());
    spread(
        a.elements(),
        1,
        (from, to) -> {
          slice(y, from, to).copyFrom(slice(a, from, to));
          kernels.axpy(1, b.data(), from, y.data(), from, to - from);
        });
    return y;
  }

  @Override
  public Tensor scatterAdd(Tensor x, Tensor e, int[] at) {
    int width = x.columns();
    Tensor y = copy(x);
    for (int i = 0; i < at.length; i++) {
      kernels.axpy(1, e.data(), (long) i * width, y.data(), (long) at[i] * width, width);
    }
    return y;
  }

  @Override
  public Tensor select(Tensor x, int[] rows) {
    long bytes = (long) x.columns() * Float.BYTES;
    Tensor y = workspace.f32(rows.length, x.columns());
    for (int i = 0; i < rows.length; i++) {
      MemorySegment.copy(x.data(), rows[i] * bytes, y.data(), i * bytes, bytes);
    }
    return y;
  }

  /** Gives scratch memory back; the workspace and the cache are the session's. */
  @Override
  public void close() {
    attention.close();
    encoderAttention.close();
  }

  /** Runs {@code body} over {@code n} runs of {@code length} elements that do not meet. */
  private void spread(long n, int length, Range body) {
    long perPart = Math.max(1, PART_ELEMENTS / length);
    if (n <= perPart) {
      body.run(0, n);
      return;
    }
    team.run(
        Math.toIntExact(Math.ceilDiv(n, perPart)),
        part -> body.run(part * perPart, Math.min(n, (part + 1) * perPart)));
  }

  private static MemorySegment slice(Tensor x, long from, long to) {
    MemorySegment all = x.data();
    long bytes = (to - from) * Float.BYTES;
    return bytes == all.byteSize() ? all : all.asSlice(from * Float.BYTES, bytes);
  }

  private Tensor copy(Tensor x) {
    Tensor y = workspace.like(x);
    y.data().copyFrom(x.data());
    return y;
  }
}
