package pollux.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pollux.tensor.emitted.Cpu;

/** Which types have AVX-512 code: {@link EmittedKernelsTest} passes over those that have none. */
class EmittedTypesTest {
  @ParameterizedTest
  @EnumSource(ElementType.class)
  void allTypesButEightBitFloatsAndTernaryOnesHaveCode(ElementType type) {
    KernelChoice choice = KernelChoice.choose("emitted");
    assumeTrue(choice.kernels().name().equals("emitted"), choice.reason());
    boolean expected =
        switch (type) {
          case F8_E4M3, F8_E5M2, TQ1_0, TQ2_0 -> false;
          case BF16 -> Cpu.hasBf16();
          default -> true;
        };
    assertThat(EmittedKernels.hasCode(choice.kernels(), type)).isEqualTo(expected);
  }
}
