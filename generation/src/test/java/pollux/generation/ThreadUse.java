package pollux.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;

/**
 * What this thread has used since a moment: processor time, which other programs on the machine do
 * not lengthen, and bytes of the heap. By reflection, as the room does not need the module.
 */
record ThreadUse(long nanos, long bytes) {
  private static final long MOST_NANOS = 5_000_000_000L;
  private static final long MOST_BYTES = 256L << 20;

  static ThreadUse start() {
    return new ThreadUse(read("getCurrentThreadCpuTime"), read("getCurrentThreadAllocatedBytes"));
  }

  /** Fails where {@code what}, a small file from a stranger, has cost too much. */
  void requireLittle(String what) {
    ThreadUse now = start();
    assertThat(now.nanos - nanos).as(what + ": nanoseconds").isLessThan(MOST_NANOS);
    assertThat(now.bytes - bytes).as(what + ": bytes").isLessThan(MOST_BYTES);
  }

  private static long read(String method) {
    try {
      Object bean =
          Class.forName("java.lang.management.ManagementFactory")
              .getMethod("getThreadMXBean")
              .invoke(null);
      Method read = Class.forName("com.sun.management.ThreadMXBean").getMethod(method);
      return (long) read.invoke(bean);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError("this JVM does not say what a thread uses", e);
    }
  }
}
