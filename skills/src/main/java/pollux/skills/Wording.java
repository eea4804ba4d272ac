package pollux.skills;

import java.util.ArrayList;
import java.util.List;

/** Many ways to say one thing from one line: {@code "Who [won|got] it[?|]"} stands for four. */
final class Wording {
  private Wording() {}

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
