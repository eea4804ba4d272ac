package pollux.cli;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;
import pollux.tensor.KernelCheck;
import pollux.tensor.KernelChoice;

/** What this machine gives, and whether the kernels compute rightly on it. */
@Command(
    name = "doctor",
    description = {
      "Shows what this machine gives: JDK, processor, vectors, threads, memory, and which kernels are in use and why.",
      "Then holds each kernel against its scalar twin for about a second; the exit status is 1 if one is wrong."
    })
final class DoctorCommand implements Callable<Integer> {
  private static final double GIB = 1 << 30;

  @ParentCommand PolluxCommand pollux;

  @Override
  public Integer call() {
    Streams io = pollux.io();
    Runtime runtime = Runtime.getRuntime();
    line(
        io,
        "JDK",
        Runtime.version()
            + ", "
            + System.getProperty("java.vm.name")
            + ", "
            + System.getProperty("java.home"));
    line(
        io,
        "system",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + ", "
            + System.getProperty("os.arch"));
    Processor processor = Processor.ofThisMachine();
    line(io, "processor", processor.name());
    line(io, "features", processor.features());
    line(io, "threads", Integer.toString(runtime.availableProcessors()));
    line(io, "memory", memory(runtime));
    line(io, "weights", weights());

    KernelChoice choice = KernelChoice.current();
    line(io, "kernels", choice.kernels().name() + ": " + choice.reason());
    line(io, "vectors", choice.vectorBits() + " bits, " + choice.vectorBits() / 32 + " floats");
    long start = System.nanoTime();
    List<KernelCheck.Row> rows = choice.check();
    double seconds = (System.nanoTime() - start) / 1e9;
    long wrong = rows.stream().filter(row -> !row.ok()).count();
    line(
        io,
        "self-check",
        String.format(Locale.ROOT, "%d kernels, %d wrong, %.1f s", rows.size(), wrong, seconds));
    for (KernelCheck.Row row : rows) {
      io.println("  " + row);
    }
    return wrong == 0 ? 0 : Failures.FAILED;
  }

  private static void line(Streams io, String what, String value) {
    io.println(String.format(Locale.ROOT, "%-11s %s", what, value));
  }

  private static String memory(Runtime runtime) {
    String heap =
        String.format(Locale.ROOT, "Java's heap may grow to %.1f GiB", runtime.maxMemory() / GIB);
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      return String.format(
          Locale.ROOT,
          "%.1f GiB, %.1f GiB free; %s",
          system.getTotalMemorySize() / GIB,
          system.getFreeMemorySize() / GIB,
          heap);
    }
    return heap;
  }

  private static String weights() {
    return Home.weights() + (Files.isRegularFile(Home.weights()) ? "" : " (not there)");
  }
}
