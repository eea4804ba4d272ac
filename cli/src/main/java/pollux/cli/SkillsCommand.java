package pollux.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import pollux.evaluation.SkillReport;
import pollux.evaluation.SkillResult;
import pollux.evaluation.SkillRun;
import pollux.skills.Skill;
import pollux.skills.Skills;

/** Fresh cases for every skill, exactly judged. */
@Command(
    name = "skills",
    description = {
      "Asks fresh random cases of each skill and reports the accuracy with its 95 %% interval.",
      "A skill whose cases need a program that is not installed is reported as skipped."
    })
final class SkillsCommand implements Callable<Integer> {
  @ParentCommand PolluxCommand pollux;

  @Mixin ModelOptions model;

  @Option(
      names = "--cases",
      paramLabel = "N",
      defaultValue = "200",
      description = "Cases of each skill (default: ${DEFAULT-VALUE}).")
  int cases = 200;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the cases (default: ${DEFAULT-VALUE}).")
  long seed = 1;

  @Option(names = "--skill", paramLabel = "NAME", description = "Only this skill; may be repeated.")
  List<String> only = new ArrayList<>();

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  @Override
  public Integer call() {
    Streams io = pollux.io();
    Collection<Skill> asked =
        only.isEmpty() ? Skills.all().values() : only.stream().map(Skills::named).toList();
    SkillRun run = new SkillRun(asked, cases, seed);
    ProgressLine progress = new ProgressLine(io);
    SkillReport report;
    try {
      report =
          run.run(
              model.weights(),
              model.engine(null),
              (skill, done, correct, of) ->
                  progress.accept(
                      "%s: %d of %d asked, %d right".formatted(skill, done, of, correct)));
    } finally {
      progress.end();
    }
    if (json) {
      io.println(report.json());
    } else {
      io.println(
          "tier %s, seed %d, weights %s"
              .formatted(report.tier().label(), report.seed(), report.weights()));
      report.skills().forEach(skill -> io.println(line(skill)));
    }
    return 0;
  }

  private static String line(SkillResult result) {
    return switch (result) {
      case SkillResult.Skipped skipped ->
          "%-20s skipped, %s".formatted(skipped.name(), skipped.reason());
      case SkillResult.Measured measured ->
          String.format(
              Locale.ROOT,
              "%-20s %5.1f %%  (%.1f to %.1f)  %d of %d",
              measured.name(),
              100 * measured.accuracy(),
              100 * measured.interval().low(),
              100 * measured.interval().high(),
              measured.correct(),
              measured.cases());
    };
  }
}
