package pollux.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;

/**
 * OpenBLAS's matrix product through the foreign function API, where the library is installed (on
 * Debian and Ubuntu: {@code apt-get install libopenblas0-pthread}).
 */
final class OpenBlas {
  private static final int ROW_MAJOR = 101;
  private static final int STRAIGHT = 111;
  private static final int TRANSPOSED = 112;

  private final MethodHandle sgemm;
  private final MethodHandle setThreads;
  private final MethodHandle config;

  private OpenBlas(SymbolLookup library) {
    Linker linker = Linker.nativeLinker();
    ValueLayout.OfInt i = ValueLayout.JAVA_INT;
    ValueLayout.OfFloat f = ValueLayout.JAVA_FLOAT;
    var p = ValueLayout.ADDRESS;
    sgemm =
        linker.downcallHandle(
            library.find("cblas_sgemm").orElseThrow(),
            FunctionDescriptor.ofVoid(i, i, i, i, i, i, f, p, i, p, i, f, p, i));
    setThreads =
        linker.downcallHandle(
            library.find("openblas_set_num_threads").orElseThrow(), FunctionDescriptor.ofVoid(i));
    config =
        linker.downcallHandle(
            library.find("openblas_get_config").orElseThrow(), FunctionDescriptor.of(p));
  }

  /** The library, or nothing where it is not installed. */
  static Optional<OpenBlas> find() {
    if (FloatVector.SPECIES_PREFERRED.vectorBitSize() == 512) {
      preferAvx512();
    }
    try {
      return Optional.of(
          new OpenBlas(SymbolLookup.libraryLookup("libopenblas.so.0", Arena.global())));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * OpenBLAS takes a processor that is newer than itself for a Haswell, and runs at half of what it
   * can (0.3.21 on Zen 5: 117 instead of 220 GFLOP/s). It asks this variable when it is loaded; one
   * that the user has set stays.
   */
  private static void preferAvx512() {
    Linker linker = Linker.nativeLinker();
    try (Arena arena = Arena.ofConfined()) {
      MethodHandle setenv =
          linker.downcallHandle(
              linker.defaultLookup().find("setenv").orElseThrow(),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.ADDRESS,
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_INT));
      int unused =
          (int)
              setenv.invokeExact(
                  arena.allocateFrom("OPENBLAS_CORETYPE"), arena.allocateFrom("SKYLAKEX"), 0);
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
  }

  /** C = op(A) op(B) in F32, rows of C {@code n} long, operands without gaps. */
  void gemm(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      MemorySegment a,
      MemorySegment b,
      MemorySegment c) {
    try {
      sgemm.invokeExact(
          ROW_MAJOR,
          transposeA ? TRANSPOSED : STRAIGHT,
          transposeB ? TRANSPOSED : STRAIGHT,
          m,
          n,
          k,
          1f,
          a,
          transposeA ? m : k,
          b,
          transposeB ? k : n,
          0f,
          c,
          n);
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
  }

  void threads(int threads) {
    try {
      setThreads.invokeExact(threads);
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
  }

  /** Version, build and the processor that it takes this one for. */
  String config() {
    try {
      MemorySegment text = (MemorySegment) config.invokeExact();
      return text.reinterpret(200).getString(0);
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
  }
}
