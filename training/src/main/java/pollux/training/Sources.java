package pollux.training;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import pollux.skills.Skills;

/** Everything that a recipe may name. */
public final class Sources {
  private Sources() {}

  /** The training side of every skill, and the text sources in {@code data}. */
  public static Map<String, Source> all(Path data) {
    Map<String, Source> all = new LinkedHashMap<>();
    Skills.all().forEach((name, skill) -> all.put(name, Source.of(skill)));
    all.putAll(TextSources.in(data));
    return all;
  }
}
