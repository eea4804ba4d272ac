package pollux.skills;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The things that can be named, each with its names in English and in Chinese. */
final class Things {
  /** In the order of {@code things.tsv}, which is part of what a seed means. */
  static final List<Thing> ALL =
      rows("things.tsv").stream()
          .map(fields ->
              new Thing(
                  fields[0], fields[1], names(fields[0], fields[2]), names(fields[1], fields[3])))
          .toList();

  private Things() {}

  /**
   * A thing.
   *
   * @param english,chinese the names that are taught
   * @param englishNames,chineseNames the names that are right
   */
  record Thing(
      String english, String chinese, Set<String> englishNames, Set<String> chineseNames) {}

  /** The fields of the lines of a list beside this class; lines that begin with # are remarks. */
  static List<String[]> rows(String list) {
    List<String[]> rows = new ArrayList<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(Typefaces.resource(list), StandardCharsets.UTF_8))) {
      for (String line; (line = in.readLine()) != null; ) {
        if (!line.startsWith("#")) {
          rows.add(line.split("\t", -1));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  private static Set<String> names(String first, String others) {
    List<String> names = new ArrayList<>(List.of(first));
    if (!others.isEmpty()) {
      names.addAll(List.of(others.split(",")));
    }
    return Set.copyOf(names);
  }
}
