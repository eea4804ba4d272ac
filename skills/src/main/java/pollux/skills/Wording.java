package pollux.skills;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Many ways to say one thing from one line: {@code "Who [won|got] it[?|]"} stands for four. */
final class Wording {
  private Wording() {}

  private static final String NARROW = ",?!:;";
  private static final String WIDE = "\uFF0C\uFF1F\uFF01\uFF1A\uFF1B";

  /** {@code text} with wide punctuation beside its Chinese characters, as it is printed. */
  static String wide(String text) {
    StringBuilder wide = new StringBuilder(text);
    for (int i = 0; i < text.length(); i++) {
      int mark = NARROW.indexOf(text.charAt(i));
      boolean besideChinese =
          i > 0 && Phrasings.isChinese(text.substring(i - 1, i))
              || i + 1 < text.length() && Phrasings.isChinese(text.substring(i + 1, i + 2));
      if (mark >= 0 && besideChinese) {
        wide.setCharAt(i, WIDE.charAt(mark));
      }
    }
    return wide.toString();
  }

  /** A question as somebody types it: Chinese with wide punctuation or without. */
  static String typed(String question, RandomGenerator random) {
    return random.nextBoolean() ? wide(question) : question;
  }

  /** Every text that {@code templates} stand for, in order; brackets do not nest. */
  static List<String> expand(String... templates) {
    List<String> all = new ArrayList<>();
    for (String template : templates) {
      expand("", template, all);
    }
    return List.copyOf(all);
  }

  private static void expand(String done, String rest, List<String> into) {
    int open = rest.indexOf('[');
    if (open < 0) {
      into.add(done + rest);
      return;
    }
    int close = rest.indexOf(']', open);
    for (String choice : rest.substring(open + 1, close).split("\\|", -1)) {
      expand(done + rest.substring(0, open) + choice, rest.substring(close + 1), into);
    }
  }
}
