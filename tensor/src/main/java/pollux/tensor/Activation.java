package pollux.tensor;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** The functions between the two halves of a feed-forward block, and the gates of attention. */
public enum Activation {
  /** {@code x / (1 + e^-x)} (Elfwing et al. 2018). */
  SILU,
  /** {@code x * Phi(x)} by its tanh form (Hendrycks, Gimpel 2016). */
  GELU,
  /** {@code x * Phi(x)} by the error function. */
  GELU_ERF,
  /** {@code x / (1 + e^(-1.702 x))}. */
  GELU_QUICK,
  RELU,
  /** {@code max(x, 0)^2} (So et al. 2021). */
  RELU_SQUARED,
  SIGMOID,
  TANH,
  /**
   * That of gpt-oss: {@link #GELU_QUICK} of a gate of at most 7, times one more than the other
   * factor, which is held within 7 of zero.
   */
  CLAMPED;

  private static final float LIMIT = 7;

  /** Elements that lie in the first-level cache at once. */
  private static final int CHUNK = 1024;

  /** What one thread computes with; kept, since every feed-forward block asks for it. */
  private record Rows(float[] x, float[] factors, float[] exps) {
    Rows() {
      this(new float[CHUNK], new float[CHUNK], new float[CHUNK]);
    }
  }

  private static final ThreadLocal<Rows> ROWS = ThreadLocal.withInitial(Rows::new);

  /** {@code to[i] = e^z[start + i]} for {@code n} elements. */
  interface Exponentials {
    void apply(MemorySegment z, long start, int n, float[] to);
  }

  /** e^x in plain loops: the bits of the vectors. */
  static final Exponentials PLAIN =
      (z, start, n, to) -> {
        MemorySegment.copy(z, Tensor.FLOAT, start * 4, to, 0, n);
        for (int i = 0; i < n; i++) {
          to[i] = Exponential.exp(to[i]);
        }
      };

  /** As {@link Kernels#activate}. */
  void apply(
      MemorySegment x,
      @Nullable MemorySegment factor,
      long n,
      MemorySegment y,
      Exponentials exponentials) {
    Rows rows = ROWS.get();
    float[] xs = rows.x();
    float[] factors = rows.factors();
    float[] exps = rows.exps();
    for (long start = 0; start < n; start += CHUNK) {
      int count = (int) Math.min(CHUNK, n - start);
      MemorySegment.copy(x, Tensor.FLOAT, start * 4, xs, 0, count);
      if (quotient()) {
        // The result's place serves until the result is there.
        exponents(xs, exps, count);
        MemorySegment.copy(exps, 0, y, Tensor.FLOAT, start * 4, count);
        exponentials.apply(y, start, count, exps);
      }
      one(xs, exps, count);
      if (factor != null) {
        MemorySegment.copy(factor, Tensor.FLOAT, start * 4, factors, 0, count);
        multiply(xs, factors, count);
      }
      MemorySegment.copy(xs, 0, y, Tensor.FLOAT, start * 4, count);
    }
  }

  /** The formula, which all loops are held against. */
  double value(double x) {
    return switch (this) {
      case SILU -> x / (1 + Math.exp(-x));
      case GELU -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
      case GELU_ERF -> 0.5 * x * (1 + errorFunction(x * Math.sqrt(0.5)));
      case GELU_QUICK -> x / (1 + Math.exp(-1.702 * x));
      case RELU -> Math.max(x, 0);
      case RELU_SQUARED -> Math.max(x, 0) * Math.max(x, 0);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case TANH -> Math.tanh(x);
      case CLAMPED -> GELU_QUICK.value(Math.min(x, LIMIT));
    };
  }

  /** What the value is multiplied with, where there is a factor {@code up}. */
  float factor(float up) {
    return this == CLAMPED ? Math.clamp(up, -LIMIT, LIMIT) + 1 : up;
  }

  private void multiply(float[] x, float[] factors, int n) {
    for (int i = 0; i < n; i++) {
      x[i] *= factor(factors[i]);
    }
  }

  /** Whether this is a quotient with 1 + e^z. */
  private boolean quotient() {
    return switch (this) {
      case RELU, RELU_SQUARED, GELU_ERF -> false;
      default -> true;
    };
  }

  private void exponents(float[] x, float[] z, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = this == CLAMPED ? Math.min(x[i], LIMIT) : x[i];
      z[i] =
          switch (this) {
            case GELU -> -1.5957691f * (x[i] + 0.044715f * x[i] * x[i] * x[i]); // 2 sqrt(2 / pi)
            case GELU_QUICK, CLAMPED -> -1.702f * x[i];
            case TANH -> -2 * x[i];
            default -> -x[i];
          };
    }
  }

  private void one(float[] x, float[] exps, int n) {
    switch (this) {
      case RELU -> {
        for (int i = 0; i < n; i++) {
          x[i] = Math.max(x[i], 0);
        }
      }
      case RELU_SQUARED -> {
        for (int i = 0; i < n; i++) {
          float positive = Math.max(x[i], 0);
          x[i] = positive * positive;
        }
      }
      case GELU_ERF -> {
        for (int i = 0; i < n; i++) {
          x[i] = (float) value(x[i]);
        }
      }
      case SIGMOID -> {
        for (int i = 0; i < n; i++) {
          x[i] = 1 / (1 + exps[i]);
        }
      }
      case TANH -> {
        for (int i = 0; i < n; i++) {
          // Near zero the quotient has lost the digits that x still has.
          x[i] = Math.abs(x[i]) < 0.05f ? (float) Math.tanh(x[i]) : 2 / (1 + exps[i]) - 1;
        }
      }
      default -> {
        for (int i = 0; i < n; i++) {
          x[i] = x[i] / (1 + exps[i]);
        }
      }
    }
  }

  /** By its Taylor series where that is quick, else by the continued fraction of its complement. */
  private static double errorFunction(double x) {
    double square = x * x;
    if (Math.abs(x) < 2) {
      double term = x;
      double sum = x;
      for (int k = 1; Math.abs(term) > 1e-12 * Math.abs(sum); k++) {
        term *= -square / k;
        sum += term / (2 * k + 1);
      }
      return 2 / Math.sqrt(Math.PI) * sum;
    }
    double fraction = 0;
    for (int k = 40; k > 0; k--) {
      fraction = k / 2.0 / (Math.abs(x) + fraction);
    }
    double complement = Math.exp(-square) / (Math.abs(x) + fraction) / Math.sqrt(Math.PI);
    return x > 0 ? 1 - complement : complement - 1;
  }
}
