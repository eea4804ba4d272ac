package pollux.model.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Cuts texts at separators, and puts other texts in their place. */
final class Splitting {
  private Splitting() {}

  static List<String> split(String text, String separator, long most, Budget budget) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    while (parts.size() < most) {
      int place = TextSearch.indexOf(text, separator, from, budget);
      if (place < 0) {
        break;
      }
      budget.spend(1);
      parts.add(text.substring(from, place));
      from = place + separator.length();
    }
    budget.read(text.length());
    parts.add(text.substring(from));
    return parts;
  }

  static List<String> splitFromEnd(String text, String separator, long most, Budget budget) {
    List<String> parts = new ArrayList<>();
    int to = text.length();
    if (most == Long.MAX_VALUE && separator.length() == 1) {
      return split(text, separator, most, budget);
    }
    while (parts.size() < most) {
      int place = TextSearch.lastIndexOf(text, separator, to, budget);
      if (place < 0) {
        break;
      }
      budget.spend(1);
      parts.add(text.substring(place + separator.length(), to));
      to = place;
    }
    budget.read(text.length());
    parts.add(text.substring(0, to));
    Collections.reverse(parts);
    return parts;
  }

  /** The pieces between white space; after {@code most} cuts the rest stays as it is. */
  static List<String> words(String text, long most, Budget budget) {
    budget.spend(1 + text.length() / 2);
    List<String> words = new ArrayList<>();
    int i = skip(text, 0);
    while (i < text.length() && words.size() < most) {
      int end = i;
      while (end < text.length() && !PythonText.isSpace(text.charAt(end))) {
        end++;
      }
      words.add(text.substring(i, end));
      i = skip(text, end);
    }
    if (i < text.length()) {
      words.add(text.substring(i));
    }
    return words;
  }

  static List<String> wordsFromEnd(String text, long most, Budget budget) {
    budget.spend(1 + text.length() / 2);
    List<String> words = new ArrayList<>();
    int end = skipBack(text, text.length());
    while (end > 0 && words.size() < most) {
      int start = end;
      while (start > 0 && !PythonText.isSpace(text.charAt(start - 1))) {
        start--;
      }
      words.add(text.substring(start, end));
      end = skipBack(text, start);
    }
    if (end > 0) {
      words.add(text.substring(0, end));
    }
    Collections.reverse(words);
    return words;
  }

  private static int skip(String text, int from) {
    int i = from;
    while (i < text.length() && PythonText.isSpace(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private static int skipBack(String text, int to) {
    int i = to;
    while (i > 0 && PythonText.isSpace(text.charAt(i - 1))) {
      i--;
    }
    return i;
  }

  /** The lines; a line break at the end begins no further one. */
  static List<String> lines(String text, boolean keepEnds) {
    List<String> lines = new ArrayList<>();
    int from = 0;
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i++);
      if (!endsLine(c)) {
        continue;
      }
      int end = i - 1;
      if (c == '\r' && i < text.length() && text.charAt(i) == '\n') {
        i++;
      }
      lines.add(text.substring(from, keepEnds ? i : end));
      from = i;
    }
    if (from < text.length()) {
      lines.add(text.substring(from));
    }
    return lines;
  }

  private static boolean endsLine(char c) {
    return switch (c) {
      case '\n', '\r', 0x0b, '\f', 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029 -> true;
      default -> false;
    };
  }

  /**
   * @param most how often at most; as often as there is where it is negative
   */
  static String replace(String text, String old, String with, long most, Budget budget) {
    long limit = most < 0 ? Long.MAX_VALUE : most;
    TextBuilder out = new TextBuilder(budget);
    if (old.isEmpty()) {
      int i = 0;
      long done = 0;
      while (done < limit && i <= text.length()) {
        out.append(with);
        done++;
        int next = i < text.length() ? text.offsetByCodePoints(i, 1) : i + 1;
        out.append(text, i, Math.min(next, text.length()));
        i = next;
      }
      return i < text.length() ? out.append(text, i, text.length()).toString() : out.toString();
    }
    int from = 0;
    for (long done = 0; done < limit; done++) {
      int place = TextSearch.indexOf(text, old, from, budget);
      if (place < 0) {
        break;
      }
      out.append(text, from, place).append(with);
      from = place + old.length();
    }
    return out.append(text, from, text.length()).toString();
  }

  static long count(String text, String sought, Budget budget) {
    if (sought.isEmpty()) {
      return CodePoints.length(text) + 1L;
    }
    long count = 0;
    for (int from = TextSearch.indexOf(text, sought, 0, budget);
        from >= 0;
        from = TextSearch.indexOf(text, sought, from + sought.length(), budget)) {
      count++;
    }
    return count;
  }
}
