package pollux.model.template;

import java.util.Collection;

/**
 * How much lies within a sequence or a mapping, known when it is made, so that walks are bounded.
 */
final class Nesting {
  /** Lists within lists: real conversations have about ten levels. */
  static final int DEEPEST = 100;

  private static final long MOST = Long.MAX_VALUE / 4;

  private Nesting() {}

  static long weight(Collection<Value> items) {
    long weight = 1;
    for (Value item : items) {
      weight = plus(weight, item.weight());
    }
    return weight;
  }

  static int depth(Collection<Value> items) {
    int depth = 0;
    for (Value item : items) {
      depth = Math.max(depth, item.depth());
    }
    if (depth >= DEEPEST) {
      throw new TemplateError("lists or mappings are nested more than " + DEEPEST + " deep");
    }
    return depth + 1;
  }

  /** The sum; a list that holds itself twice, many times over, has a weight beyond any number. */
  static long plus(long a, long b) {
    return Math.min(MOST, a + b);
  }
}
