package pollux.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LinearTest {
  private final Kernels kernels = new VectorKernels();
  private final long seed = System.nanoTime();
  private final SplittableRandom random = new SplittableRandom(seed);

  @ParameterizedTest
  @EnumSource(ElementType.class)
  void aRowGetsTheSameBitsInAnyBatchAndFromDecodedWeights(ElementType type) {
    System.out.println("LinearTest seed " + seed);
    int in = type.quantised() ? Math.max(224, 2 * type.blockLength()) : 203;
    int out = 21;
    int rows = 11;
    try (Arena arena = Arena.ofConfined()) {
      Tensor weight = Codec.convert(arena, random(arena, out, in), type);
      Tensor decoded = Codec.convert(arena, weight, ElementType.F32);
      Tensor x = random(arena, rows, in);
      Tensor all = Tensor.f32(arena, rows, out);
      kernels.linear(x.data(), rows, weight, 0, out, all.data());
      for (int r = 0; r < rows; r++) {
        Tensor alone = Tensor.f32(arena, 1, out);
        kernels.linear(x.rows(r, r + 1).data(), 1, weight, 0, out, alone.data());
        assertThat(alone.toArray()).as("row %d", r).containsExactly(all.rows(r, r + 1).toArray());
        kernels.linear(x.rows(r, r + 1).data(), 1, decoded, 0, out, alone.data());
        assertThat(alone.toArray()).as("row %d", r).containsExactly(all.rows(r, r + 1).toArray());
      }
    }
  }

  @Test
  void aSliceOfTheWeightsWritesItsColumnsAlone() {
    try (Arena arena = Arena.ofConfined()) {
      Tensor weight = random(arena, 10, 40);
      Tensor x = random(arena, 6, 40);
      Tensor whole = Tensor.f32(arena, 6, 10);
      kernels.linear(x.data(), 6, weight, 0, 10, whole.data());
      Tensor slice = Tensor.f32(arena, 6, 10);
      kernels.linear(x.data(), 6, weight, 3, 9, slice.data());
      for (int r = 0; r < 6; r++) {
        for (int o = 0; o < 10; o++) {
          float expected = o >= 3 && o < 9 ? whole.get(r * 10 + o) : 0;
          assertThat(slice.get(r * 10 + o)).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void halfPrecisionWeightsKeepSubnormalsInfinitiesAndNan() {
    float[] values = new float[64];
    for (int i = 0; i < values.length; i++) {
      values[i] = i * 0x1p-24f * (i % 2 == 0 ? 1 : -1); // every one subnormal in F16
    }
    assertSelects(values);
    values[5] = Float.POSITIVE_INFINITY;
    assertThat(product(values)).isEqualTo(Float.POSITIVE_INFINITY);
    values[6] = Float.NEGATIVE_INFINITY;
    assertThat(product(values)).isNaN();
  }

  /** Compiled code with loads of vectors alone would end the process here. */
  @ParameterizedTest
  @EnumSource(ElementType.class)
  void weightsWhoseFileWasCutShortAreAnError(ElementType type, @TempDir Path folder)
      throws IOException {
    int in = 512;
    int out = 512;
    Path path = folder.resolve("weights");
    try (Arena arena = Arena.ofShared();
        FileChannel file =
            FileChannel.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
      long bytes = type.bytes((long) out * in);
      MemorySegment data = file.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
      Tensor weight = new Tensor(type, new long[] {out, in}, data);
      Tensor x = random(arena, 2, in);
      Tensor y = Tensor.f32(arena, 2, out);
      for (int i = 0; i < 200; i++) { // until C2 has compiled it
        kernels.linear(x.data(), 1 + i % 2, weight, 0, out, y.data());
      }
      file.truncate(4096);
      for (int rows = 1; rows <= 2; rows++) {
        int r = rows;
        assertThatThrownBy(() -> kernels.linear(x.data(), r, weight, 0, out, y.data()))
            .isInstanceOf(InternalError.class);
      }
    }
  }

  private void assertSelects(float[] values) {
    double sum = 0;
    for (float v : values) {
      sum += v;
    }
    assertThat((double) product(values)).isEqualTo(sum); // few bits: the sum is exact
  }

  private float product(float[] values) {
    try (Arena arena = Arena.ofConfined()) {
      float[] ones = new float[values.length];
      java.util.Arrays.fill(ones, 1);
      Tensor weight =
          Codec.convert(arena, Tensor.of(arena, values, 1, values.length), ElementType.F16);
      Tensor y = Tensor.f32(arena, 1, 1);
      kernels.linear(Tensor.of(arena, ones, 1, ones.length).data(), 1, weight, 0, 1, y.data());
      return y.get(0);
    }
  }

  private Tensor random(Arena arena, int rows, int columns) {
    Tensor t = Tensor.f32(arena, rows, columns);
    for (long i = 0; i < t.elements(); i++) {
      t.set(i, random.nextFloat() * 2 - 1);
    }
    return t;
  }
}
