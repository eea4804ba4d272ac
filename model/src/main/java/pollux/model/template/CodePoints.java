package pollux.model.template;

/** Texts as Python counts them: by code points, where Java counts UTF-16 units. */
final class CodePoints {
  private CodePoints() {}

  static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** The place in UTF-16 units of code point {@code index}. */
  static int place(String text, int index) {
    return text.offsetByCodePoints(0, index);
  }

  static boolean hasPairs(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  /** The code points from {@code from} to {@code to}, exclusive. */
  static String slice(String text, int from, int to) {
    if (from >= to) {
      return "";
    }
    if (!hasPairs(text)) {
      return text.substring(from, to);
    }
    int start = place(text, from);
    return text.substring(start, text.offsetByCodePoints(start, to - from));
  }
}
