package pollux.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import pollux.tensor.Codec;
import pollux.tensor.ElementType;
import pollux.tensor.KernelChoice;
import pollux.tensor.Kernels;
import pollux.tensor.Operand;
import pollux.tensor.Peak;
import pollux.tensor.Tensor;
import pollux.tensor.WorkTeam;
import pollux.tensor.emitted.Ceiling;
import pollux.tensor.emitted.Cpu;

/**
 * Products with weights of each element type, beside what the machine gives: decoding one row
 * against the bandwidth of reading memory, and a prompt of 512 rows against the peak of the
 * instructions that it uses. From the root of the project, with JDK 25 as {@code java}, in about a
 * minute:
 *
 * <pre>
 * mvn -q -Dquick -DskipTests -pl benchmarks -am package &amp;&amp; java --add-modules jdk.incubator.vector
 *   --enable-native-access=ALL-UNNAMED -cp "benchmarks/target/classes:benchmarks/target/lib/*"
 *   pollux.benchmarks.LinearBenchmark [columns] [type ...]
 * </pre>
 *
 * <p>All types take turns, round by round, so that a neighbour's load meets them alike. A figure is
 * the best round, and in brackets the one that a fifth were faster than. One thread is measured by
 * the processor's time for it, two by the clock, so that two want the machine for themselves.
 * {@code -Dpollux.kernels=vector}, or {@code emitted-avx2}, or {@code emitted-avx-vnni}, measures
 * another set; the peaks of int8 and bfloat16 are those of AVX-512, and are there where it is.
 */
public final class LinearBenchmark {
  private static final long DECODE_BYTES = 200_000_000;
  private static final int ROWS = 512;
  private static final int ROUNDS = 15;
  private static final int WARM_UP = 3;
  private static final long MULTIPLICATIONS = 1L << 18;

  private final Kernels kernels = KernelChoice.best();
  private final Arena arena = Arena.ofShared();
  private final ThreadMXBean clock = ManagementFactory.getThreadMXBean();
  private final Map<String, List<Long>> nanos = new LinkedHashMap<>();
  private final Map<String, Runnable> products = new LinkedHashMap<>();

  private LinearBenchmark() {}

  /**
   * Columns of the weights, 2048 without; then names of element types, some common ones without.
   */
  public static void main(String[] arguments) {
    int columns = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2048;
    List<ElementType> types =
        arguments.length > 1
            ? Arrays.stream(arguments).skip(1).map(ElementType::valueOf).toList()
            : List.of(
                ElementType.Q4_0,
                ElementType.Q8_0,
                ElementType.Q4_K,
                ElementType.Q6_K,
                ElementType.BF16,
                ElementType.F16,
                ElementType.F32);
    System.out.println(KernelChoice.current());
    System.out.printf(
        Locale.ROOT,
        "%d columns; load before the run: %.2f%n",
        columns,
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    LinearBenchmark benchmark = new LinearBenchmark();
    for (int threads = 1; threads <= 2; threads++) {
      try (WorkTeam team = new WorkTeam(threads)) {
        benchmark.decode(team, types, columns);
        benchmark.prefill(team, types, columns);
      }
    }
  }

  private void decode(WorkTeam team, List<ElementType> types, int columns) {
    nanos.clear();
    int threads = team.threads();
    MemorySegment memory = arena.allocate(DECODE_BYTES, 64).fill((byte) 1);
    for (int round = 0; round < WARM_UP + ROUNDS; round++) {
      long share = DECODE_BYTES / threads;
      time(
          round,
          "read",
          () -> team.run(threads, i -> Ceiling.read(memory.address() + i * share, share)),
          threads);
      for (ElementType type : types) {
        int out = (int) (DECODE_BYTES / type.bytes(columns)) / 64 * 64;
        product(round, team, type, out, columns, 1);
      }
    }
    double read = DECODE_BYTES / (double) best("read");
    System.out.printf(
        Locale.ROOT,
        "%nDecoding, %d thread(s); reading memory: %.1f (%.1f) GB/s%n",
        threads,
        read,
        DECODE_BYTES / (double) fifth("read"));
    System.out.println("type   ns per 32 weights         GB/s   of reading");
    for (ElementType type : types) {
      int out = (int) (DECODE_BYTES / type.bytes(columns)) / 64 * 64;
      double bytes = type.bytes((long) out * columns);
      double parts = (double) out * columns / 32;
      double rate = bytes / best(type.name());
      System.out.printf(
          Locale.ROOT,
          "%-6s %7.3f (%.3f) %7.1f (%.1f) %8.0f %%%n",
          type,
          best(type.name()) / parts,
          fifth(type.name()) / parts,
          rate,
          bytes / fifth(type.name()),
          100 * rate / read);
    }
  }

  private void prefill(WorkTeam team, List<ElementType> types, int columns) {
    nanos.clear();
    int threads = team.threads();
    int out = (int) ((4L << 20) / columns) / 64 * 64;
    for (int round = 0; round < WARM_UP + ROUNDS / 2; round++) {
      if (Cpu.lack().isEmpty()) {
        time(round, "int8", () -> team.run(threads, _ -> Ceiling.int8()), threads);
      }
      if (Cpu.hasBf16()) {
        time(round, "bf16", () -> team.run(threads, _ -> Ceiling.bf16()), threads);
      }
      for (ElementType type : types) {
        product(round, team, type, out, columns, ROWS);
      }
    }
    double int8 = Cpu.lack().isEmpty() ? threads * Ceiling.int8() / best("int8") : Double.NaN;
    double bf16 = Cpu.hasBf16() ? threads * Ceiling.bf16() / best("bf16") : Double.NaN;
    double f32 = Peak.flops(team) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%n%d rows, %d thread(s); peaks: int8 %.0f, bf16 %.0f, f32 %.0f Gop/s%n",
        ROWS,
        threads,
        int8,
        bf16,
        f32);
    System.out.println("type            Gop/s   of peak");
    for (ElementType type : types) {
      double operations = 2.0 * out * columns * ROWS;
      double peak =
          switch (kernels.form(type)) {
            case Q8 -> int8;
            case BF16 -> bf16;
            case F32 -> f32;
          };
      double rate = operations / best(type.name());
      System.out.printf(
          Locale.ROOT,
          "%-6s %7.0f (%.0f) %6.0f %%%n",
          type,
          rate,
          operations / fifth(type.name()),
          100 * rate / peak);
    }
  }

