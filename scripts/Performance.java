import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures what a user waits for and prints it as Markdown: cold answers (from the start of the process to
 * its first byte, resident memory, prefill and decode), and training on a small recipe.
 *
 * <p>{@code java scripts/Performance.java [RUNS]} from the root of the project, on an idle machine. The
 * matrix products against peak and OpenBLAS are the JMH benchmark of {@code benchmarks/}.
 */
final class Performance {
  private record Ask(String name, String... arguments) {}

  private record Run(double firstByte, double total, double peakMegabytes, double prefill, double decode, int thought, int answer, int prompt) {}

  public static void main(String[] args) throws Exception {
    int runs = args.length > 0 ? Integer.parseInt(args[0]) : 7;
    System.out.println("Medians (least, most) of " + runs + " processes each.\n");
    System.out.println("| question | tier | first byte of the answer, s | positions in, out | prefill, ms | decode, tokens/s | resident, MB |");
    System.out.println("|---|---|---|---|---|---|---|");
    for (String tier : List.of("nano", "ultra")) {
      for (Ask ask :
          List.of(
              new Ask("text", "What is 47+86?"),
              new Ask("picture", "--image", "examples/leaves.png", "How many leaves?"),
              new Ask("film", "--video", "examples/hands.gif", "Which gestures, in order?"),
              new Ask("code", "Write a Python function for the intersection of two polygons."))) {
        once(tier, ask); // fills the page cache, and builds if need be
        List<Run> all = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
          all.add(once(tier, ask));
        }
        Run any = all.getFirst();
        System.out.printf(
            Locale.ROOT,
            "| %s | %s | %s | %d, %d | %s | %s | %s |%n",
            ask.name,
            tier,
            row(all, "%.2f", Run::firstByte),
            any.prompt,
            any.thought + any.answer,
            row(all, "%.0f", r -> r.prefill * 1000),
            row(all, "%.0f", r -> (r.thought + r.answer) / r.decode),
            row(all, "%.0f", Run::peakMegabytes));
      }
    }
  }

  /** A process in streaming mode for the first byte and the memory, another with --json for the timings. */
  private static Run once(String tier, Ask ask) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("./pollux", "ask", "--model", tier));
    command.addAll(Arrays.asList(ask.arguments));
    long start = System.nanoTime();
    Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    process.getOutputStream().close();
    double[] peak = {0};
    Thread watch = Thread.ofPlatform().start(() -> peak[0] = peakMegabytes(process.pid()));
    double first;
    try (InputStream out = process.getInputStream()) {
      if (out.read() < 0) {
        throw new IOException("no answer from " + command);
      }
      first = (System.nanoTime() - start) / 1e9;
      out.readAllBytes();
    }
    process.waitFor();
    double total = (System.nanoTime() - start) / 1e9;
    watch.join();

    command.add(2, "--json");
    Process json = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    json.getOutputStream().close();
    String object = new String(json.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    json.waitFor();
    return new Run(
        first,
        total,
        peak[0],
        number(object, "prefill"),
        number(object, "decode"),
        (int) number(object, "thought"),
        (int) number(object, "answer"),
        (int) number(object, "prompt"));
  }

  /** The high-water mark of the process's resident memory, as Linux keeps it; 0 elsewhere. */
  private static double peakMegabytes(long pid) {
    double most = 0;
    Path status = Path.of("/proc/" + pid + "/status");
    while (true) {
      try {
        String line =
            Files.readAllLines(status).stream().filter(l -> l.startsWith("VmHWM")).findFirst().orElse("");
        if (line.isEmpty()) {
          return most;
        }
        most = Math.max(most, Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024);
        Thread.sleep(5);
      } catch (IOException | InterruptedException gone) {
        return most;
      }
    }
  }

  private static double number(String json, String key) {
    Matcher m = Pattern.compile("\"" + key + "\":([0-9.E-]+)").matcher(json);
    return m.find() ? Double.parseDouble(m.group(1)) : Double.NaN;
  }

  private interface Figure {
    double of(Run run);
  }

  private static String row(List<Run> runs, String format, Figure figure) {
    double[] sorted = runs.stream().mapToDouble(figure::of).sorted().toArray();
    String form = format + " (" + format + ", " + format + ")";
    return String.format(Locale.ROOT, form, sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
  }
}
