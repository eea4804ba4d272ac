package pollux.skills;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Who won which Academy Award, from {@code oscars.tsv} beside this class.
 *
 * <p>A year is always the one in which the ceremony was held: the films of 2021 were honoured at
 * the 2022 ceremony.
 */
final class OscarFacts {
  /** The categories asked about, with their names in English and Chinese. */
  enum Category {
    PICTURE("Best Picture", "最佳影片"),
    DIRECTOR("Best Director", "最佳导演"),
    ACTOR("Best Actor", "最佳男主角"),
    ACTRESS("Best Actress", "最佳女主角"),
    SUPPORTING_ACTOR("Best Supporting Actor", "最佳男配角"),
    SUPPORTING_ACTRESS("Best Supporting Actress", "最佳女配角");

    final String english;
    final String chinese;

    Category(String english, String chinese) {
      this.english = english;
      this.chinese = chinese;
    }
  }

  /**
   * Winners and their films: several winners when they share the award, several of both in a tie.
   */
  record Award(List<String> winners, List<String> films) {}

  static final int FIRST_YEAR = 1960;
  static final int LAST_YEAR = 2026;

  private static final Map<Category, Map<Integer, Award>> AWARDS = read();

  /** For each category the normalised names of all its winners, longest first. */
  private static final Map<Category, List<String>> NAMES = names();

  private OscarFacts() {}

  static Award award(Category category, int year) {
    return Objects.requireNonNull(
        Objects.requireNonNull(AWARDS.get(category)).get(year), () -> category + " " + year);
  }

  /** The winners that {@code text} names, normalised, in the order in which they stand. */
  static List<String> mentions(Category category, String text) {
    String rest = " " + normalise(text) + " ";
    List<String> found = new ArrayList<>();
    int at = 0;
    while (at < rest.length()) {
      int start = at;
      String name =
          Objects.requireNonNull(NAMES.get(category)).stream()
              .filter(n -> rest.startsWith(" " + n + " ", start))
              .findFirst()
              .orElse("");
      if (!name.isEmpty()) {
        found.add(name);
      }
      // The blank behind a name may be the one before the next.
      at = rest.indexOf(' ', at + 1 + name.length());
      if (at < 0) {
        break;
      }
    }
    return found;
  }

  /**
   * Lower case, no accents, no punctuation, no initials: what remains of a name in careless
   * writing.
   */
  static String normalise(String text) {
    String plain =
        Normalizer.normalize(text, Normalizer.Form.NFD)
            .replaceAll("\\p{M}", "")
            .replace("'", "")
            .replace("’", "")
            .toLowerCase(Locale.ROOT)
            // Chinese words stand without blanks beside the names.
            .replaceAll("[^\\p{IsLatin}\\p{Nd}]+", " ");
    return (" " + plain.trim().replace(" ", "  ") + " ")
        .replaceAll(" \\p{IsLatin} ", " ")
        .replaceAll(" +", " ")
        .trim();
  }

  private static Map<Category, Map<Integer, Award>> read() {
    Map<Category, Map<Integer, Award>> awards = new EnumMap<>(Category.class);
    try (var in =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(OscarFacts.class.getResourceAsStream("oscars.tsv")),
                StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.startsWith("#")) {
          continue;
        }
        String[] cells = line.split("\t");
        awards
            .computeIfAbsent(Category.valueOf(cells[1]), c -> new HashMap<>())
            .put(
                Integer.valueOf(cells[0]),
                new Award(List.of(cells[2].split("\\|")), List.of(cells[3].split("\\|"))));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return awards;
  }

  private static Map<Category, List<String>> names() {
    Map<Category, List<String>> names = new EnumMap<>(Category.class);
    AWARDS.forEach((category, years) -> {
      Set<String> all = new LinkedHashSet<>();
      years.values().forEach(a -> a.winners().forEach(w -> all.add(normalise(w))));
      names.put(
          category,
          all.stream()
              .sorted(Comparator.comparingInt(String::length).reversed().thenComparing(n -> n))
              .toList());
    });
    return names;
  }
}
