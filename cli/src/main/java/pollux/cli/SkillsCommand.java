package pollux.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import pollux.tensor.BadInputException;

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

  @Option(names = "--cases", paramLabel = "N", defaultValue = "200", description = "Cases of each skill (default: ${DEFAULT-VALUE}).")
  int cases = 200;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Seed of the cases (default: ${DEFAULT-VALUE}).")
  long seed = 1;

  @Option(names = "--skill", paramLabel = "NAME", description = "Only this skill; may be repeated.")
  List<String> only = new ArrayList<>();

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  @Override
  public Integer call() {
    if (cases < 1) {
      throw new BadInputException("--cases must be 1 or more, not " + cases);
    }
    throw new BadInputException("this build of Pollux cannot judge " + model.weights() + " yet");
  }
}
