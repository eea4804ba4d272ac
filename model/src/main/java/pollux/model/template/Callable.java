package pollux.model.template;

/**
 * A function, a method bound to its value, or a macro.
 *
 * @param name how messages call it
 * @param macro what is known of it where it is a macro
 */
record Callable(String name, Body body, Macro.@org.jspecify.annotations.Nullable Facts macro)
    implements Value {
  /** What is done when it is called. */
  interface Body {
    Value call(Evaluator evaluator, Arguments arguments);
  }

  Callable(String name, Body body) {
    this(name, body, null);
  }

  @Override
  public boolean equals(@org.jspecify.annotations.Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
