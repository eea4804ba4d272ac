package pollux.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import pollux.skills.Skills;
import pollux.tensor.BadInputException;
import pollux.training.Preparation;
import pollux.training.Recipe;
import pollux.training.Sources;
import pollux.training.TextSources;

/** Draws, speaks and packs what a recipe trains on. */
@Command(
    name = "prepare",
    description = {
      "Makes the training data of a recipe: draws pictures, speaks sentences, renders text, packs shards.",
      "The same seeds make the same shards; a run that was stopped goes on where it was."
    })
final class PrepareCommand implements Callable<Integer> {
  /** Cases of each skill whose words the vocabulary is learned from. */
  private static final int VOCABULARY_CASES = 400;

  @ParentCommand PolluxCommand pollux;

  @Parameters(paramLabel = "RECIPE", description = "The recipe file.")
  Path recipe;

  @Option(
      names = {"--out", "--shards"},
      paramLabel = "DIR",
      description =
          "Where the vocabulary and the shards go (default: shards/NAME, as the recipe is called).")
  @Nullable Path out;

  @Option(
      names = "--vocabulary",
      paramLabel = "FILE",
      description =
          "Take the vocabulary of this weights file, to learn on from it with 'pollux train --from' (default: learn one).")
  @Nullable Path vocabulary;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads to draw with (default: one for each processor).")
  int threads = Runtime.getRuntime().availableProcessors();

  @Override
  public Integer call() {
    Recipe read = Recipe.read(recipe);
    Path folder = out != null ? out : RunFolders.shards(read);
    Path texts = recipe.toAbsolutePath().resolveSibling(read.data()).normalize();
    ProgressLine progress = new ProgressLine(pollux.io());
    try {
      new Preparation(read, Sources.all(texts), folder)
          .run(
              vocabulary,
              () ->
                  TextSources.vocabularyTexts(
                      texts, Skills.all().values(), read.seed(), VOCABULARY_CASES),
              ModelOptions.checked(threads),
              progress);
    } catch (IOException e) {
      throw new BadInputException("the shards in " + folder + " cannot be written: " + e, e);
    } finally {
      progress.end();
    }
    pollux.io().println(folder.toString());
    return 0;
  }
}
