package pollux.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;
import pollux.tensor.Peak;
import pollux.tensor.Tensor;
import pollux.tensor.VectorKernels;
import pollux.tensor.WorkTeam;

/**
 * The F32 matrix product beside the machine's peak and OpenBLAS: all forms of the products of a
 * large model, and those of our own. From the root of the project, with JDK 25 as {@code java}, in
 * about two minutes:
 *
 * <pre>
 * mvn -q -Dquick -DskipTests -pl benchmarks -am package &amp;&amp; java --add-modules jdk.incubator.vector
 *   --enable-native-access=ALL-UNNAMED -cp "benchmarks/target/classes:benchmarks/target/lib/*"
 *   pollux.benchmarks.GemmBenchmark
 * </pre>
 *
 * <p>An argument limits the run to the products that contain it, e.g. {@code NT} or {@code
 * 2048,192}. Nothing else should run on the machine; the table says what each figure is of the peak
 * measured in the same run.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--add-modules=jdk.incubator.vector",
      "--enable-native-access=ALL-UNNAMED",
      "--sun-misc-unsafe-memory-access=allow" // JMH 1.37 uses it; nothing of ours does
    })
public class GemmBenchmark {
  static final String[] PRODUCTS = {
    "NT 512,2048,2048", "NN 512,2048,2048", "TN 512,2048,2048",
    "NT 1024,2048,2048", "NN 1024,2048,2048", "TN 1024,2048,2048",
    "NT 2048,192,192", "NT 2048,512,192", "NT 2048,192,512"
  };

  private static final int PEAK_CALLS = 100;

  /** Forms of A and B (N straight, T transposed), then m, n, k. */
  @Param("NT 512,2048,2048")
  public String product = "";

  @Param({"1", "2"})
  public int threads;

  private final VectorKernels kernels = new VectorKernels();
  private final Optional<OpenBlas> blas = OpenBlas.find();
  private final Arena arena = Arena.ofShared();
  private WorkTeam team = new WorkTeam(1);
  private Shape shape = Shape.of("NT 1,1,1");
  private MemorySegment a = MemorySegment.NULL;
  private MemorySegment b = MemorySegment.NULL;
  private MemorySegment c = MemorySegment.NULL;

  /** One product. */
  record Shape(boolean transposeA, boolean transposeB, int m, int n, int k) {
    static Shape of(String text) {
      String[] sizes = text.substring(3).split(",");
      return new Shape(
          text.charAt(0) == 'T',
          text.charAt(1) == 'T',
          Integer.parseInt(sizes[0]),
          Integer.parseInt(sizes[1]),
          Integer.parseInt(sizes[2]));
    }

    double operations() {
      return 2.0 * m * n * k;
    }
  }

  @Setup
  public void allocate() {
    team = new WorkTeam(threads);
    shape = Shape.of(product);
    a = noise((long) shape.m * shape.k);
    b = noise((long) shape.k * shape.n);
    c = noise((long) shape.m * shape.n);
    blas.ifPresent(library -> library.threads(threads));
  }

  private MemorySegment noise(long count) {
    MemorySegment s = arena.allocate(count * Float.BYTES, 64);
    for (long i = 0; i < count; i++) {
      s.setAtIndex(Tensor.FLOAT, i, (i * 7919 % 1000) / 1000f - 0.5f);
    }
    return s;
  }

  @TearDown
  public void release() {
    team.close();
    arena.close();
  }

  @Benchmark
  public float peak() {
    float[] results = new float[threads];
    team.run(
        threads,
        part -> {
          // Long enough that no thread can take two parts before the other has woken.
          for (int i = 0; i < PEAK_CALLS; i++) {
            results[part] += Peak.chains(0.25f);
          }
        });
    return results[0];
  }

  /** The longer side of C is cut between the threads. */
  @Benchmark
  public void pollux() {
    Shape s = shape;
    if (threads == 1) {
      part(s, 0, s.m, 0, s.n);
    } else if (s.m >= s.n) {
      team.run(threads, p -> part(s, s.m * p / threads, s.m * (p + 1) / threads, 0, s.n));
    } else {
      team.run(threads, p -> part(s, 0, s.m, s.n * p / threads, s.n * (p + 1) / threads));
    }
  }

  private void part(Shape s, int row, int lastRow, int column, int lastColumn) {
    int lda = s.transposeA ? s.m : s.k;
    int ldb = s.transposeB ? s.k : s.n;
    long fromA = s.transposeA ? row : (long) row * lda;
    long fromB = s.transposeB ? (long) column * ldb : column;
    long fromC = (long) row * s.n + column;
    kernels.gemm(
        s.transposeA,
        s.transposeB,
        lastRow - row,
        lastColumn - column,
        s.k,
        a,
        fromA,
        lda,
        b,
        fromB,
        ldb,
        c,
        fromC,
        s.n,
        false);
  }

  @Benchmark
  public void openblas() {
    Shape s = shape;
    blas.orElseThrow().gemm(s.transposeA, s.transposeB, s.m, s.n, s.k, a, b, c);
  }

  public static void main(String[] arguments) throws RunnerException {
    String wanted = arguments.length == 0 ? "" : arguments[0];
    String[] products =
        Arrays.stream(PRODUCTS).filter(p -> p.contains(wanted)).toArray(String[]::new);
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    System.out.printf(
        Locale.ROOT,
        "Load before the run: %.2f%s%n",
        load,
        load > 0.5 ? " (too busy to compare)" : "");
    Optional<OpenBlas> blas = OpenBlas.find();
    System.out.println(
        blas.map(OpenBlas::config)
            .orElse("OpenBLAS is not installed (Debian: apt-get install libopenblas0-pthread)"));
    Map<String, Double> peaks = new TreeMap<>();
    for (RunResult r : run("peak", PRODUCTS[0])) {
      peaks.put(
          r.getParams().getParam("threads"),
          gigaflops(r, Peak.OPERATIONS * PEAK_CALLS * threads(r)));
    }
    peaks.forEach(
        (t, g) -> System.out.printf(Locale.ROOT, "F32 FMA peak, %s threads: %.1f GFLOP/s%n", t, g));
    Map<String, Double> ours = measure("pollux", products);
    Map<String, Double> theirs = blas.isPresent() ? measure("openblas", products) : Map.of();
    System.out.println(
        "product, threads       Pollux GFLOP/s  of peak   OpenBLAS GFLOP/s  of peak   ratio");
    ours.forEach((key, our) -> {
      double peak = peaks.getOrDefault(key.substring(key.length() - 1), Double.NaN);
      double their = theirs.getOrDefault(key, Double.NaN);
      System.out.printf(
          Locale.ROOT,
          "%-22s %14.1f %7.0f%% %18.1f %7.0f%% %7.2f%n",
          key,
          our,
          100 * our / peak,
          their,
          100 * their / peak,
          our / their);
    });
  }

  private static Map<String, Double> measure(String method, String... products)
      throws RunnerException {
    Map<String, Double> figures = new TreeMap<>();
    for (RunResult r : run(method, products)) {
      String product = r.getParams().getParam("product");
      figures.put(
          product + " x" + r.getParams().getParam("threads"),
          gigaflops(r, Shape.of(product).operations()));
    }
    return figures;
  }

  private static Collection<RunResult> run(String method, String... products)
      throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(GemmBenchmark.class.getName() + "." + method + "$")
            .param("product", products)
            .verbosity(VerboseMode.SILENT);
    return new Runner(options.build()).run();
  }

  private static int threads(RunResult r) {
    return Integer.parseInt(r.getParams().getParam("threads"));
  }

  /** Of the fastest iteration: the others shared the machine with something. */
  private static double gigaflops(RunResult r, double operations) {
    return operations / r.getPrimaryResult().getStatistics().getMin();
  }
}
