package pollux.tensor;

import static java.util.Objects.requireNonNull;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Holds a set of kernels against {@link ScalarKernels} on random data: the same cases serve the
 * self-test at start, {@code pollux doctor}, and the unit tests.
 */
public final class KernelCheck {
  private static final float TOLERANCE = 2e-5f;

  /**
   * One kernel's verdict.
   *
   * @param kernel which one, e.g. {@code gemm TN}
   * @param error largest difference to the scalar twin, relative to the twin's largest result
   * @param tolerance what is allowed
   */
  public record Row(String kernel, float error, float tolerance) {
    public boolean ok() {
      return error <= tolerance; // false for NaN
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "%-22s %.1e of %.1e %s", kernel, error, tolerance, ok() ? "ok" : "WRONG");
    }
  }

  /** One kernel on data from {@code draw}; the result holds everything that it wrote. */
  private interface Case {
    float[] run(Kernels kernels, Draw draw);
  }

  /** Random operands; two with the same seed draw the same numbers. */
  private record Draw(Arena arena, SplittableRandom random, int rows, int n) {
    MemorySegment floats(long count) {
      MemorySegment segment = arena.allocate(Math.max(4, count * Float.BYTES), 64);
      for (long i = 0; i < count; i++) {
        segment.set(Tensor.FLOAT, i * Float.BYTES, random.nextFloat() * 4 - 2);
      }
      return segment;
    }

    Tensor weight(ElementType type, int out, int in) {
      Tensor plain = new Tensor(ElementType.F32, new long[] {out, in}, floats((long) out * in));
      return Codec.convert(arena, plain, type);
    }

    /** An odd start, so that vectors lie across cache lines. */
    int offset() {
      return random.nextInt(7);
    }
  }

  private KernelCheck() {}

  /**
   * Every kernel of {@code subject} once on {@code rows} rows of {@code n} elements ({@code n} is
   * rounded up where blocks or pairs ask for it).
   */
  public static List<Row> against(Kernels subject, long seed, int rows, int n) {
    return compare(subject, all(subject, rows), seed, rows, n);
  }

  /**
   * The products with weights of {@code type} alone, on little data: for a process that is cold.
   */
  static List<Row> linear(Kernels subject, ElementType type, long seed) {
    return linear(subject, type, seed, 7, 70);
  }

  /** As {@link #linear(Kernels, ElementType, long)} on {@code rows} rows of {@code n} elements. */
  static List<Row> linear(Kernels subject, ElementType type, long seed, int rows, int n) {
    return compare(subject, linears(subject, type, rows), seed, rows, n);
  }

  private static List<Row> compare(
      Kernels subject, Map<String, Case> cases, long seed, int rows, int n) {
    Map<String, float[]> expected = results(new ScalarKernels(), cases, seed, rows, n);
    List<Row> verdicts = new ArrayList<>();
    results(subject, cases, seed, rows, n)
        .forEach((kernel, found) ->
            verdicts.add(
                new Row(kernel, error(requireNonNull(expected.get(kernel)), found), TOLERANCE)));
    return verdicts;
  }

  /** What each kernel writes on the data of {@code seed}, by name. */
  static Map<String, float[]> results(Kernels kernels, long seed, int rows, int n) {
    return results(kernels, all(kernels, rows), seed, rows, n);
  }

  /** Operands of products are in the form that {@code forms} wants them. */
  private static Map<String, Case> linears(Kernels forms, ElementType type, int rows) {
    Operand.Form form = forms.form(type);
    Map<String, Case> cases = new LinkedHashMap<>();
    cases.put("linear " + type, (k, d) -> linear(k, d, type, form, 1));
    if (rows > 1) {
      cases.put("linear " + type + " rows", (k, d) -> linear(k, d, type, form, d.rows()));
    }
    return cases;
  }

  private static Map<String, Case> all(Kernels forms, int rows) {
    Map<String, Case> cases = new LinkedHashMap<>();
    for (int t = 0; t < 4; t++) {
      boolean ta = (t & 1) != 0;
      boolean tb = (t & 2) != 0;
      String name = "gemm " + (ta ? "T" : "N") + (tb ? "T" : "N");
      cases.put(name, (k, d) -> gemm(k, d, ta, tb, false));
      cases.put(name + " +=", (k, d) -> gemm(k, d, ta, tb, true));
    }
    for (ElementType type : ElementType.values()) {
      cases.putAll(linears(forms, type, rows));
    }
    cases.put("rmsNorm", KernelCheck::rmsNorm);
    cases.put("rmsNormBackward", KernelCheck::rmsNormBackward);
    cases.put("rope", (k, d) -> rope(k, d, Rotary.Pairs.HALVES, false));
    cases.put("rope inverse", (k, d) -> rope(k, d, Rotary.Pairs.HALVES, true));
    cases.put("rope of neighbours", (k, d) -> rope(k, d, Rotary.Pairs.NEIGHBOURS, false));
    cases.put("rope of neighbours inverse", (k, d) -> rope(k, d, Rotary.Pairs.NEIGHBOURS, true));
    cases.put("layerNorm", KernelCheck::layerNorm);
    for (Activation activation : Activation.values()) {
      cases.put("activate " + activation, (k, d) -> activate(k, d, activation));
    }
    cases.put("swiglu", KernelCheck::swiglu);
    cases.put("swigluBackward", KernelCheck::swigluBackward);
    cases.put("softmax", KernelCheck::softmax);
    cases.put("softmaxBackward", KernelCheck::softmaxBackward);
    cases.put("axpy", KernelCheck::axpy);
    cases.put("dot", KernelCheck::dot);
    return cases;
  }

  private static Map<String, float[]> results(
      Kernels kernels, Map<String, Case> cases, long seed, int rows, int n) {
    Map<String, float[]> results = new LinkedHashMap<>();
    cases.forEach((name, one) -> {
      try (Arena arena = Arena.ofConfined()) {
        Draw draw = new Draw(arena, new SplittableRandom(seed), rows, n);
        results.put(name, one.run(kernels, draw));
      }
    });
    return results;
  }

  private static float error(float[] expected, float[] found) {
    float size = 1e-3f;
    float difference = 0;
    for (int i = 0; i < expected.length; i++) {
      size = Math.max(size, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(expected[i] - found[i])); // a NaN stays
    }
    return difference / size;
  }

  private static float[] gemm(
      Kernels kernels, Draw d, boolean transposeA, boolean transposeB, boolean accumulate) {
    int m = d.rows();
    int n = d.n() + 3;
    int k = d.n();
    int lda = (transposeA ? m : k) + d.offset();
    int ldb = (transposeB ? k : n) + d.offset();
    int ldc = n + d.offset();
    int offsetA = d.offset();
    int offsetB = d.offset();
    int offsetC = d.offset();
    MemorySegment a = d.floats(offsetA + (long) (transposeA ? k : m) * lda);
    MemorySegment b = d.floats(offsetB + (long) (transposeB ? n : k) * ldb);
    MemorySegment c = d.floats(offsetC + (long) m * ldc);
    kernels.gemm(
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
    return values(c);
  }

  private static float[] linear(
      Kernels kernels, Draw d, ElementType type, Operand.Form form, int rows) {
    int in = (d.n() + type.blockLength() - 1) / type.blockLength() * type.blockLength();
    int out = d.n() / 2 + 5;
    Tensor weight = d.weight(type, out, in);
    MemorySegment x = d.floats((long) rows * in);
    MemorySegment y = d.floats((long) rows * out);
    int from = d.offset() % 3;
    MemorySegment data = d.arena().allocate(Math.max(1, rows * form.rowBytes(in)), 64);
    Operand operand = new Operand(form, rows, in, data);
    kernels.prepare(x, 0, rows, operand);
    kernels.linear(operand, weight, from, out - 1, y);
    return values(y);
  }

  private static float[] rmsNorm(Kernels kernels, Draw d) {
    MemorySegment y = d.floats((long) d.rows() * d.n());
    kernels.rmsNorm(d.floats((long) d.rows() * d.n()), d.floats(d.n()), 1e-5f, d.rows(), d.n(), y);
    return values(y);
  }

  private static float[] rmsNormBackward(Kernels kernels, Draw d) {
    long size = (long) d.rows() * d.n();
    MemorySegment dx = d.floats(size);
    MemorySegment dGain = d.floats(d.n());
    kernels.rmsNormBackward(
        d.floats(size), d.floats(d.n()), 1e-5f, d.rows(), d.n(), d.floats(size), dx, dGain);
    return values(dx, dGain);
  }

  private static float[] rope(Kernels kernels, Draw d, Rotary.Pairs pairs, boolean inverse) {
    int headLength = d.n() + (d.n() & 1);
    int[] positions = new int[d.rows()];
    for (int r = 0; r < d.rows(); r++) {
      positions[r] = d.random().nextInt(500);
    }
    MemorySegment x = d.floats((long) d.rows() * 3 * headLength);
    // Neighbours turn in a part of the head alone, as some families have it.
    int length = pairs == Rotary.Pairs.HALVES ? headLength : headLength / 4 * 2;
    Rotary rotary = Rotary.of(pairs, 10_000f, length);
    kernels.rope(x, d.rows(), 3, headLength, positions, rotary, inverse);
    return values(x);
  }

  private static float[] layerNorm(Kernels kernels, Draw d) {
    long size = (long) d.rows() * d.n();
    MemorySegment y = d.floats(size);
    kernels.layerNorm(d.floats(size), d.floats(d.n()), d.floats(d.n()), 1e-5f, d.rows(), d.n(), y);
    return values(y);
  }

  private static float[] activate(Kernels kernels, Draw d, Activation activation) {
    long size = (long) d.rows() * d.n();
    MemorySegment y = d.floats(size);
    kernels.activate(activation, d.floats(size), d.floats(size), size, y);
    return values(y);
  }

  private static float[] swiglu(Kernels kernels, Draw d) {
    long size = (long) d.rows() * d.n();
    MemorySegment y = d.floats(size);
    kernels.swiglu(d.floats(size), d.floats(size), size, y);
    return values(y);
  }

  private static float[] swigluBackward(Kernels kernels, Draw d) {
    long size = (long) d.rows() * d.n();
    MemorySegment dGate = d.floats(size);
    MemorySegment dUp = d.floats(size);
    kernels.swigluBackward(d.floats(size), d.floats(size), d.floats(size), size, dGate, dUp);
    return values(dGate, dUp);
  }

  private static float[] softmax(Kernels kernels, Draw d) {
    int offset = d.offset();
    MemorySegment x = d.floats(offset + d.n() + 2L);
    kernels.softmax(x, offset, d.n(), 1.7f);
    return values(x);
  }

  private static float[] softmaxBackward(Kernels kernels, Draw d) {
    int offset = d.offset();
    MemorySegment dp = d.floats(offset + d.n() + 2L);
    kernels.softmaxBackward(d.floats(offset + d.n() + 2L), dp, offset, d.n(), 0.3f);
    return values(dp);
  }

  private static float[] axpy(Kernels kernels, Draw d) {
    int offsetX = d.offset();
    int offsetY = d.offset();
    MemorySegment y = d.floats(offsetY + d.n() + 2L);
    kernels.axpy(-0.7f, d.floats(offsetX + d.n()), offsetX, y, offsetY, d.n());
    return values(y);
  }

  private static float[] dot(Kernels kernels, Draw d) {
    int offsetX = d.offset();
    int offsetY = d.offset();
    MemorySegment x = d.floats(offsetX + d.n());
    MemorySegment y = d.floats(offsetY + d.n());
    // Beside a 1 scaled to the summands: a sum that happens to cancel is not an error.
    return new float[] {kernels.dot(x, offsetX, y, offsetY, d.n()), d.n()};
  }

  private static float[] values(MemorySegment... segments) {
    int size = 0;
    for (MemorySegment s : segments) {
      size += (int) (s.byteSize() / Float.BYTES);
    }
    float[] all = new float[size];
    int at = 0;
    for (MemorySegment s : segments) {
      int count = (int) (s.byteSize() / Float.BYTES);
      MemorySegment.copy(s, Tensor.FLOAT, 0, all, at, count);
      at += count;
    }
    return all;
  }
}
