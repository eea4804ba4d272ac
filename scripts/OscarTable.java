import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes the table that the {@code oscars} skill asks about from {@code oscars.tsv} of
 * DLu/oscar_data (BSD-2-Clause, Copyright 2022 David V. Lu!!).
 *
 * <pre>java scripts/OscarTable.java OSCARS.TSV skills/src/main/resources/pollux/skills/oscars.tsv</pre>
 *
 * The year of a row is the year in which the ceremony was held, never the year of the films: the
 * Nth ceremony was held in 1928 + N (true from the 7th on).
 */
final class OscarTable {
  private static final int FIRST_CEREMONY = 32; // held in 1960
  private static final Map<String, String> CATEGORIES =
      Map.of(
          "BEST PICTURE", "PICTURE",
          "DIRECTING", "DIRECTOR",
          "ACTOR IN A LEADING ROLE", "ACTOR",
          "ACTRESS IN A LEADING ROLE", "ACTRESS",
          "ACTOR IN A SUPPORTING ROLE", "SUPPORTING_ACTOR",
          "ACTRESS IN A SUPPORTING ROLE", "SUPPORTING_ACTRESS");

  /** Winners and films of one category at one ceremony, in the order of the source; a tie has several of both. */
  private record Award(Set<String> winners, Set<String> films) {}

  private OscarTable() {}

  public static void main(String[] args) throws IOException {
    Map<String, Award> awards = new TreeMap<>();
    List<String> lines = Files.readAllLines(Path.of(args[0]));
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split("\t", -1);
      // Columns: 0 ceremony, 3 canonical category, 5 film, 8 nominees, 10 winner; a list has '|'.
      if (cells.length < 11 || !cells[10].equals("True") || !CATEGORIES.containsKey(cells[3])) {
        continue;
      }
      int ceremony = Integer.parseInt(cells[0]);
      if (ceremony < FIRST_CEREMONY) {
        continue;
      }
      String category = CATEGORIES.get(cells[3]);
      Award award =
          awards.computeIfAbsent(
              (1928 + ceremony) + "\t" + category,
              k -> new Award(new LinkedHashSet<>(), new LinkedHashSet<>()));
      String film = shortTitle(cells[5]);
      award.films.add(film);
      award.winners.addAll(
          category.equals("PICTURE") ? List.of(film) : List.of(cells[8].split("\\|")));
    }
    List<String> out = new ArrayList<>();
    out.add("# Academy Award winners. Copyright 2022 David V. Lu!!, BSD-2-Clause (oscars.LICENSE.txt),");
    out.add("# from DLu/oscar_data by scripts/OscarTable.java. The year is that of the ceremony.");
    out.add("# year\tcategory\twinners, separated by |\tfilms, separated by |");
    awards.forEach(
        (key, award) ->
            out.add(
                key + "\t" + String.join("|", award.winners) + "\t" + String.join("|", award.films)));
    Files.write(Path.of(args[1]), out, StandardCharsets.UTF_8);
  }

  /** The title by which a film is called: without an alternative title or the book it comes from. */
  private static String shortTitle(String title) {
    return title.replaceFirst(" or \\(.*\\)$", "").replaceFirst(": Based on .*$", "");
  }
}
