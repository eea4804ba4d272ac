package pollux.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the operating system says about the processor: its name, and the features that kernels can
 * use.
 */
record Processor(String name, String features) {
  private static final Set<String> INTERESTING =
      Set.of(
          "sse4_2",
          "avx",
          "f16c",
          "fma",
          "avx2",
          "avx512f",
          "avx512bw",
          "avx512dq",
          "avx512vl",
          "avx512_vnni",
          "avx512_bf16",
          "avx512_fp16",
          "avx_vnni",
          "amx_tile",
          "amx_int8",
          "amx_bf16",
          "asimd",
          "asimddp",
          "asimdhp",
          "i8mm",
          "bf16",
          "sve",
          "sve2",
          "sme");

  static Processor ofThisMachine() {
    List<String> lines;
    try {
      lines = Files.readAllLines(Path.of("/proc/cpuinfo"));
    } catch (IOException e) { // not Linux
      return new Processor(
          System.getProperty("os.arch", "unknown"), "not told by this operating system");
    }
    return new Processor(
        field(lines, "model name", System.getProperty("os.arch", "unknown")), features(lines));
  }

  private static String features(List<String> lines) {
    String flags = field(lines, "flags", field(lines, "Features", ""));
    String kept =
        Arrays.stream(flags.split(" "))
            .filter(INTERESTING::contains)
            .collect(Collectors.joining(" "));
    return kept.isEmpty() ? "none that kernels use" : kept;
  }

  private static String field(List<String> lines, String name, String otherwise) {
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).strip().equals(name)) {
        return line.substring(colon + 1).strip();
      }
    }
    return otherwise;
  }
}
