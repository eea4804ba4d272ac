package pollux.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pollux.tensor.emitted.QuantisedProduct;

class EmittedKernelsTest {
  private static final float UNTOUCHED = -77;

  private final ScalarKernels scalar = new ScalarKernels();
  private final long seed = System.nanoTime();
  private final SplittableRandom random = new SplittableRandom(seed);
  private Kernels emitted = scalar;

  @BeforeEach
  void needsTheProcessor() {
    KernelChoice choice = KernelChoice.choose("emitted");
    assumeTrue(choice.kernels() instanceof EmittedKernels, choice.reason());
    emitted = new EmittedKernels(scalar);
  }

  @ParameterizedTest
  @EnumSource(ElementType.class)
  void agreesWithTheScalarTwinOverAllTailsAndTouchesNothingElse(ElementType type) {
    System.out.println("EmittedKernelsTest seed " + seed);
    Operand.Form form = emitted.form(type);
    assumeTrue(isEmitted(type), "no emitted kernels for " + type);
    for (int round = 0; round < 60; round++) {
      int block = type.blockLength();
      int in = block * random.nextInt(1, block == 1 ? 300 : block == 32 ? 40 : 6);
      int out = random.nextInt(1, round % 5 == 0 ? 12 : 100);
      int rows = round % 3 == 0 ? 1 : random.nextInt(1, 16);
      int from = random.nextInt(out);
      int to = random.nextInt(from, out + 1);
      String what =
          "seed %d, round %d: %d rows of %d, weights %d to %d of %d"
              .formatted(seed, round, rows, in, from, to, out);
      try (Arena arena = Arena.ofConfined();
          GuardedMemory weights = new GuardedMemory(type.bytes((long) out * in));
          GuardedMemory inputs = new GuardedMemory(4L * rows * in);
          GuardedMemory operands = new GuardedMemory(rows * form.rowBytes(in));
          GuardedMemory results = new GuardedMemory(4L * rows * out)) {
        boolean last = random.nextInt(4) > 0;
        Tensor weight = copy(Codec.convert(arena, floats(arena, out, in), type), weights, last);
        MemorySegment x = slice(inputs, 4L * rows * in, last);
        x.copyFrom(floats(arena, rows, in).data());
        Operand operand =
            new Operand(form, rows, in, slice(operands, rows * form.rowBytes(in), last));
        MemorySegment y = slice(results, 4L * rows * out, last);
        float[] found = new float[rows * out];
        Arrays.fill(found, UNTOUCHED);
        MemorySegment.copy(found, 0, y, Tensor.FLOAT, 0, found.length);

        int middle = random.nextInt(rows + 1);
        emitted.prepare(x, 0, middle, operand);
        emitted.prepare(x, middle, rows, operand);
        assertThat(operand.data().mismatch(written(arena, operand, x))).as(what).isEqualTo(-1);
        emitted.linear(operand, weight, from, to, y);

        MemorySegment.copy(y, Tensor.FLOAT, 0, found, 0, found.length);
        float[] expected = new float[found.length];
        Arrays.fill(expected, UNTOUCHED);
        MemorySegment twin = arena.allocate(4L * rows * out);
        MemorySegment.copy(expected, 0, twin, Tensor.FLOAT, 0, expected.length);
        scalar.linear(operand, weight, from, to, twin);
        MemorySegment.copy(twin, Tensor.FLOAT, 0, expected, 0, expected.length);
        for (int r = 0; r < rows; r++) {
          double size = norm(operand.read(r));
          for (int o = 0; o < out; o++) {
            float e = expected[r * out + o];
            boolean inside = o >= from && o < to;
            assertThat(Math.abs(found[r * out + o] - e))
                .as("%s: row %d, weights %d: %s for %s", what, r, o, found[r * out + o], e)
                .isLessThanOrEqualTo(inside ? (float) (3e-6 * size * 4) : 0);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ElementType.class)
  void aRowGetsTheSameBitsInAnyBatchAndAnySlice(ElementType type) {
    System.out.println("EmittedKernelsTest seed " + seed);
    assumeTrue(isEmitted(type), "no emitted kernels for " + type);
    int in = type.blockLength() == 1 ? 333 : type.blockLength() == 32 ? 32 * 67 : 256 * 9;
    int out = 85;
    int rows = 23;
    try (Arena arena = Arena.ofConfined()) {
      Tensor weight = Codec.convert(arena, floats(arena, out, in), type);
      Tensor x = floats(arena, rows, in);
      float[] all = linear(arena, x, 0, rows, weight, 0, out);
      for (int r = 0; r < rows; r++) {
        int count = Math.min(rows - r, random.nextInt(1, 9));
        float[] some = linear(arena, x, r, r + count, weight, 0, out);
        assertThat(some)
            .as("seed %d, %d rows from %d", seed, count, r)
            .containsExactly(Arrays.copyOfRange(all, r * out, (r + count) * out));
      }
      for (int from = 0; from < out; from += 7) {
        int to = Math.min(out, from + 40);
        float[] some = linear(arena, x, 0, rows, weight, from, to);
        for (int r = 0; r < rows; r++) {
          assertThat(Arrays.copyOfRange(some, r * out + from, r * out + to))
              .as("seed %d, weights from %d", seed, from)
              .containsExactly(Arrays.copyOfRange(all, r * out + from, r * out + to));
        }
      }
    }
  }

  /** What an encoder writes has scales that are much alike: here all bits of a block vary. */
  @ParameterizedTest
  @EnumSource(ElementType.class)
  void agreesWithTheScalarTwinOnBlocksOfAnyBits(ElementType type) {
    System.out.println("EmittedKernelsTest seed " + seed);
    assumeTrue(type.quantised() && isEmitted(type), "no emitted kernels for " + type);
    int in = 3 * 256;
    int out = 48;
    try (Arena arena = Arena.ofConfined()) {
      Tensor weight = Tensor.allocate(arena, type, out, in);
      for (long at = 0; at < weight.data().byteSize(); at += type.blockBytes()) {
        drawBlock(weight, at);
      }
      for (int rows : new int[] {1, 7}) {
        assertNearTheTwin(arena, weight, floats(arena, rows, in), "seed " + seed);
      }
    }
  }

  @Test
  void scalesOfMxFp4ReachFromTheSmallestFloatToTheLargest() {
    System.out.println("EmittedKernelsTest seed " + seed);
    assumeTrue(isEmitted(ElementType.MXFP4), "no emitted kernels for MXFP4");
    try (Arena arena = Arena.ofConfined()) {
      Tensor weight = Tensor.allocate(arena, ElementType.MXFP4, 253, 32);
      for (int exponent = 0; exponent < 253; exponent++) { // 12 times 2^125 is no float
        byte[] block = new byte[17];
        random.nextBytes(block);
        block[0] = (byte) exponent;
        MemorySegment.copy(block, 0, weight.data(), ValueLayout.JAVA_BYTE, 17L * exponent, 17);
      }
      for (float size : new float[] {0x1p-20f, 0x1p60f}) {
        int from = size < 1 ? 127 : 0;
        for (int rows : new int[] {1, 6}) {
          Tensor x = floats(arena, rows, 32);
          for (long i = 0; i < x.elements(); i++) {
            x.set(i, x.get(i) * size);
          }
          assertNearTheTwin(arena, weight.rows(from, from + 126), x, "seed " + seed);
        }
      }
    }
  }

  /** Random bytes, but those of infinite or huge numbers. */
  private void drawBlock(Tensor weight, long at) {
    ElementType type = weight.type();
    byte[] raw = new byte[type.blockBytes()];
    float[] values = new float[type.blockLength()];
    boolean fits = false;
    while (!fits) {
      random.nextBytes(raw);
      MemorySegment.copy(raw, 0, weight.data(), ValueLayout.JAVA_BYTE, at, raw.length);
      Codec.of(type).decode(weight.data(), at, values.length, values, 0);
      fits = true;
      for (float v : values) {
        fits &= Math.abs(v) < 1e9f;
      }
    }
  }

  private void assertNearTheTwin(Arena arena, Tensor weight, Tensor x, String what) {
    int rows = x.dim(0);
    int in = x.columns();
    int out = weight.dim(0);
    Operand.Form form = emitted.form(weight.type());
    Operand operand = new Operand(form, rows, in, arena.allocate(rows * form.rowBytes(in), 64));
    emitted.prepare(x.data(), 0, rows, operand);
    Tensor found = Tensor.f32(arena, rows, out);
    Tensor expected = Tensor.f32(arena, rows, out);
    emitted.linear(operand, weight, 0, out, found.data());
    scalar.linear(operand, weight, 0, out, expected.data());
    float[] w = new float[in];
    for (int o = 0; o < out; o++) {
      Codec.of(weight.type()).decode(weight.data(), o * weight.type().bytes(in), in, w, 0);
      for (int r = 0; r < rows; r++) {
        float[] v = operand.read(r);
        double size = 0;
        for (int i = 0; i < in; i++) {
          size += Math.abs(w[i] * (double) v[i]);
        }
        float e = expected.get((long) r * out + o);
        float f = found.get((long) r * out + o);
        assertThat(Math.abs(f - e))
            .as("%s: row %d, weights %d: %s for %s", what, r, o, f, e)
            .isLessThanOrEqualTo((float) (1e-5 * size));
      }
    }
  }

  @Test
  void numbersThatAreNotFiniteAreNotLost() {
    try (Arena arena = Arena.ofConfined()) {
      for (ElementType type : ElementType.values()) {
        if (!isEmitted(type)) {
          continue;
        }
        Tensor weight = Codec.convert(arena, floats(arena, 40, 512), type);
        for (float odd : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -1e38f * 100}) {
          Tensor x = floats(arena, 6, 512);
          x.set(3 * 512 + random.nextInt(512), odd);
          float[] y = linear(arena, x, 0, 6, weight, 0, 40);
          for (int i = 0; i < y.length; i++) {
            assertThat(Float.isFinite(y[i])).as("%s, %s: %d", type, odd, i).isEqualTo(i / 40 != 3);
          }
        }
      }
    }
  }

  @Test
  void zerosAndTinyNumbersCountAsZeros() {
    try (Arena arena = Arena.ofConfined()) {
      Tensor weight = Codec.convert(arena, floats(arena, 33, 256), ElementType.Q4_K);
      Tensor x = Tensor.f32(arena, 5, 256);
      for (int i = 0; i < 256; i++) {
        x.set(2 * 256 + i, Float.MIN_VALUE * i);
      }
      assertThat(linear(arena, x, 0, 5, weight, 0, 33)).containsOnly(0f);
    }
  }

  @Test
  void codeThatErrsIsLeftOut() {
    // Blocks as long as those of Q4_0, with other numbers.
    assertThat(EmittedKernels.checked(ElementType.IQ4_NL, Operand.Form.Q8, QuantisedProduct::q4_0))
        .isEmpty();
    assertThat(EmittedKernels.checked(ElementType.Q4_0, Operand.Form.Q8, QuantisedProduct::q4_0))
        .isPresent();
  }

  @Test
  void everythingElseIsLeftToTheOtherSet() {
    assertThat(KernelCheck.against(emitted, 5, 3, 40)).allMatch(KernelCheck.Row::ok);
  }

  private boolean isEmitted(ElementType type) {
    return EmittedKernels.hasCode(emitted, type);
  }

  private float[] linear(
      Arena arena, Tensor x, int first, int end, Tensor weight, int from, int to) {
    int rows = end - first;
    Operand.Form form = emitted.form(weight.type());
    int in = weight.columns();
    Operand operand = new Operand(form, rows, in, arena.allocate(rows * form.rowBytes(in), 64));
    emitted.prepare(x.rows(first, end).data(), 0, rows, operand);
    Tensor y = Tensor.f32(arena, rows, weight.dim(0));
    emitted.linear(operand, weight, from, to, y.data());
    return y.toArray();
  }

  /**
   * The operand as the specification writes it; where it leaves gaps, as {@code operand} has them.
   */
  private static MemorySegment written(Arena arena, Operand operand, MemorySegment x) {
    MemorySegment copy = arena.allocate(operand.data().byteSize());
    copy.copyFrom(operand.data());
    new Operand(operand.form(), operand.rows(), operand.columns(), copy)
        .write(x, 0, operand.rows());
    return copy;
  }

  private static MemorySegment slice(GuardedMemory memory, long bytes, boolean last) {
    return last ? memory.last(bytes) : memory.first(bytes);
  }

  private static Tensor copy(Tensor tensor, GuardedMemory memory, boolean last) {
    MemorySegment data = slice(memory, tensor.data().byteSize(), last);
    return new Tensor(tensor.type(), tensor.shape(), data.copyFrom(tensor.data()));
  }

  private static double norm(float[] row) {
    double sum = 0;
    for (float v : row) {
      sum += v * (double) v;
    }
    return Math.sqrt(sum * row.length);
  }

  private Tensor floats(Arena arena, int rows, int columns) {
    Tensor t = Tensor.f32(arena, rows, columns);
    for (long i = 0; i < t.elements(); i++) {
      t.set(i, (float) Math.clamp(random.nextGaussian(), -4, 4));
    }
    return t;
  }
}
