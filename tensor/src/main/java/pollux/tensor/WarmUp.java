package pollux.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Runs one kernel, as vectors and as plain loops, on small data until C2 has compiled the vectors.
 *
 * <p>The sizes have tails and lie in each kind of arena, since what C2 has not seen it leaves to
 * the interpreter: the first real call would fall back for tens of milliseconds.
 */
final class WarmUp {
  private static final long PATIENCE_NANOS = 5_000_000_000L;
  private static final int CALLS_PER_LOOK = 20;
  private static final int LOOKS_IN_A_ROW = 2;
  private static final int FLOATS = 4608;

  /** How a warm-up ended. */
  sealed interface Result {
    record Ready() implements Result {}

    record Slower() implements Result {}

    record Wrong(String kernel) implements Result {}
  }

  /** A kernel that can be called on operands; {@code size} varies from call to call. */
  interface Trial {
    String name();

    /** Calls the kernel of {@code vector}, or the plain loops without one. */
    void call(Operands operands, int size, @Nullable Kernels vector);
  }

  /** Three inputs that stay as they are, and a result. */
  static final class Operands {
    final MemorySegment a;
    final MemorySegment b;
    final MemorySegment c;
    final MemorySegment result;
    private final MemorySegment start;

    Operands(Arena arena) {
      a = noise(arena, 1);
      b = noise(arena, 2);
      c = noise(arena, 3);
      start = noise(arena, 4);
      result = noise(arena, 5);
    }

    private static MemorySegment noise(Arena arena, int seed) {
      MemorySegment s = arena.allocate((long) FLOATS * Float.BYTES, 64);
      int state = seed;
      for (int i = 0; i < FLOATS; i++) {
        state = state * 1664525 + 1013904223; // Knuth's generator: nothing here needs a better one
        s.set(Tensor.FLOAT, 4L * i, (state >> 8) * 0x1p-23f);
      }
      return s;
    }

    void reset() {
      result.copyFrom(start);
    }
  }

  record Gemm() implements Trial {
    @Override
    public String name() {
      return "gemm";
    }

    @Override
    public void call(Operands o, int size, @Nullable Kernels vector) {
      for (int t = 0; t < 4; t++) {
        boolean ta = (t & 1) != 0;
        boolean tb = (t & 2) != 0;
        int m = size % 40 + 3;
        int n = size % 37 + 20;
        int k = size % 64 + 5;
        int lda = ta ? m : k;
        int ldb = tb ? k : n;
        boolean add = t % 3 == 0;
        if (vector != null) {
          vector.gemm(ta, tb, m, n, k, o.a, 1, lda, o.b, 2, ldb, o.result, 3, n, add);
        } else {
          PlainLoops.gemm(ta, tb, m, n, k, o.a, 1, lda, o.b, 2, ldb, o.result, 3, n, add);
        }
      }
    }
  }

  /** {@code rows} of input on weights of one type: noise is made into weights once. */
  static final class Linear implements Trial {
    private final ElementType type;
    private final int rows;
    private @Nullable Tensor weight;

    Linear(ElementType type, int rows) {
      this.type = type;
      this.rows = rows;
    }

    @Override
    public String name() {
      return "linear " + type + (rows == 1 ? "" : " rows");
    }

    @Override
    public void call(Operands o, int size, @Nullable Kernels vector) {
      int in = type.quantised() ? Math.max(192, type.blockLength()) : 203;
      int out = FLOATS / in - 1;
      Tensor w = weight;
      if (w == null) {
        Tensor plain =
            new Tensor(ElementType.F32, new long[] {out, in}, o.b.asSlice(0, 4L * out * in));
        w = Codec.convert(Arena.ofAuto(), plain, type);
        weight = w;
      }
      int r = Math.min(rows, 1 + size % 9);
      if (vector != null) {
        vector.linear(o.a, r, w, 0, out, o.result);
      } else {
        PlainLoops.linear(o.a, r, w, 0, out, o.result);
      }
    }
  }

  record RmsNorm() implements Trial {
    @Override
    public String name() {
      return "rmsNorm";
    }

