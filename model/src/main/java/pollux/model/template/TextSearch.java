package pollux.model.template;

/** Finds texts in texts in linear time, whatever a template searches. */
final class TextSearch {
  /** Up to this length of what is sought, looking at each place costs no more than its length. */
  private static final int SHORT = 32;

  private TextSearch() {}

  /** The first place of {@code sought} at or after {@code from}, in UTF-16 units, or -1. */
  static int indexOf(String text, String sought, int from, Budget budget) {
    if (from > text.length() - sought.length()) {
      return -1;
    }
    int found = sought.length() <= SHORT ? text.indexOf(sought, from) : linear(text, sought, from);
    int end = found < 0 ? text.length() : found + sought.length();
    budget.read(sought.length() + (long) end - from);
    return found;
  }

  /** The last place of {@code sought} that ends at or before {@code to}, or -1. */
  static int lastIndexOf(String text, String sought, int to, Budget budget) {
    if (sought.length() <= SHORT) {
      int found = to < sought.length() ? -1 : text.lastIndexOf(sought, to - sought.length());
      budget.read((long) to - Math.max(found, 0));
      return found;
    }
    String found = new StringBuilder(text.substring(0, to)).reverse().toString();
    int place = indexOf(found, new StringBuilder(sought).reverse().toString(), 0, budget);
    budget.read(to);
    return place < 0 ? -1 : to - place - sought.length();
  }

  /** Knuth, Morris and Pratt: no character of the text is looked at twice. */
  private static int linear(String text, String sought, int from) {
    int[] border = new int[sought.length()];
    int k = 0;
    for (int i = 1; i < border.length; i++) {
      while (k > 0 && sought.charAt(k) != sought.charAt(i)) {
        k = border[k - 1];
      }
      border[i] = sought.charAt(k) == sought.charAt(i) ? ++k : k;
    }
    int matched = 0;
    for (int i = from; i < text.length(); i++) {
      while (matched > 0 && sought.charAt(matched) != text.charAt(i)) {
        matched = border[matched - 1];
      }
      if (sought.charAt(matched) == text.charAt(i) && ++matched == sought.length()) {
        return i - matched + 1;
      }
    }
    return -1;
  }
}
