package pollux.benchmarks;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;
import pollux.model.Tokenizer;

/**
 * The tokenizer beside that of Hugging Face (Rust, through DJL), one thread, the same vocabulary,
 * the same text: the sources and pages of this project. From its root, with JDK 25 as {@code java},
 * in about a minute:
 *
 * <pre>
 * mvn -q -Dquick -DskipTests -pl benchmarks -am package &amp;&amp; java --enable-native-access=ALL-UNNAMED
 *   -cp "benchmarks/target/classes:benchmarks/target/lib/*" pollux.benchmarks.TokenizerBenchmark [FILE.gguf]
 * </pre>
 *
 * <p>The file is one with a byte-level vocabulary and the pre-tokenizer {@code qwen2} or {@code
 * llama-bpe}; the shipped family when none is given. Nothing is measured unless both give the same
 * ids.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--enable-native-access=ALL-UNNAMED",
      "--sun-misc-unsafe-memory-access=allow" // JMH 1.37 uses it; nothing of ours does
    })
public class TokenizerBenchmark {
  @Param("nano/pollux.gguf")
  public String file = "";

  private List<String> texts = List.of();
  private @Nullable Tokenizer ours;
  private @Nullable HuggingFaceTokenizer theirs;

  @Setup
  public void open() {
    texts = texts();
    Tokenizer our = Tokenizer.open(Path.of(file));
    HuggingFaceTokenizer their = RustTokenizer.of(Path.of(file));
    ours = our;
    theirs = their;
    for (String text : texts) {
      long[] expected = their.encode(text, false, false).getIds();
      long[] found = Arrays.stream(our.encode(text)).asLongStream().toArray();
      if (!Arrays.equals(found, expected)) {
        throw new IllegalStateException(
            "the two tokenizers give different ids; nothing to compare");
      }
    }
  }

  @TearDown
  public void close() {
    Objects.requireNonNull(theirs).close();
  }

  @Benchmark
  public long pollux() {
    Tokenizer tokenizer = Objects.requireNonNull(ours);
    long ids = 0;
    for (String text : texts) {
      ids += tokenizer.encode(text).length;
    }
    return ids;
  }

  @Benchmark
  public long rust() {
    HuggingFaceTokenizer tokenizer = Objects.requireNonNull(theirs);
    long ids = 0;
    for (String text : texts) {
      ids += tokenizer.encode(text, false, false).getIds().length;
    }
    return ids;
  }

  /** Sources and pages, but for those that spell tokens that a vocabulary may call special. */
  private static List<String> texts() {
    try (Stream<Path> paths = Files.walk(Path.of("."))) {
      return paths
          .filter(p -> p.toString().matches(".*/src/main/.*\\.java|.*\\.md"))
          .filter(Files::isRegularFile)
          .sorted()
          .map(TokenizerBenchmark::read)
          .filter(text -> !text.contains("<|") && !text.contains("</s>"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void main(String[] arguments) throws RunnerException {
    String file = arguments.length == 0 ? "nano/pollux.gguf" : arguments[0];
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    System.out.printf(
        Locale.ROOT,
        "Load before the run: %.2f%s%n",
        load,
        load > 0.5 ? " (too busy to compare)" : "");
    long bytes = texts().stream().mapToLong(t -> t.getBytes(StandardCharsets.UTF_8).length).sum();
    double ours = measure("pollux", file);
    double theirs = measure("rust", file);
    System.out.printf(
        Locale.ROOT,
        "%s, %d bytes of text: Pollux %.1f MB/s, Hugging Face (Rust) %.1f MB/s, ratio %.1f%n",
        file,
        bytes,
        bytes / ours * 1e3,
        bytes / theirs * 1e3,
        theirs / ours);
  }

  /** Nanoseconds of the fastest iteration: the others shared the machine with something. */
  private static double measure(String method, String file) throws RunnerException {
    RunResult result =
        new Runner(
                new OptionsBuilder()
                    .include(TokenizerBenchmark.class.getName() + "." + method + "$")
                    .param("file", file)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .runSingle();
    return result.getPrimaryResult().getStatistics().getMin();
  }
}
