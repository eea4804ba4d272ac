package pollux.model.template;

/** Puts a text together, within the budget at each step. */
final class TextBuilder {
  private final StringBuilder text = new StringBuilder();
  private final Budget budget;

  TextBuilder(Budget budget) {
    this.budget = budget;
  }

  TextBuilder append(String piece) {
    return append(piece, 0, piece.length());
  }

  TextBuilder append(String piece, int from, int to) {
    grow(to - from);
    text.append(piece, from, to);
    return this;
  }

  TextBuilder append(char c) {
    grow(1);
    text.append(c);
    return this;
  }

  TextBuilder repeat(String piece, long times) {
    if (times > 0 && !piece.isEmpty()) {
      grow(times > Budget.LONGEST_TEXT ? times : times * piece.length());
      text.repeat(piece, (int) times);
    }
    return this;
  }

  int length() {
    return text.length();
  }

  @Override
  public String toString() {
    return text.toString();
  }

  private void grow(long characters) {
    budget.make(text.length() + characters, characters);
  }
}
