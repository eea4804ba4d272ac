package pollux.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pollux.model.Prompt;

/**
 * What a decoded token leaves on the heap, as the JVM counts it for the threads that decode. In a
 * process of its own, since this module does not ask for the one that tells.
 */
class DecodeAllocationTest {
  private static final int TOKENS = 64;
  private static final long MOST = 32 << 10;
  private static final long PATIENCE = 40_000_000_000L;

  @TempDir Path folder;

  @Test
  void aTokenAllocatesLittle() throws Exception {
    Path file = SmallFamily.random(folder.resolve("small.gguf"), SmallFamily.SPEC, 1);
    List<String> options = List.of("-Xmx256m", "-XX:+UseSerialGC");
    String said = OwnProcess.run(DecodeAllocationTest.class, options, List.of(file.toString()));
    String last = said.lines().reduce("", (a, b) -> b);
    System.out.println("bytes allocated by a token of a decoder of four layers: " + last);
    assertThat(Long.parseLong(last)).isBetween(1L, MOST);
  }

  /** Prints the bytes that a token takes, as soon as they are few, or after some patience. */
  public static void main(String[] args) throws Exception {
    ThreadBytes bytes = ThreadBytes.find();
    try (Engine engine = Engine.open(Path.of(args[0]), EngineOptions.threads(2))) {
      engine.use(session -> System.out.println(bytesOfToken(session, bytes.ofDecoding())));
    }
  }

  /** {@code com.sun.management.ThreadMXBean}, for this thread and those of the team. */
  private record ThreadBytes(Object bean, Method counter, long[] threads) {
    static ThreadBytes find() throws ReflectiveOperationException {
      Object bean =
          Class.forName("java.lang.management.ManagementFactory")
              .getMethod("getThreadMXBean")
              .invoke(null);
      Method counter =
          Class.forName("com.sun.management.ThreadMXBean")
              .getMethod("getThreadAllocatedBytes", long[].class);
      return new ThreadBytes(bean, counter, new long[0]);
    }

    ThreadBytes ofDecoding() {
      long[] threads =
          Thread.getAllStackTraces().keySet().stream()
              .filter(t -> t == Thread.currentThread() || t.getName().startsWith("pollux-team"))
              .mapToLong(Thread::threadId)
              .toArray();
      return new ThreadBytes(bean, counter, threads);
    }

    long count() {
      try {
        return LongStream.of((long[]) counter.invoke(bean, (Object) threads)).sum();
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static long bytesOfToken(Session session, ThreadBytes bytes) {
    Sampler sampler = new Sampler(new Sampling(1, 0.95f, TOKENS, 1), new BitSet());
    long least = Long.MAX_VALUE;
    long start = System.nanoTime();
    while (least > MOST && System.nanoTime() - start < PATIENCE) {
      session.clear();
      float[] logits = session.read(new Prompt(new int[] {1, 2, 3}, List.of()), 2)[0];
      long before = bytes.count();
      for (int i = 0; i < TOKENS; i++) {
        logits = session.next(sampler.next(logits));
      }
      least = Math.min(least, (bytes.count() - before) / TOKENS);
    }
    return least;
  }
}