    @Override
    public void call(Operands o, int size, @Nullable Kernels vector) {
      if (vector != null) {
        vector.rmsNorm(o.a, o.b, 1e-5f, 3, size, o.result);
      } else {
        PlainLoops.rmsNorm(o.a, o.b, 1e-5f, 3, size, o.result);
      }
    }
  }

  record Rope() implements Trial {
    private static final int[] POSITIONS = {0, 7, 100};
    private static final Rotary[] ROTARIES = {
      Rotary.of(Rotary.Pairs.HALVES, 9999, 64),
      Rotary.of(Rotary.Pairs.NEIGHBOURS, 9999, 64),
      Rotary.of(Rotary.Pairs.HALVES, 9999, 20),
      Rotary.of(Rotary.Pairs.NEIGHBOURS, 9999, 20)
    };

    @Override
    public String name() {
      return "rope";
    }

    @Override
    public void call(Operands o, int size, @Nullable Kernels vector) {
      Rotary rotary = ROTARIES[size % 4];
      int length = size % 8 == 0 ? 64 : rotary.length();
      boolean inverse = size % 2 == 0;
      if (vector != null) {
        vector.rope(o.result, 3, 4, length, POSITIONS, rotary, inverse);
      } else {
        PlainLoops.rope(o.result, 3, 4, length, POSITIONS, rotary, inverse);
      }
    }
  }

  record Swiglu() implements Trial {
    @Override
    public String name() {
      return "swiglu";
    }

    @Override
    public void call(Operands o, int size, @Nullable Kernels vector) {
      if (vector != null) {
        vector.swiglu(o.a, o.b, size, o.result);
      } else {
        PlainLoops.swiglu(o.a, o.b, size, o.result);
      }
    }
  }

  record Softmax() implements Trial {
    @Override
    public String name() {
      return "softmax";
    }

    @Override
    public void call(Operands o, int size, @Nullable Kernels vector) {
      if (vector != null) {
        vector.softmax(o.result, 3, size, 1.5f);
      } else {
        PlainLoops.softmax(o.result, 3, size, 1.5f);
      }
    }
  }

  record Axpy() implements Trial {
    @Override
    public String name() {
      return "axpy";
    }

    @Override
    public void call(Operands o, int size, @Nullable Kernels vector) {
      if (vector != null) {
        vector.axpy(0.5f, o.a, 3, o.result, 1, size);
      } else {
        PlainLoops.axpy(0.5f, o.a, 3, o.result, 1, size);
      }
    }
  }

  record Dot() implements Trial {
    @Override
    public String name() {
      return "dot";
    }

    @Override
    public void call(Operands o, int size, @Nullable Kernels vector) {
      float found =
          vector != null ? vector.dot(o.a, 3, o.b, 1, size) : PlainLoops.dot(o.a, 3, o.b, 1, size);
      o.result.set(Tensor.FLOAT, 0, found);
    }
  }

  private WarmUp() {}

  static Result run(Trial trial, Kernels vector) {
    try (Arena confined = Arena.ofConfined();
        Arena shared = Arena.ofShared()) {
      Operands[] operands = {
        new Operands(confined), new Operands(shared), new Operands(Arena.ofAuto())
      };
      long until = System.nanoTime() + PATIENCE_NANOS;
      int faster = 0;
      int size = 0;
      do {
        long vectorNanos = 0;
        long plainNanos = 0;
        for (int call = 0; call < CALLS_PER_LOOK; call++) {
          size = (size * 5 + 3) % 256; // each size below 256, in a scattered order
          Operands o = operands[call % operands.length];
          o.reset();
          long begin = System.nanoTime();
          trial.call(o, size + 1, vector);
          vectorNanos += System.nanoTime() - begin;
          byte[] found = o.result.toArray(ValueLayout.JAVA_BYTE);
          o.reset();
          begin = System.nanoTime();
          trial.call(o, size + 1, null);
          plainNanos += System.nanoTime() - begin;
          if (MemorySegment.ofArray(found).mismatch(o.result) >= 0) {
            return new Result.Wrong(trial.name());
          }
        }
        faster = vectorNanos < plainNanos ? faster + 1 : 0;
      } while (faster < LOOKS_IN_A_ROW && System.nanoTime() < until);
      return faster < LOOKS_IN_A_ROW ? new Result.Slower() : new Result.Ready();
    }
  }
}
