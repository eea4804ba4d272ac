package pollux.tensor;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The one seam to the hardware. Every set of kernels answers the same tests: {@link ScalarKernels}
 * is the executable specification, the others agree with it within a stated tolerance.
 *
 * <p>Segments hold little-endian F32 unless a {@link Tensor} says otherwise; offsets and leading
 * dimensions count elements. A call runs on the calling thread alone and allocates nothing that
 * outlives it; splitting work over threads is the caller's affair ({@link WorkTeam}).
 */
public interface Kernels {
  /**
   * What a log line and {@code pollux doctor} call this set, e.g. {@code scalar} or {@code vector}.
   */
  String name();

  /**
   * C = op(A) op(B), or C += op(A) op(B) when {@code accumulate}: op(A) is {@code [m, k]}, op(B)
   * {@code [k, n]}, C {@code [m, n]}. A transposed operand lies in memory as {@code [k, m]} (A) or
   * {@code [n, k]} (B); {@code lda}, {@code ldb}, {@code ldc} are the lengths of a row in memory.
   */
  void gemm(
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
      boolean accumulate);

  /**
   * The form of an operand that {@link #linear(Operand, Tensor, int, int, MemorySegment)} reads
   * fastest for weights of {@code type}. Every set reads {@link Operand.Form#F32} too.
   */
  default Operand.Form form(ElementType type) {
    return Operand.Form.F32;
  }

  /**
   * Writes rows {@code from} to {@code to} of {@code x} {@code [rows, in]} into {@code operand}, in
   * its form. What becomes of a row depends on that row alone.
   */
  default void prepare(MemorySegment x, int from, int to, Operand operand) {
    operand.write(x, from, to);
  }

  /**
   * Rows {@code from} to {@code to} of {@code weight} {@code [out, in]} (any element type), applied
   * to every row of {@code x} {@code [rows, in]}: {@code y[r * out + o] = dot(x[r], weight[o])}.
   * Used by inference; for many rows an implementation may decode panels and multiply them packed.
   */
  void linear(Operand x, Tensor weight, int from, int to, MemorySegment y);

  /** As {@link #linear(Operand, Tensor, int, int, MemorySegment)} for rows of F32 as they are. */
  default void linear(MemorySegment x, int rows, Tensor weight, int from, int to, MemorySegment y) {
    linear(Operand.f32(x, rows, weight.columns()), weight, from, to, y);
  }

  /**
   * {@code y[r] = x[r] / sqrt(mean(x[r]^2) + eps) * gain}, for {@code rows} rows of length {@code
   * n} (Zhang, Sennrich 2019).
   */
  void rmsNorm(MemorySegment x, MemorySegment gain, float eps, int rows, int n, MemorySegment y);

  /**
   * Adds the gradients of {@link #rmsNorm} to {@code dx} {@code [rows, n]} and {@code dGain} {@code
   * [n]}.
   */
  void rmsNormBackward(
      MemorySegment x,
      MemorySegment gain,
      float eps,
      int rows,
      int n,
      MemorySegment dy,
      MemorySegment dx,
      MemorySegment dGain);

  /**
   * {@code y[r] = (x[r] - mean(x[r])) / sqrt(variance(x[r]) + eps) * gain + bias}, for {@code rows}
   * rows of length {@code n} (Ba et al. 2016); {@code bias} may be null.
   */
  default void layerNorm(
      MemorySegment x,
      MemorySegment gain,
      @Nullable MemorySegment bias,
      float eps,
      int rows,
      int n,
      MemorySegment y) {
    PlainLoops.layerNorm(x, gain, bias, eps, rows, n, y);
  }

  /**
   * Rotary positions, in place, on {@code x} {@code [rows, heads, headLength]}: the pairs of each
   * head turn as {@code rotary} says for {@code positions[row]}. {@code inverse} turns back: the
   * gradient.
   */
  void rope(
      MemorySegment x,
      int rows,
      int heads,
      int headLength,
      int[] positions,
      Rotary rotary,
      boolean inverse);

  /** {@code y = silu(gate) * up} over {@code n} elements (Shazeer 2020). */
  void swiglu(MemorySegment gate, MemorySegment up, long n, MemorySegment y);

  /**
   * {@code y = activation(x) * factor} over {@code n} elements; {@code factor} may be null, which
   * stands for ones.
   */
  default void activate(
      Activation activation,
      MemorySegment x,
      @Nullable MemorySegment factor,
      long n,
      MemorySegment y) {
    activation.apply(x, factor, n, y, Activation.PLAIN);
  }

  /** Adds the gradients of {@link #swiglu} to {@code dGate} and {@code dUp}. */
  void swigluBackward(
      MemorySegment gate,
      MemorySegment up,
      MemorySegment dy,
      long n,
      MemorySegment dGate,
      MemorySegment dUp);

  /** {@code x[offset ..< offset + n] = softmax(scale * x[...])}, in place. */
  void softmax(MemorySegment x, long offset, int n, float scale);

  /**
   * {@code dx = scale * p * (dp - dot(p, dp))}, in place on {@code dp}: the gradient of {@link
   * #softmax}.
   */
  void softmaxBackward(MemorySegment p, MemorySegment dp, long offset, int n, float scale);

  /** {@code y[offsetY + i] += alpha * x[offsetX + i]} for {@code n} elements. */
  void axpy(float alpha, MemorySegment x, long offsetX, MemorySegment y, long offsetY, long n);

  /** {@code sum(x[offsetX + i] * y[offsetY + i])}. */
  float dot(MemorySegment x, long offsetX, MemorySegment y, long offsetY, long n);
}
