import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sets Pollux beside llama.cpp: the same files, threads, prompt and answer lengths, one after the other
 * and in turns, so that a machine that slows down slows both. Prints a Markdown table of medians with
 * the least and the most, and the ratio of the medians.
 *
 * <p>{@code java scripts/Peers.java LLAMA_BENCH [--threads 1,2] [--rounds 5] [--prompt 512] [--generate 128]
 * [--java-options "…"] MODEL.gguf…} from the root of the project, on an idle machine. LLAMA_BENCH is the
 * program of that name, built from llama.cpp.
 */
final class Peers {
  private record Setting(Path model, int threads, int prompt, int generate) {}

  /** Tokens a second of each round. */
  private record Figures(List<Double> prefill, List<Double> decode) {
    Figures() {
      this(new ArrayList<>(), new ArrayList<>());
    }
  }

  public static void main(String[] args) throws Exception {
    List<String> models = new ArrayList<>();
    String program = null;
    String threads = "1,2";
    int rounds = 5;
    int prompt = 512;
    int generate = 128;
    String javaOptions = "";
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--threads" -> threads = args[++i];
        case "--rounds" -> rounds = Integer.parseInt(args[++i]);
        case "--prompt" -> prompt = Integer.parseInt(args[++i]);
        case "--generate" -> generate = Integer.parseInt(args[++i]);
        case "--java-options" -> javaOptions = args[++i];
        default -> {
          if (program == null) {
            program = args[i];
          } else {
            models.add(args[i]);
          }
        }
      }
    }
    if (program == null || models.isEmpty()) {
      System.err.println(
          "Usage: java scripts/Peers.java LLAMA_BENCH [--threads 1,2] [--rounds 5] [--prompt 512] [--generate 128] MODEL.gguf...");
      System.exit(2);
    }
    System.out.printf(
        "Tokens a second, medians (least, most) of %d rounds in turns; prefill of %d positions, decode of %d.%n%n",
        rounds, prompt, generate);
    System.out.println("| model | threads | prefill: Pollux | llama.cpp | ratio | decode: Pollux | llama.cpp | ratio |");
    System.out.println("|---|---|---|---|---|---|---|---|");
    for (String model : models) {
      for (String t : threads.split(",")) {
        Setting setting = new Setting(Path.of(model), Integer.parseInt(t), prompt, generate);
        Figures ours = new Figures();
        Figures theirs = new Figures();
        for (int round = 0; round < rounds; round++) {
          boolean first = round % 2 == 0;
          if (first) {
            measure(ours("./pollux", setting), javaOptions, ours);
          }
          measure(theirs(program, setting), "", theirs);
          if (!first) {
            measure(ours("./pollux", setting), javaOptions, ours);
          }
        }
        System.out.printf(
            Locale.ROOT,
            "| %s | %d | %s | %s | **%.2f** | %s | %s | **%.2f** |%n",
            setting.model.getFileName(),
            setting.threads,
            cell(ours.prefill),
            cell(theirs.prefill),
            median(ours.prefill) / median(theirs.prefill),
            cell(ours.decode),
            cell(theirs.decode),
            median(ours.decode) / median(theirs.decode));
      }
    }
  }

  private static List<String> ours(String program, Setting s) {
    return List.of(
        program, "bench", "-m", s.model.toString(), "-t", "" + s.threads,
        "-p", "" + s.prompt, "-n", "" + s.generate, "-r", "1", "-o", "json");
  }

  private static List<String> theirs(String program, Setting s) {
    return List.of(
        program, "-m", s.model.toString(), "-t", "" + s.threads,
        "-p", "" + s.prompt, "-n", "" + s.generate, "-r", "1", "-o", "json");
  }

  /** Runs one process; both print the keys of llama-bench. */
  private static void measure(List<String> command, String javaOptions, Figures into)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    if (!javaOptions.isEmpty()) {
      builder.environment().put("POLLUX_JAVA_OPTS", javaOptions);
    }
    Process process = builder.start();
    process.getOutputStream().close();
    String json = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("status " + process.exitValue() + " from " + String.join(" ", command));
    }
    for (String run : json.split("\\}")) {
      double speed = number(run, "avg_ts");
      if (Double.isNaN(speed)) {
        continue;
      }
      (number(run, "n_gen") > 0 ? into.decode : into.prefill).add(speed);
    }
  }

  private static double number(String json, String key) {
    Matcher m = Pattern.compile("\"" + key + "\" ?: ?([0-9.E+-]+)").matcher(json);
    return m.find() ? Double.parseDouble(m.group(1)) : Double.NaN;
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(d -> d).sorted().toArray();
    return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
  }

  private static String cell(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(d -> d).sorted().toArray();
    return sorted.length == 0
        ? "-"
        : String.format(Locale.ROOT, "%.1f (%.1f, %.1f)", median(values), sorted[0], sorted[sorted.length - 1]);
  }

  private Peers() {}
}
