package pollux.tensor;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The vector set for a process that has just started. Until C2 has compiled it, Vector API code
 * runs about a thousand times slower than afterwards: a prompt of 100 tokens would wait for
 * seconds. So each kernel begins with {@link PlainLoops}, which have the same bits, and a thread in
 * the background runs its vector form on small data until that is the faster one.
 *
 * <p>A kernel is warmed when it is first called, and goes over only after its compiled form has
 * repeated the plain loops' bits; one that does not is left out with a logged line. Gradients have
 * no plain loops: a training run warms up in its first step.
 */
final class WarmingKernels implements Kernels {
  private static final Logger LOGGER = System.getLogger("pollux.tensor");

  /** One kernel on its way from plain loops to vectors. */
  private final class Stage {
    final WarmUp.Trial trial;
    private final AtomicBoolean asked = new AtomicBoolean();
    private volatile boolean ready;

    Stage(WarmUp.Trial trial) {
      this.trial = trial;
    }

    boolean ready() {
      if (ready) {
        return true;
      }
      if (warms && !asked.get() && asked.compareAndSet(false, true)) {
        queue.add(this);
        begin();
      }
      return false;
    }

    void warm() {
      switch (WarmUp.run(trial, vector())) {
        case WarmUp.Result.Ready _ -> ready = true;
        case WarmUp.Result.Slower _ -> queue.add(this); // C2 gets little time: try again later
        case WarmUp.Result.Wrong(String kernel) ->
            LOGGER.log(
                Level.WARNING, "Plain loops stay in use for {0}: its vector form errs", kernel);
      }
    }
  }

  private static final class VectorHolder {
    static final VectorKernels VECTOR = new VectorKernels();
  }

  /**
   * How long the warm-up waits after the first call: C2 would otherwise compile vectors while the
   * first prompt runs in plain loops that C1 alone has compiled.
   */
  private static final long PATIENCE_MILLIS = 500;

  private final boolean warms;
  private final BlockingQueue<Stage> queue = new LinkedBlockingQueue<>();
  private final AtomicBoolean begun = new AtomicBoolean();

  private final Stage gemm = new Stage(new WarmUp.Gemm());
  private final Stage[] row = new Stage[ElementType.values().length];
  private final Stage[] rows = new Stage[ElementType.values().length];
  private final Stage rmsNorm = new Stage(new WarmUp.RmsNorm());
  private final Stage rope = new Stage(new WarmUp.Rope());
  private final Stage swiglu = new Stage(new WarmUp.Swiglu());
  private final Stage softmax = new Stage(new WarmUp.Softmax());
  private final Stage axpy = new Stage(new WarmUp.Axpy());
  private final Stage dot = new Stage(new WarmUp.Dot());

  /** Without {@code warms} the plain loops stay in use, for tests. */
  WarmingKernels(boolean warms) {
    this.warms = warms;
    for (ElementType type : ElementType.values()) {
      row[type.ordinal()] = new Stage(new WarmUp.Linear(type, 1));
      rows[type.ordinal()] = new Stage(new WarmUp.Linear(type, 9));
    }
  }

  /** Loads the Vector API when it is first needed, in the background: that takes about 50 ms. */
  static VectorKernels vector() {
    return VectorHolder.VECTOR;
  }

  private void begin() {
    if (begun.compareAndSet(false, true)) {
      Thread.ofPlatform().name("pollux-warm-up").daemon().start(this::warmAll);
    }
  }

  private void warmAll() {
    try {
      Thread.sleep(PATIENCE_MILLIS);
      while (true) {
        queue.take().warm();
      }
    } catch (InterruptedException e) {
      // Someone ends this thread: what is not warm stays plain.
    }
  }

  @Override
  public String name() {
    return "vector";
  }