  private void product(int round, WorkTeam team, ElementType type, int out, int columns, int rows) {
    String key = type + "/" + rows + "/" + team.threads();
    Runnable run = products.computeIfAbsent(key, _ -> product(team, type, out, columns, rows));
    time(round, type.name(), run, team.threads());
  }

  private Runnable product(WorkTeam team, ElementType type, int out, int columns, int rows) {
    Tensor weight = weights(type, out, columns);
    Tensor x = noise(rows, columns);
    Operand.Form form = kernels.form(type);
    Operand operand =
        new Operand(form, rows, columns, arena.allocate(rows * form.rowBytes(columns), 64));
    kernels.prepare(x.data(), 0, rows, operand);
    Tensor y = Tensor.f32(arena, rows, out);
    int height = (int) Math.max(1, MULTIPLICATIONS / ((long) rows * columns) / 32) * 32;
    return () ->
        team.run(
            Math.ceilDiv(out, height),
            part ->
                kernels.linear(
                    operand, weight, part * height, Math.min(out, (part + 1) * height), y.data()));
  }

  /** The same noise again and again: what the numbers are does not matter for speed. */
  private Tensor weights(ElementType type, int out, int columns) {
    Tensor some = Codec.convert(arena, noise(Math.min(out, 32), columns), type);
    Tensor all = Tensor.allocate(arena, type, out, columns);
    long bytes = some.data().byteSize();
    for (long at = 0; at < all.data().byteSize(); at += bytes) {
      long count = Math.min(bytes, all.data().byteSize() - at);
      MemorySegment.copy(some.data(), 0, all.data(), at, count);
    }
    return all;
  }

  private Tensor noise(int rows, int columns) {
    SplittableRandom random = new SplittableRandom(1);
    Tensor t = Tensor.f32(arena, rows, columns);
    for (long i = 0; i < t.elements(); i++) {
      t.set(i, (float) random.nextGaussian());
    }
    return t;
  }

  private void time(int round, String what, Runnable run, int threads) {
    long start = now(threads);
    run.run();
    long took = now(threads) - start;
    if (round >= WARM_UP) {
      nanos.computeIfAbsent(what, _ -> new ArrayList<>()).add(took);
    }
  }

  private long now(int threads) {
    return threads == 1 ? clock.getCurrentThreadCpuTime() : System.nanoTime();
  }

  private long best(String what) {
    return sorted(what).getFirst();
  }

  private long fifth(String what) {
    List<Long> all = sorted(what);
    return all.get(all.size() / 5);
  }

  private List<Long> sorted(String what) {
    return nanos.getOrDefault(what, List.of(Long.MAX_VALUE)).stream().sorted().toList();
  }
}
