package pollux.cli;

import java.nio.file.Path;
import java.util.regex.Pattern;
import pollux.tensor.BadInputException;
import pollux.training.Recipe;

/**
 * Where a recipe's shards and runs lie unless an option says otherwise: in the folder of the
 * caller.
 */
final class RunFolders {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  private RunFolders() {}

  static Path runs(Recipe recipe) {
    return Path.of("runs", name(recipe));
  }

  static Path shards(Recipe recipe) {
    return Path.of("shards", name(recipe));
  }

  private static String name(Recipe recipe) {
    if (!NAME.matcher(recipe.name()).matches()) {
      throw new BadInputException(
          "the recipe's name '"
              + recipe.name()
              + "' names its folders: use letters, digits, '.', '_' and '-'");
    }
    return recipe.name();
  }
}
