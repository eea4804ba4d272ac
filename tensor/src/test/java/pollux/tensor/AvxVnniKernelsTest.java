package pollux.tensor;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.function.Supplier;
import pollux.tensor.emitted.Product;
import pollux.tensor.emitted.VexProduct;

/** All that {@link Avx2KernelsTest} asks, of the AVX2 set with the dot products of AVX-VNNI. */
class AvxVnniKernelsTest extends Avx2KernelsTest {
  @Override
  EmittedKernels emitted(Kernels others) {
    KernelChoice choice = KernelChoice.choose("emitted-avx-vnni");
    assumeTrue(choice.kernels().name().equals("emitted-avx-vnni"), choice.reason());
    return EmittedKernels.avx2(others, true);
  }

  @Override
  Supplier<Product> q4() {
    return () -> VexProduct.q4_0(true);
  }
}
