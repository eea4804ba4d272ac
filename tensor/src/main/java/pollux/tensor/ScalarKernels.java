package pollux.tensor;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The executable specification: one plain loop for each kernel, in the order of the formula, summed
 * in float. Nothing here is clever; every other set is held against it.
 */
public final class ScalarKernels implements Kernels {
  @Override
  public String name() {
    return "scalar";
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
    long rowA = transposeA ? 1 : lda;
    long stepA = transposeA ? lda : 1;
    long stepB = transposeB ? 1 : ldb;
    long columnB = transposeB ? ldb : 1;
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        float sum = 0;
        for (int p = 0; p < k; p++) {
          sum += get(a, offsetA + i * rowA + p * stepA) * get(b, offsetB + p * stepB + j * columnB);
        }
        long at = offsetC + (long) i * ldc + j;
        set(c, at, accumulate ? get(c, at) + sum : sum);
      }
    }
  }

  @Override
  public void linear(Operand x, Tensor weight, int from, int to, MemorySegment y) {
    int out = weight.dim(0);
    int in = weight.columns();
    long rowBytes = weight.type().bytes(in);
    Codec codec = Codec.of(weight.type());
    float[] w = new float[in];
    float[][] inputs = new float[x.rows()][];
    for (int r = 0; r < x.rows(); r++) {
      inputs[r] = x.read(r);
    }
    for (int o = from; o < to; o++) {
      codec.decode(weight.data(), o * rowBytes, in, w, 0);
      for (int r = 0; r < x.rows(); r++) {
        float sum = 0;
        for (int i = 0; i < in; i++) {
          sum += inputs[r][i] * w[i];
        }
        set(y, (long) r * out + o, sum);
      }
    }
  }

  @Override
  public void rmsNorm(
      MemorySegment x, MemorySegment gain, float eps, int rows, int n, MemorySegment y) {
    for (int r = 0; r < rows; r++) {
      long row = (long) r * n;
      float inverse = inverseRms(x, row, n, eps);
      for (int i = 0; i < n; i++) {
        set(y, row + i, get(x, row + i) * inverse * get(gain, i));
      }
    }
  }

  @Override
  public void rmsNormBackward(
      MemorySegment x,
      MemorySegment gain,
      float eps,
      int rows,
      int n,
      MemorySegment dy,
      MemorySegment dx,
      MemorySegment dGain) {
    for (int r = 0; r < rows; r++) {
      long row = (long) r * n;
      float inverse = inverseRms(x, row, n, eps);
      float projection = 0; // of the gradient on the normalised row
      for (int i = 0; i < n; i++) {
        projection += get(dy, row + i) * get(gain, i) * get(x, row + i) * inverse;
      }
      for (int i = 0; i < n; i++) {
        float normal = get(x, row + i) * inverse;
        float slope = get(dy, row + i) * get(gain, i);
        add(dx, row + i, inverse * (slope - normal * projection / n));
        add(dGain, i, get(dy, row + i) * normal);
      }
    }
  }

  private static float inverseRms(MemorySegment x, long row, int n, float eps) {
    float squares = 0;
    for (int i = 0; i < n; i++) {
      squares += get(x, row + i) * get(x, row + i);
    }
    return (float) (1 / Math.sqrt(squares / n + eps));
  }

  @Override
  public void rope(
      MemorySegment x,
      int rows,
      int heads,
      int headLength,
      int[] positions,
      Rotary rotary,
      boolean inverse) {
    boolean halves = rotary.pairs() == Rotary.Pairs.HALVES;
    int half = rotary.length() / 2;
    int step = halves ? 1 : 2;
    int other = halves ? half : 1;
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < half; i++) {
        double angle = rotary.angle(positions[r], i);
        float cos = (float) Math.cos(angle) * rotary.magnitude();
        float sin = (float) (inverse ? -Math.sin(angle) : Math.sin(angle)) * rotary.magnitude();
        for (int h = 0; h < heads; h++) {
          long at = ((long) r * heads + h) * headLength + step * i;
          float first = get(x, at);
          float second = get(x, at + other);
          set(x, at, first * cos - second * sin);
          set(x, at + other, second * cos + first * sin);
        }
      }
    }
  }

  @Override
  public void layerNorm(
      MemorySegment x,
      MemorySegment gain,
      @Nullable MemorySegment bias,
      float eps,
      int rows,
      int n,
      MemorySegment y) {
    for (int r = 0; r < rows; r++) {
      long row = (long) r * n;
      float mean = 0;
      for (int i = 0; i < n; i++) {
        mean += get(x, row + i) / n;
      }
      float variance = 0;
      for (int i = 0; i < n; i++) {
        float distance = get(x, row + i) - mean;
        variance += distance * distance / n;
      }
      float inverse = (float) (1 / Math.sqrt(variance + eps));
      for (int i = 0; i < n; i++) {
        float normal = (get(x, row + i) - mean) * inverse;
        set(y, row + i, normal * get(gain, i) + (bias == null ? 0 : get(bias, i)));
      }
    }
  }

  @Override
  public void activate(
      Activation activation,
      MemorySegment x,
      @Nullable MemorySegment factor,
      long n,
      MemorySegment y) {
    for (long i = 0; i < n; i++) {
      double value = activation.value(get(x, i));
      set(y, i, (float) (value * (factor == null ? 1 : activation.factor(get(factor, i)))));
    }
  }

  @Override
  public void swiglu(MemorySegment gate, MemorySegment up, long n, MemorySegment y) {
    for (long i = 0; i < n; i++) {
      float g = get(gate, i);
      set(y, i, g * sigmoid(g) * get(up, i));
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
    for (long i = 0; i < n; i++) {
      float g = get(gate, i);
      float s = sigmoid(g);
      add(dGate, i, get(dy, i) * get(up, i) * (s + g * s * (1 - s)));
      add(dUp, i, get(dy, i) * g * s);
    }
  }

  private static float sigmoid(float x) {
    return (float) (1 / (1 + Math.exp(-x)));
  }

  @Override
  public void softmax(MemorySegment x, long offset, int n, float scale) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      largest = Math.max(largest, scale * get(x, offset + i));
    }
    float sum = 0;
    for (int i = 0; i < n; i++) {
      float e = (float) Math.exp(scale * get(x, offset + i) - largest);
      set(x, offset + i, e);
      sum += e;
    }
    for (int i = 0; i < n; i++) {
      set(x, offset + i, get(x, offset + i) / sum);
    }
  }

  @Override
  public void softmaxBackward(MemorySegment p, MemorySegment dp, long offset, int n, float scale) {
    float mean = dot(p, offset, dp, offset, n);
    for (int i = 0; i < n; i++) {
      set(dp, offset + i, scale * get(p, offset + i) * (get(dp, offset + i) - mean));
    }
  }

  @Override
  public void axpy(
      float alpha, MemorySegment x, long offsetX, MemorySegment y, long offsetY, long n) {
    for (long i = 0; i < n; i++) {
      add(y, offsetY + i, alpha * get(x, offsetX + i));
    }
  }

  @Override
  public float dot(MemorySegment x, long offsetX, MemorySegment y, long offsetY, long n) {
    float sum = 0;
    for (long i = 0; i < n; i++) {
      sum += get(x, offsetX + i) * get(y, offsetY + i);
    }
    return sum;
  }

  private static float get(MemorySegment segment, long index) {
    return segment.get(Tensor.FLOAT, index * Float.BYTES);
  }

  private static void set(MemorySegment segment, long index, float value) {
    segment.set(Tensor.FLOAT, index * Float.BYTES, value);
  }

  private static void add(MemorySegment segment, long index, float value) {
    set(segment, index, get(segment, index) + value);
  }
}
