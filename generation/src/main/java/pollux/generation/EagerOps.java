package pollux.generation;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pollux.model.DecoderSpec;
import pollux.model.Ops;
import pollux.tensor.Codec;
import pollux.tensor.Kernels;
import pollux.tensor.Operand;
import pollux.tensor.Tensor;
import pollux.tensor.WorkTeam;
import pollux.tensor.Workspace;

/**
 * Runs each operation at once, on scratch memory and one session's {@link KvCache}.
 *
 * <p>Every number is one sum in an order that depends on neither the threads nor the rows computed
 * with it: reading a prompt whole, in pieces or token by token gives the same logits.
 */
final class EagerOps implements Ops {
  /** Multiplications of a part at least: fewer take less time than waking a thread for them. */
  private static final int PART = 1 << 16;

  /**
   * The same for products with weights, whose kernels read ahead: a row fetched in vain, since
   * another thread takes it, costs most where parts are small.
   */
  private static final int LINEAR_PART = 1 << 18;

  /** Rows of weights in a part are a multiple of this: kernels work on as many at once. */
  private static final int PART_ROWS = 32;

  private final Kernels kernels;
  private final WorkTeam team;
  private final Workspace workspace;
  private final KvCache cache;

  /** What was last multiplied with weights, in the forms that it was brought into. */
  private @Nullable Tensor input;

  private final Map<Operand.Form, Operand> operands = new EnumMap<>(Operand.Form.class);

  EagerOps(Kernels kernels, WorkTeam team, Workspace workspace, KvCache cache) {
    this.kernels = kernels;
    this.team = team;
    this.workspace = workspace;
    this.cache = cache;
  }

  @Override
  public Tensor embed(Tensor table, int[] ids) {
    int width = table.columns();
    long rowBytes = table.type().bytes(width);
    Codec codec = Codec.of(table.type());
    float[] row = new float[width];
    Tensor y = workspace.f32(ids.length, width);
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0) {
        Arrays.fill(row, 0);
      } else {
        codec.decode(table.data(), ids[i] * rowBytes, width, row, 0);
      }
      MemorySegment.copy(row, 0, y.data(), Tensor.FLOAT, (long) i * width * Float.BYTES, width);
    }
    return y;
  }

  @Override
  public Tensor linear(Tensor x, Tensor weight) {
    int rows = x.rowCount();
    int out = weight.dim(0);
    Tensor y = workspace.f32(rows, out);
    if (rows == 0) {
      return y;
    }
    Operand operand = operand(x, kernels.form(weight.type()));
    int height = height(out, rows * (long) weight.columns());
    team.run(
        Math.ceilDiv(out, height),
        part ->
            kernels.linear(
                operand, weight, part * height, Math.min(out, (part + 1) * height), y.data()));
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
    return operands.computeIfAbsent(form, f -> prepared(x, f));
  }

  private Operand prepared(Tensor x, Operand.Form form) {
    int rows = x.rowCount();
    int columns = x.columns();
    if (form == Operand.Form.F32) {
      return Operand.f32(x.data(), rows, columns);
    }
    MemorySegment data = workspace.f32(Math.ceilDiv(rows * form.rowBytes(columns), 4L)).data();
    Operand operand = new Operand(form, rows, columns, data);
    int height = Math.max(1, PART / columns);
    team.run(
        Math.ceilDiv(rows, height),
        part ->
            kernels.prepare(x.data(), part * height, Math.min(rows, (part + 1) * height), operand));
    return operand;
  }

  /** Rows of a part, of {@code count} with {@code each} multiplications. */
  private static int height(int count, long each) {
    long height = Math.min(count, LINEAR_PART / Math.max(1, each));
    return Math.toIntExact(Math.max(1, Math.ceilDiv(height, PART_ROWS)) * PART_ROWS);
  }

  @Override
  public Tensor rmsNorm(Tensor x, Tensor gain, float eps) {
    int n = gain.columns();
    Tensor y = workspace.f32(x.shape());
    int rows = Math.toIntExact(x.elements() / n);
    kernels.rmsNorm(x.data(), gain.data(), eps, rows, n, y.data());
    return y;
  }

  @Override
  public Tensor rope(Tensor x, int headLength, int[] positions, float base) {
    Tensor y = copy(x);
    int heads = x.columns() / headLength;
    kernels.rope(y.data(), x.rowCount(), heads, headLength, positions, base, false);
    return y;
  }

  @Override
  public Tensor attention(int layer, Tensor q, Tensor k, Tensor v, DecoderSpec spec) {
    cache.put(layer, k, v);
    int past = cache.length();
    int rows = q.rowCount();
    int most = past + rows;
    int items = rows * spec.heads();
    Tensor scores = workspace.f32(items, most);
    Tensor y = workspace.zeros(q.shape());
    int perPart = Math.max(1, PART / (2 * most * spec.headLength()));
    team.run(
        Math.ceilDiv(items, perPart),
        part -> {
          int end = Math.min(items, (part + 1) * perPart);
          for (int item = part * perPart; item < end; item++) {
            int row = item / spec.heads();
            attend(layer, q.data(), row, item % spec.heads(), past + row + 1, scores, y, spec);
          }
        });
    return y;
  }

  /** One head of one row over the first {@code n} positions of the cache. */
  private void attend(
      int layer,
      MemorySegment q,
      int row,
      int head,
      int n,
      Tensor scores,
      Tensor y,
      DecoderSpec spec) {
    int length = spec.headLength();
    int stride = spec.kvWidth();
    int group = spec.heads() / spec.kvHeads();
    long kvAt = (long) (head / group) * length;
    long qAt = (long) row * spec.queryWidth() + (long) head * length;
    long at = ((long) row * spec.heads() + head) * scores.columns();
    MemorySegment p = scores.data();
    MemorySegment keys = cache.keys(layer);
    MemorySegment values = cache.values(layer);
    for (int j = 0; j < n; j++) {
      float dot = kernels.dot(q, qAt, keys, kvAt + (long) j * stride, length);
      p.set(Tensor.FLOAT, (at + j) * Float.BYTES, dot);
    }
    kernels.softmax(p, at, n, (float) (1 / Math.sqrt(length)));
    for (int j = 0; j < n; j++) {
      float share = p.get(Tensor.FLOAT, (at + j) * Float.BYTES);
      kernels.axpy(share, values, kvAt + (long) j * stride, y.data(), qAt, length);
    }
  }

  @Override
  public Tensor swiglu(Tensor gate, Tensor up) {
    Tensor y = workspace.f32(gate.shape());
    kernels.swiglu(gate.data(), up.data(), gate.elements(), y.data());
    return y;
  }

  @Override
  public Tensor add(Tensor a, Tensor b) {
    Tensor y = copy(a);
    kernels.axpy(1, b.data(), 0, y.data(), 0, b.elements());
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

  private Tensor copy(Tensor x) {
    Tensor y = workspace.f32(x.shape());
    y.data().copyFrom(x.data());
    return y;
  }
}
