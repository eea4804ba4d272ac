package pollux.skills;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the number out of a free answer, in digits or in English or Chinese words for 0 to 10. */
final class NumberReading {
  private static final List<String> ENGLISH =
      List.of(
          "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten");
  private static final String CHINESE = "零一二三四五六七八九十";
  private static final Pattern NUMBER =
      Pattern.compile(
          "[-\\u2212]?\\d+(?:\\.\\d+)?|\\b(?:"
              + String.join("|", ENGLISH)
              + ")\\b|["
              + CHINESE
              + "两]");

  private NumberReading() {}

  /**
   * The one number that {@code text} names; empty when it names none, several different ones, or
   * one that is not whole, so that an answer cannot be right by listing guesses.
   */
  static OptionalInt only(String text) {
    Set<Integer> found = new HashSet<>();
    Matcher matcher = NUMBER.matcher(text.toLowerCase(Locale.ROOT));
    while (matcher.find()) {
      String word = matcher.group();
      if (Character.isDigit(word.charAt(word.length() - 1))) {
        if (word.length() > 9 || word.contains(".")) {
          return OptionalInt.empty();
        }
        found.add(Integer.parseInt(word.replace('\u2212', '-')));
      } else if (word.equals("两")) {
        found.add(2);
      } else {
        found.add(Math.max(ENGLISH.indexOf(word), CHINESE.indexOf(word)));
      }
    }
    return found.size() == 1 ? OptionalInt.of(found.iterator().next()) : OptionalInt.empty();
  }
}