  @Override
  public void gemm(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      MemorySegment a,
      long offsetA,
      int lda,
      MemorySegment b,
      long offsetB,
      int ldb,
      MemorySegment c,
      long offsetC,
      int ldc,
      boolean accumulate) {
    if (gemm.ready()) {
      vector()
          .gemm(
              transposeA,
              transposeB,
              m,
              n,
              k,
              a,
              offsetA,
              lda,
              b,
              offsetB,
              ldb,
              c,
              offsetC,
              ldc,
              accumulate);
    } else {
      PlainLoops.gemm(
          transposeA,
          transposeB,
          m,
          n,
          k,
          a,
          offsetA,
          lda,
          b,
          offsetB,
          ldb,
          c,
          offsetC,
          ldc,
          accumulate);
    }
  }

  @Override
  public void linear(Operand x, Tensor weight, int from, int to, MemorySegment y) {
    if ((x.rows() == 1 ? row : rows)[weight.type().ordinal()].ready()) {
      vector().linear(x, weight, from, to, y);
    } else {
      PlainLoops.linear(x.f32(), x.rows(), weight, from, to, y);
    }
  }

  @Override
  public void rmsNorm(
      MemorySegment x, MemorySegment gain, float eps, int count, int n, MemorySegment y) {
    if (rmsNorm.ready()) {
      vector().rmsNorm(x, gain, eps, count, n, y);
    } else {
      PlainLoops.rmsNorm(x, gain, eps, count, n, y);
    }
  }

  @Override
  public void rmsNormBackward(
      MemorySegment x,
      MemorySegment gain,
      float eps,
      int count,
      int n,
      MemorySegment dy,
      MemorySegment dx,
      MemorySegment dGain) {
    vector().rmsNormBackward(x, gain, eps, count, n, dy, dx, dGain);
  }

  @Override
  public void rope(
      MemorySegment x,
      int count,
      int heads,
      int headLength,
      int[] positions,
      Rotary rotary,
      boolean inverse) {
    if (rope.ready()) {
      vector().rope(x, count, heads, headLength, positions, rotary, inverse);
    } else {
      PlainLoops.rope(x, count, heads, headLength, positions, rotary, inverse);
    }
  }

  @Override
  public void swiglu(MemorySegment gate, MemorySegment up, long n, MemorySegment y) {
    if (swiglu.ready()) {
      vector().swiglu(gate, up, n, y);
    } else {
      PlainLoops.swiglu(gate, up, n, y);
    }
  }

  /** Warm when {@link #swiglu} is: the exponentials are the same. */
  @Override
  public void activate(
      Activation activation,
      MemorySegment x,
      @Nullable MemorySegment factor,
      long n,
      MemorySegment y) {
    if (swiglu.ready()) {
      vector().activate(activation, x, factor, n, y);
    } else {
      activation.apply(x, factor, n, y, Activation.PLAIN);
    }
  }

  @Override
  public void swigluBackward(
      MemorySegment gate,
      MemorySegment up,
      MemorySegment dy,
      long n,
      MemorySegment dGate,
      MemorySegment dUp) {
    vector().swigluBackward(gate, up, dy, n, dGate, dUp);
  }

  @Override
  public void softmax(MemorySegment x, long offset, int n, float scale) {
    if (softmax.ready()) {
      vector().softmax(x, offset, n, scale);
    } else {
      PlainLoops.softmax(x, offset, n, scale);
    }
  }

  @Override
  public void softmaxBackward(MemorySegment p, MemorySegment dp, long offset, int n, float scale) {
    vector().softmaxBackward(p, dp, offset, n, scale);
  }

  @Override
  public void axpy(
      float alpha, MemorySegment x, long offsetX, MemorySegment y, long offsetY, long n) {
    if (axpy.ready()) {
      vector().axpy(alpha, x, offsetX, y, offsetY, n);
    } else {
      PlainLoops.axpy(alpha, x, offsetX, y, offsetY, n);
    }
  }

  @Override
  public float dot(MemorySegment x, long offsetX, MemorySegment y, long offsetY, long n) {
    return dot.ready()
        ? vector().dot(x, offsetX, y, offsetY, n)
        : PlainLoops.dot(x, offsetX, y, offsetY, n);
  }
}
