package pollux.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pollux.tensor.emitted.Cpu;
import pollux.tensor.emitted.Product;
import pollux.tensor.emitted.VexProduct;

/** All that {@link EmittedKernelsTest} asks, of the AVX2 set, on machines with AVX-512 as well. */
class Avx2KernelsTest extends EmittedKernelsTest {
  @Override
  EmittedKernels emitted(Kernels others) {
    KernelChoice choice = KernelChoice.choose("emitted-avx2");
    assumeTrue(choice.kernels().name().equals("emitted-avx2"), choice.reason());
    return EmittedKernels.avx2(others, false);
  }

  @Override
  Supplier<Product> q4() {
    return () -> VexProduct.q4_0(false);
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_K", "Q6_K"})
  void theseTypesAreEmitted(ElementType type) {
    assertThat(EmittedKernels.hasCode(emitted(new ScalarKernels()), type)).isTrue();
  }

  /**
   * All scales are 1 and all sums integers below 2^24, so every order of adding has the same bits,
   * and one pair of products that saturates would show.
   */
  @ParameterizedTest
  @EnumSource(names = {"Q8_0", "Q4_0", "Q4_K", "Q6_K"})
  void theLargestNumbersDoNotSaturate(ElementType type) {
    EmittedKernels set = emitted(new ScalarKernels());
    long seed = System.nanoTime();
    System.out.println("Avx2KernelsTest seed " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    int in = 256;
    int out = 40;
    int rows = 11;
    try (Arena arena = Arena.ofConfined()) {
      Tensor weight = Tensor.allocate(arena, type, out, in);
      for (long at = 0; at < weight.data().byteSize(); at += type.blockBytes()) {
        extremes(weight.data().asSlice(at, type.blockBytes()), type, random);
      }
      Tensor x = Tensor.f32(arena, rows, in);
      for (int i = 0; i < rows * in; i++) {
        boolean negative = i / in == 1 || i / in > 1 && random.nextBoolean();
        x.set(i, negative ? -127 : 127);
      }
      assertThat(linear(arena, set, x, weight))
          .as("%s, seed %d", type, seed)
          .containsExactly(linear(arena, new ScalarKernels(), x, weight));
    }
  }

  /** A block of the least or the largest numbers, or of both mixed, with scales of 1. */
  private static void extremes(MemorySegment block, ElementType type, SplittableRandom random) {
    byte[][] pairs = {{0, 0}, {-1, -1}, {-128, -128}, {127, 127}, {-128, 127}, {0, -1}, {15, -16}};
    byte[] pair = pairs[random.nextInt(pairs.length)];
    for (long i = 0; i < block.byteSize(); i++) {
      block.set(ValueLayout.JAVA_BYTE, i, pair[random.nextInt(2)]);
    }
    short one = 0x3c00; // F16
    switch (type) {
      case Q6_K -> {
        block.asSlice(192, 16).fill((byte) 1);
        block.set(ValueLayout.JAVA_SHORT_UNALIGNED, 208, one);
      }
      case Q4_K -> {
        block.set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, one);
        block.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2, one);
        block.asSlice(4, 8).fill((byte) 1);
        block.asSlice(12, 4).fill((byte) 0x11);
      }
      default -> block.set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, one);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"Q8_0", "Q4_0", "Q4_K", "Q6_K"})
  void bothWaysToMultiplyBytesHaveTheSameBits(ElementType type) {
    assumeTrue(Cpu.hasAvxVnni(), "the processor lacks AVX-VNNI");
    long seed = System.nanoTime();
    System.out.println("Avx2KernelsTest seed " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    try (Arena arena = Arena.ofConfined()) {
      Tensor x = Tensor.f32(arena, 9, 1024);
      Tensor plain = Tensor.f32(arena, 37, 1024);
      for (Tensor t : new Tensor[] {x, plain}) {
        for (long i = 0; i < t.elements(); i++) {
          t.set(i, (float) random.nextGaussian());
        }
      }
      Tensor weight = Codec.convert(arena, plain, type);
      ScalarKernels others = new ScalarKernels();
      assertThat(linear(arena, EmittedKernels.avx2(others, true), x, weight))
          .as("%s, seed %d", type, seed)
          .containsExactly(linear(arena, EmittedKernels.avx2(others, false), x, weight));
    }
  }

  private static float[] linear(Arena arena, Kernels kernels, Tensor x, Tensor weight) {
    int rows = x.dim(0);
    int in = x.columns();
    Operand.Form form = Operand.Form.Q8;
    Operand operand = new Operand(form, rows, in, arena.allocate(rows * form.rowBytes(in), 64));
    kernels.prepare(x.data(), 0, rows, operand);
    Tensor y = Tensor.f32(arena, rows, weight.dim(0));
    kernels.linear(operand, weight, 0, weight.dim(0), y.data());
    return y.toArray();
  }
}
