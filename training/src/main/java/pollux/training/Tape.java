package pollux.training;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pollux.model.AttentionSpec;
import pollux.tensor.Activation;
import pollux.tensor.Kernels;
import pollux.tensor.Rotary;
import pollux.tensor.Tensor;
import pollux.tensor.Workspace;

/**
 * Reverse-mode differentiation: runs each operation at once and notes how its gradient flows back.
 *
 * <p>One tape belongs to one thread and one batch. Gradients of parameters are added to tensors
 * that the caller owns; those of activations live in the workspace and vanish with it.
 */
final class Tape extends UnrecordedOps {
  private final Kernels kernels;
  private final Workspace workspace;
  private final int[] starts;
  private final Map<Tensor, Tensor> parameters;
  private final Map<Tensor, Tensor> gradients = new IdentityHashMap<>();
  private final Set<Tensor> activations = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Runnable> steps = new ArrayList<>();
  private long operations;

  /**
   * @param starts first position of each sequence and the number of positions at the end
   * @param parameters the gradient tensor of each parameter, by identity
   */
  Tape(Kernels kernels, Workspace workspace, int[] starts, Map<Tensor, Tensor> parameters) {
    this.kernels = kernels;
    this.workspace = workspace;
    this.starts = starts;
    this.parameters = parameters;
  }

  /** Floating-point operations of the matrix products so far, both directions. */
  long operations() {
    return operations;
  }

  /** Sends the gradient of {@code result} back through everything recorded, latest first. */
  void backward(Tensor result, Tensor gradient) {
    gradients.put(result, gradient);
    for (int i = steps.size() - 1; i >= 0; i--) {
      steps.get(i).run();
    }
    steps.clear();
  }

