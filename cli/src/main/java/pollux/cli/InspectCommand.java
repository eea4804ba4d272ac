package pollux.cli;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import pollux.model.ModelFacts;
import pollux.model.ModelFacts.Sizes;
import pollux.model.WeightsFile;
import tools.jackson.databind.json.JsonMapper;

/** What a model's files say of it. */
@Command(
    name = "inspect",
    description = {
      "Shows what a model's files say of it: family, sizes, element types, context, tokenizer,",
      "template, licence, and the memory that it needs. Reads headers, no weights."
    })
final class InspectCommand implements Callable<Integer> {
  private static final long SHORT_CONTEXT = 4096;

  @ParentCommand PolluxCommand pollux;

  @Parameters(
      paramLabel = "MODEL",
      description = "A GGUF file, or a folder with config.json and safetensors.")
  Path model;

  @Option(names = "--tensors", description = "List the tensors too: name, type, shape, bytes.")
  boolean tensors;

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  @Override
  public Integer call() {
    try (Arena arena = Arena.ofConfined()) {
      ModelFacts facts = ModelFacts.of(model, arena);
      WeightsFile weights = ModelFacts.weightsOf(model, arena);
      if (json) {
        pollux.io().println(JsonMapper.shared().writeValueAsString(object(facts, weights)));
      } else {
        print(facts, weights);
      }
    }
    return 0;
  }

  private void print(ModelFacts facts, WeightsFile weights) {
    Sizes s = facts.sizes();
    line("file", facts.path() + ", " + facts.format());
    line("family", facts.family());
    line("name", facts.name());
    line("licence", facts.licence());
    line("parameters", count(facts.parameters()) + " in " + weights.names().size() + " tensors");
    line(
        "sizes",
        s.layers() == 0
            ? ""
            : String.format(
                Locale.ROOT,
                "%d layers, width %d, feed-forward %d, %d heads of %d, %d for keys and values",
                s.layers(),
                s.width(),
                s.feedForward(),
                s.heads(),
                s.headLength(),
                s.kvHeads()));
    line("experts", s.experts() == 0 ? "" : s.experts() + ", " + s.expertsUsed() + " used");
    line("context", s.context() == 0 ? "" : Integer.toString(s.context()));
    line("takes", String.join(", ", facts.modalities()));
    line(
        "tokenizer",
        facts.tokenizer().isEmpty() && s.vocabulary() == 0
            ? ""
            : facts.tokenizer() + ", " + s.vocabulary() + " tokens");
    line("templates", String.join(", ", facts.templates()));
    facts
        .weights()
        .forEach((type, use) ->
            line(
                "weights",
                String.format(
                    Locale.ROOT,
                    "%-8s %5d tensors, %s elements, %s",
                    type,
                    use.tensors(),
                    count(use.elements()),
                    use.bytes() < 0 ? "a type that is unknown here" : bytes(use.bytes()))));
    line("memory", memory(facts));
    if (tensors) {
      for (String name : weights.names()) {
        WeightsFile.Entry entry = weights.entry(name);
        pollux
            .io()
            .println(
                String.format(
                    Locale.ROOT,
                    "  %-48s %-8s %-20s %d",
                    name,
                    entry.type(),
                    shape(entry),
                    entry.bytes()));
      }
    }
  }

  private static String memory(ModelFacts facts) {
    String weights = bytes(facts.weightBytes()) + " of weights";
    Sizes s = facts.sizes();
    if (s.cached() == 0) {
      return weights;
    }
    String shorter =
        "; keys and values in F16: "
            + bytes(facts.cacheBytes(SHORT_CONTEXT))
            + " at "
            + SHORT_CONTEXT
            + " positions";
    return weights
        + shorter
        + (s.context() == 0
            ? ""
            : ", " + bytes(facts.cacheBytes(s.context())) + " at " + s.context());
  }

  /** Says "not said" where the files are silent. */
  private void line(String what, String value) {
    pollux
        .io()
        .println(
            String.format(Locale.ROOT, "%-11s %s", what, value.isEmpty() ? "not said" : value));
  }

  private static String shape(WeightsFile.Entry entry) {
    return Arrays.stream(entry.shape()).mapToObj(Long::toString).collect(Collectors.joining(" x "));
  }

  private static String count(long n) {
    return n < 1_000_000
        ? Long.toString(n)
        : n < 1_000_000_000
            ? String.format(Locale.ROOT, "%.1f million", n / 1e6)
            : String.format(Locale.ROOT, "%.2f billion", n / 1e9);
  }

  private static String bytes(long n) {
    return n < 1 << 20
        ? String.format(Locale.ROOT, "%.1f KiB", n / 1024.0)
        : n < 1 << 30
            ? String.format(Locale.ROOT, "%.1f MiB", n / (double) (1 << 20))
            : String.format(Locale.ROOT, "%.2f GiB", n / (double) (1 << 30));
  }

  private Map<String, Object> object(ModelFacts facts, WeightsFile weights) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("path", facts.path().toString());
    object.put("format", facts.format());
    object.put("family", facts.family());
    object.put("name", facts.name());
    object.put("licence", facts.licence());
    object.put("parameters", facts.parameters());
    object.put("sizes", facts.sizes());
    object.put("modalities", facts.modalities());
    object.put("tokenizer", facts.tokenizer());
    object.put("templates", facts.templates());
    object.put("weights", facts.weights());
    Map<String, Object> memory = new LinkedHashMap<>();
    memory.put("weights", facts.weightBytes());
    memory.put("cache_4096", facts.cacheBytes(SHORT_CONTEXT));
    memory.put("cache_context", facts.cacheBytes(facts.sizes().context()));
    object.put("memory", memory);
    if (tensors) {
      List<Map<String, Object>> list =
          weights.names().stream().map(name -> tensor(name, weights.entry(name))).toList();
      object.put("tensors", list);
    }
    return object;
  }

  private static Map<String, Object> tensor(String name, WeightsFile.Entry entry) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", name);
    object.put("type", entry.type());
    object.put("shape", entry.shape());
    object.put("bytes", entry.bytes());
    return object;
  }
}
