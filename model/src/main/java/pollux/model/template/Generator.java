package pollux.model.template;

import java.util.Iterator;

/**
 * Values that come one after the other and only once, as Python's generators do: what {@code map},
 * {@code select}, {@code reverse} and their like give.
 */
record Generator(Iterator<Value> values) implements Value {
  @Override
  public boolean equals(@org.jspecify.annotations.Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