  @Override
  public Tensor embed(Tensor table, int[] ids) {
    int width = table.columns();
    Tensor y = output(ids.length, width);
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0) {
        y.data().asSlice(i * 4L * width, 4L * width).fill((byte) 0);
      } else {
        copy(table, (long) ids[i] * width, y, (long) i * width, width);
      }
    }
    steps.add(() -> {
      Tensor dy = existing(y);
      Tensor to = ofParameter(table);
      for (int i = 0; i < ids.length; i++) {
        if (ids[i] >= 0) {
          addTo(to, (long) ids[i] * width, dy, (long) i * width, width);
        }
      }
    });
    return y;
  }

  @Override
  public List<Tensor> linear(Tensor x, List<Tensor> weights) {
    return weights.stream().map(weight -> linear(x, weight)).toList();
  }

  @Override
  public Tensor linear(Tensor x, Tensor weight) {
    int n = x.rowCount();
    int in = weight.dim(1);
    int out = weight.dim(0);
    Tensor y = output(n, out);
    gemm(false, true, n, out, in, x, weight, y, false);
    steps.add(() -> {
      Tensor dy = existing(y);
      gemm(true, false, out, in, n, dy, x, ofParameter(weight), true);
      if (tracked(x)) {
        boolean add = gradients.containsKey(x);
        gemm(false, false, n, in, out, dy, weight, claim(x), add);
      }
    });
    return y;
  }

  @Override
  public Tensor rmsNorm(Tensor x, Tensor gain, float eps) {
    int n = gain.columns();
    int rows = Math.toIntExact(x.elements() / n);
    Tensor y = output(x.shape());
    kernels.rmsNorm(x.data(), gain.data(), eps, rows, n, y.data());
    steps.add(() ->
        kernels.rmsNormBackward(
            x.data(),
            gain.data(),
            eps,
            rows,
            n,
            existing(y).data(),
            existing(x).data(),
            ofParameter(gain).data()));
    return y;
  }

  @Override
  public Tensor rope(Tensor x, int headLength, int[] positions, Rotary rotary) {
    int rows = x.rowCount();
    int heads = x.columns() / headLength;
    Tensor y = output(x.shape());
    y.data().copyFrom(x.data());
    kernels.rope(y.data(), rows, heads, headLength, positions, rotary, false);
    steps.add(() -> {
      Tensor dy = existing(y);
      kernels.rope(dy.data(), rows, heads, headLength, positions, rotary, true);
      pass(dy, x);
    });
    return y;
  }

  @Override
  public Tensor gated(Activation activation, Tensor gate, Tensor up) {
    if (activation != Activation.SILU) {
      throw unrecorded("the activation " + activation);
    }
    Tensor y = output(gate.shape());
    kernels.swiglu(gate.data(), up.data(), gate.elements(), y.data());
    steps.add(() ->
        kernels.swigluBackward(
            gate.data(),
            up.data(),
            existing(y).data(),
            gate.elements(),
            existing(gate).data(),
            existing(up).data()));
    return y;
  }

  @Override
  public Tensor add(Tensor a, Tensor b) {
    Tensor y = output(a.shape());
    y.data().copyFrom(a.data());
    addTo(y, 0, b, 0, b.elements());
    steps.add(() -> {
      Tensor dy = existing(y);
      boolean sum = gradients.containsKey(b);
      Tensor db = claim(b);
      if (sum) {
        addTo(db, 0, dy, 0, dy.elements());
      } else {
        db.data().copyFrom(dy.data());
      }
      pass(dy, a);
    });
    return y;
  }

  @Override
  public Tensor scatterAdd(Tensor x, Tensor e, int[] at) {
    int width = x.columns();
    Tensor y = output(x.shape());
    y.data().copyFrom(x.data());
    for (int i = 0; i < at.length; i++) {
      addTo(y, (long) at[i] * width, e, (long) i * width, width);
    }
    steps.add(() -> {
      Tensor dy = existing(y);
      Tensor de = existing(e);
      for (int i = 0; i < at.length; i++) {
        addTo(de, (long) i * width, dy, (long) at[i] * width, width);
      }
      pass(dy, x);
    });
    return y;
  }

  @Override
  public Tensor select(Tensor x, int[] rows) {
    int width = x.columns();
    Tensor y = output(rows.length, width);
    for (int i = 0; i < rows.length; i++) {
      copy(x, (long) rows[i] * width, y, (long) i * width, width);
    }
    steps.add(() -> {
      Tensor dy = existing(y);
      Tensor dx = existing(x);
      for (int i = 0; i < rows.length; i++) {
        addTo(dx, (long) rows[i] * width, dy, (long) i * width, width);
      }
    });
    return y;
  }

  @Override
  public Tensor attention(
      int layer, Tensor q, Tensor k, Tensor v, @Nullable Tensor sinks, AttentionSpec spec) {
    if (sinks != null
        || spec.softCap() != 0
        || spec.alibi() != 0
        || spec.reach().kind() != AttentionSpec.Reach.Kind.ALL) {
      throw unrecorded("attention with sinks, caps, ALiBi or a window");
    }
    Tensor y = output(q.shape());
    List<Tensor> probabilities = new ArrayList<>();
    forEachHead(
        spec,
        (start, n, qo, kvo) -> {
          Tensor p = workspace.f32(n, n);
          probabilities.add(p);
          score(q, k, start, n, qo, kvo, spec, p);
          int ldq = spec.queryWidth();
          int ldk = spec.kvWidth();
          int h = spec.headLength();
          long at = (long) start * ldq + qo;
          long from = (long) start * ldk + kvo;
          operations += 2L * n * n * h;
          kernels.gemm(
              false, false, n, h, n, p.data(), 0, n, v.data(), from, ldk, y.data(), at, ldq, false);
        });
    steps.add(() -> attentionBackward(q, k, v, y, probabilities, spec));
    return y;
  }

  /** Causal probabilities {@code p} {@code [n, n]} of one head: zero above the diagonal. */
  private void score(
      Tensor q, Tensor k, int start, int n, int qo, int kvo, AttentionSpec spec, Tensor p) {
    int h = spec.headLength();
    int ldq = spec.queryWidth();
    int ldk = spec.kvWidth();
    long from = (long) start * ldq + qo;
    long to = (long) start * ldk + kvo;
    operations += 2L * n * n * h;
    kernels.gemm(
        false, true, n, n, h, q.data(), from, ldq, k.data(), to, ldk, p.data(), 0, n, false);
    for (int i = 0; i < n; i++) {
      kernels.softmax(p.data(), (long) i * n, i + 1, spec.scale());
      p.data().asSlice(((long) i * n + i + 1) * 4, (n - i - 1) * 4L).fill((byte) 0);
    }
  }

  private void attentionBackward(
      Tensor q, Tensor k, Tensor v, Tensor y, List<Tensor> probabilities, AttentionSpec spec) {
    MemorySegment dy = existing(y).data();
    MemorySegment dq = existing(q).data();
    MemorySegment dk = existing(k).data();
    MemorySegment dv = existing(v).data();
    int h = spec.headLength();
    int ldq = spec.queryWidth();
    int ldk = spec.kvWidth();
    int[] next = {0};
    forEachHead(
        spec,
        (start, n, qo, kvo) -> {
          MemorySegment p = probabilities.get(next[0]++).data();
          long aq = (long) start * ldq + qo;
          long ak = (long) start * ldk + kvo;
          operations += 8L * n * n * h;
          kernels.gemm(true, false, n, h, n, p, 0, n, dy, aq, ldq, dv, ak, ldk, true);
          MemorySegment dp = workspace.f32(n, n).data();
          kernels.gemm(false, true, n, n, h, dy, aq, ldq, v.data(), ak, ldk, dp, 0, n, false);
          for (int i = 0; i < n; i++) {
            kernels.softmaxBackward(p, dp, (long) i * n, i + 1, spec.scale());
            dp.asSlice(((long) i * n + i + 1) * 4, (n - i - 1) * 4L).fill((byte) 0);
          }
          kernels.gemm(false, false, n, h, n, dp, 0, n, k.data(), ak, ldk, dq, aq, ldq, true);
          kernels.gemm(true, false, n, h, n, dp, 0, n, q.data(), aq, ldq, dk, ak, ldk, true);
        });
  }

  private interface Head {
    /**
     * One head of one sequence: {@code n} positions from {@code start}; column offsets of its
     * queries and keys.
     */
    void run(int start, int n, int queryOffset, int kvOffset);
  }

  private void forEachHead(AttentionSpec spec, Head head) {
    int group = spec.heads() / spec.kvHeads();
    for (int s = 0; s + 1 < starts.length; s++) {
      int n = starts[s + 1] - starts[s];
      for (int h = 0; h < spec.heads(); h++) {
        head.run(starts[s], n, h * spec.headLength(), h / group * spec.headLength());
      }
    }
  }

  private void gemm(
      boolean ta, boolean tb, int m, int n, int k, Tensor a, Tensor b, Tensor c, boolean add) {
    operations += 2L * m * n * k;
    int lda = ta ? m : k;
    int ldb = tb ? k : n;
    kernels.gemm(ta, tb, m, n, k, a.data(), 0, lda, b.data(), 0, ldb, c.data(), 0, n, add);
  }

  /** A fresh activation, known to the tape. */
  private Tensor output(long... shape) {
    Tensor t = workspace.f32(shape);
    activations.add(t);
    return t;
  }

  /** Whether a gradient is wanted: features of pictures and sound are given, not computed. */
  private boolean tracked(Tensor t) {
    return activations.contains(t);
  }

  private Tensor ofParameter(Tensor weight) {
    return Objects.requireNonNull(parameters.get(weight), "a weight without a gradient");
  }

  /** The gradient of {@code t}, zeroed if none has arrived yet. */
  private Tensor existing(Tensor t) {
    return gradients.computeIfAbsent(t, x -> workspace.zeros(x.shape()));
  }

  /** The gradient of {@code t} for a caller that writes all of it if none has arrived yet. */
  private Tensor claim(Tensor t) {
    return gradients.computeIfAbsent(t, x -> workspace.f32(x.shape()));
  }

  /**
   * Hands {@code dy}, which nobody reads any more, on to {@code x}: as it is, or added to what is
   * there.
   */
  private void pass(Tensor dy, Tensor x) {
    Tensor dx = gradients.putIfAbsent(x, dy);
    if (dx != null) {
      addTo(dx, 0, dy, 0, dy.elements());
    }
  }

  private void addTo(Tensor y, long oy, Tensor x, long ox, long n) {
    kernels.axpy(1, x.data(), ox, y.data(), oy, n);
  }

  private static void copy(Tensor x, long ox, Tensor y, long oy, long n) {
    MemorySegment.copy(x.data(), ox * 4, y.data(), oy * 4, n * 4);
  }
}
