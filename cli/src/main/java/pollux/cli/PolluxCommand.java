package pollux.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** What {@code pollux} without a job prints, and what all jobs share. */
@Command(
    name = "pollux",
    description = "One natively multimodal model family: asks it, trains it, checks it.",
    version = "Pollux 0.1.0",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "pollux COMMAND --help explains a command."})
final class PolluxCommand {
  private static final Map<String, Supplier<Object>> JOBS = new LinkedHashMap<>();

  static {
    JOBS.put("ask", AskCommand::new);
    JOBS.put("chat", ChatCommand::new);
    JOBS.put("train", TrainCommand::new);
    JOBS.put("prepare", PrepareCommand::new);
    JOBS.put("skills", SkillsCommand::new);
    JOBS.put("export", ExportCommand::new);
    JOBS.put("quantize", QuantizeCommand::new);
    JOBS.put("logits", LogitsCommand::new);
    JOBS.put("bench", BenchCommand::new);
    JOBS.put("perplexity", PerplexityCommand::new);
    JOBS.put("tokenize", TokenizeCommand::new);
    JOBS.put("render-template", RenderTemplateCommand::new);
    JOBS.put("doctor", DoctorCommand::new);
  }

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  boolean version;

  private final Streams io;
  private final Answerer.Opener opener;

  PolluxCommand(Streams io, Answerer.Opener opener) {
    this.io = io;
    this.opener = opener;
  }

  /**
   * This command with its jobs; with the one job alone where {@code args} begin with it, since
   * picocli reads the annotations of each (some 150 ms for all, measured on a cold process).
   */
  CommandLine line(String... args) {
    CommandLine line = new CommandLine(this);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    String first = args.length == 0 ? "" : args[0];
    if (JOBS.containsKey(first)) {
      line.addSubcommand(first, JOBS.get(first).get());
    } else {
      JOBS.forEach((name, job) -> line.addSubcommand(name, job.get()));
    }
    return line;
  }

  Streams io() {
    return io;
  }

  Answerer.Opener opener() {
    return opener;
  }
}
