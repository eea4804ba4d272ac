package pollux.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

class KernelChoiceTest {
  @Test
  void theFastestSetWinsByDefault() {
    KernelChoice choice = KernelChoice.choose("");
    assertThat(choice.kernels().name())
        .isIn("emitted", "emitted-avx2", "emitted-avx-vnni", "vector");
    assertThat(choice.toString()).contains("vector", choice.vectorBits() + "-bit", "C2");
    assertThat(KernelChoice.choose("vector").kernels()).isInstanceOf(VectorKernels.class);
  }

  @Test
  void aSetCanBeAskedFor() {
    KernelChoice choice = KernelChoice.choose("scalar");
    assertThat(choice.kernels()).isInstanceOf(ScalarKernels.class);
    assertThat(choice.reason()).contains("-Dpollux.kernels=scalar");
  }

  @Test
  void theEmittedSetForOlderProcessorsCanBeAskedFor() {
    KernelChoice choice = KernelChoice.choose("emitted-avx2");
    assumeTrue(choice.kernels() instanceof EmittedKernels, choice.reason());
    assertThat(choice.kernels().name()).isEqualTo("emitted-avx2");
    assertThat(choice.vectorBits()).isEqualTo(256);
    assertThat(choice.reason()).contains("AVX2 code of our own (-Dpollux.kernels=emitted-avx2)");
    assertThat(choice.check()).allMatch(KernelCheck.Row::ok);
  }

  @Test
  void whereThereCanBeNoEmittedCodeTheReasonIsGiven() {
    String arch = System.getProperty("os.arch");
    try {
      System.setProperty("os.arch", "riscv64");
      KernelChoice choice = KernelChoice.choose("emitted");
      assertThat(choice.kernels().name()).isEqualTo("vector");
      assertThat(choice.reason()).contains("no emitted kernels", "riscv64");
    } finally {
      System.setProperty("os.arch", arch);
    }
  }

  @Test
  void anUnknownNameIsRefusedWithTheNamesThereAre() {
    assertThatThrownBy(() -> KernelChoice.choose("cuda"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("-Dpollux.kernels=cuda")
        .hasMessageContaining("scalar, plain, vector, emitted, emitted-avx2 or emitted-avx-vnni");
  }

  @Test
  void theSelfCheckPassesForTheSetInUse() {
    assertThat(KernelChoice.current().check()).hasSizeGreaterThan(20).allMatch(KernelCheck.Row::ok);
  }

  @Test
  void theSelfCheckFindsEachKernelThatIsWrong() {
    for (String broken :
        new String[] {
          "gemm",
          "linear",
          "rmsNorm",
          "rmsNormBackward",
          "rope",
          "layerNorm",
          "activate",
          "swiglu",
          "swigluBackward",
          "softmax",
          "softmaxBackward",
          "axpy",
          "dot"
        }) {
      Kernels subject = without(broken);
      assertThat(KernelCheck.against(subject, 1, 2, 33))
          .as("rows of a set whose %s does nothing", broken)
          .allSatisfy(
              row -> assertThat(row.ok()).isEqualTo(!row.kernel().split(" ")[0].equals(broken)));
    }
  }

  /** Scalar kernels of which one does nothing. */
  private static Kernels without(String broken) {
    ScalarKernels scalar = new ScalarKernels();
    InvocationHandler handler =
        (_, method, arguments) -> {
          if (method.getName().equals(broken)) {
            return method.getReturnType() == float.class ? 0f : null;
          }
          return method.invoke(scalar, arguments);
        };
    return (Kernels)
        Proxy.newProxyInstance(
            Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class}, handler);
  }
}
