package pollux.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import pollux.generation.Engine;
import pollux.generation.SpeedTest;
import pollux.model.TokenCost;
import pollux.tensor.Bandwidth;
import pollux.tensor.KernelChoice;
import pollux.tensor.Peak;
import pollux.tensor.WorkTeam;
import tools.jackson.databind.json.JsonMapper;

/** How fast a model reads and writes here. */
@Command(
    name = "bench",
    description = {
      "Measures how fast a model reads a prompt and writes an answer, as llama-bench does: random tokens, mean and",
      "deviation of some runs. Beside it the share of what this machine's memory and arithmetic give at most, measured too."
    },
    footer = {"", "Example: pollux bench -m model.gguf -p 512 -n 128 -t 2 -r 5"})
final class BenchCommand implements Callable<Integer> {
  /** How the figures are printed. */
  enum Form {
    TABLE,
    JSON,
    CSV
  }

  @ParentCommand PolluxCommand pollux;

  @Mixin ModelOptions model;

  @Option(
      names = {"-p", "--prompt"},
      paramLabel = "N",
      defaultValue = "512",
      description = "Tokens of the prompt; 0 leaves this test out (default: ${DEFAULT-VALUE}).")
  int prompt = 512;

  @Option(
      names = {"-n", "--generate"},
      paramLabel = "N",
      defaultValue = "128",
      description = "Tokens of the answer; 0 leaves this test out (default: ${DEFAULT-VALUE}).")
  int generate = 128;

  @Option(
      names = {"-r", "--runs"},
      paramLabel = "N",
      defaultValue = "5",
      description = "Runs of each test, after one that is not counted (default: ${DEFAULT-VALUE}).")
  int runs = 5;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      defaultValue = "table",
      description = "table, json or csv (default: ${DEFAULT-VALUE}).")
  Form form = Form.TABLE;

  @Override
  public Integer call() {
    int threads = model.threads();
    List<SpeedTest> tests = new ArrayList<>();
    List<Map<String, Object>> rows = new ArrayList<>();
    try (Engine engine = Engine.open(model.weights(), model.engine(null));
        WorkTeam team = new WorkTeam(threads)) {
      if (prompt != 0) {
        tests.add(SpeedTest.prefill(engine, prompt, runs));
      }
      if (generate != 0) {
        tests.add(SpeedTest.decode(engine, generate, runs));
      }
      double bandwidth = Bandwidth.read(team);
      double flops = Peak.flops(team);
      for (SpeedTest test : tests) {
        rows.add(row(engine, test, bandwidth, flops));
      }
    }
    pollux.io().println(print(rows));
    return 0;
  }

  private Map<String, Object> row(Engine engine, SpeedTest test, double bandwidth, double flops) {
    TokenCost cost = engine.costOfToken();
    // A prompt's weights are read once for many tokens: its bytes are no limit.
    double bytes = test.generated() > 0 ? test.mean() * cost.bytes() : Double.NaN;
    double operations = test.mean() * cost.operations();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("model_filename", engine.path().toString());
    row.put("model_type", engine.spec().family());
    row.put("weight_bytes_per_token", cost.bytes());
    row.put("weights_per_token", cost.operations() / 2);
    row.put("kernels", KernelChoice.best().name());
    row.put("java", System.getProperty("java.vendor.version", "") + " " + Runtime.version());
    row.put("n_threads", model.threads());
    row.put("n_prompt", test.prompt());
    row.put("n_gen", test.generated());
    row.put("avg_ts", test.mean());
    row.put("stddev_ts", test.deviation());
    row.put("samples_ts", test.tokensPerSecond());
    row.put("bytes_per_second", Double.isNaN(bytes) ? null : bytes);
    row.put("memory_bytes_per_second", bandwidth);
    row.put("operations_per_second", operations);
    row.put("f32_operations_per_second", flops);
    return row;
  }

  private String print(List<Map<String, Object>> rows) {
    return switch (form) {
      case JSON ->
          JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(rows);
      case CSV -> csv(rows);
      case TABLE -> table(rows);
    };
  }

  private static String csv(List<Map<String, Object>> rows) {
    List<String> lines = new ArrayList<>();
    for (Map<String, Object> row : rows) {
      if (lines.isEmpty()) {
        lines.add(String.join(",", row.keySet()));
      }
      lines.add(
          row.values().stream()
              .map(v -> v == null ? "" : "\"" + v.toString().replace("\"", "\"\"") + "\"")
              .collect(Collectors.joining(",")));
    }
    return String.join("\n", lines);
  }

  private static String table(List<Map<String, Object>> rows) {
    StringBuilder text =
        new StringBuilder(
            "| model | weights a token | kernels | threads | test | t/s | weights read, GB/s | of memory | GFLOP/s | of f32 peak |\n");
    text.append("|---|---|---|---|---|---|---|---|---|---|");
    for (Map<String, Object> row : rows) {
      boolean reads = number(row, "n_gen") > 0;
      text.append(
          String.format(
              Locale.ROOT,
              "%n| %s | %.1f MiB | %s | %d | %s | %.2f ± %.2f | %s | %s | %.1f | %.0f %% |",
              row.get("model_type"),
              number(row, "weight_bytes_per_token") / (1 << 20),
              row.get("kernels"),
              (int) number(row, "n_threads"),
              reads ? "tg" + row.get("n_gen") : "pp" + row.get("n_prompt"),
              number(row, "avg_ts"),
              number(row, "stddev_ts"),
              reads
                  ? String.format(Locale.ROOT, "%.1f", number(row, "bytes_per_second") / 1e9)
                  : "",
              reads
                  ? String.format(
                      Locale.ROOT,
                      "%.0f %%",
                      100
                          * number(row, "bytes_per_second")
                          / number(row, "memory_bytes_per_second"))
                  : "",
              number(row, "operations_per_second") / 1e9,
              100
                  * number(row, "operations_per_second")
                  / number(row, "f32_operations_per_second")));
    }
    return text.toString();
  }

  private static double number(Map<String, Object> row, String key) {
    return row.get(key) instanceof Number n ? n.doubleValue() : Double.NaN;
  }
}
