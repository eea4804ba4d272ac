package pollux.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What {@code pollux} without a job prints, and what all jobs share. */
@Command(
    name = "pollux",
    description = "One natively multimodal model family: asks it, trains it, checks it.",
    version = "Pollux 0.1.0",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      AskCommand.class,
      ChatCommand.class,
      TrainCommand.class,
      PrepareCommand.class,
      SkillsCommand.class,
      ExportCommand.class,
      DoctorCommand.class
    },
    footer = {"", "pollux COMMAND --help explains a command."})
final class PolluxCommand {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = picocli.CommandLine.ScopeType.INHERIT,
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

  Streams io() {
    return io;
  }

  Answerer.Opener opener() {
    return opener;
  }
}
