package pollux.model.template;

/**
 * What is not there, Jinja2's default {@code Undefined}: it prints as nothing, is false and empty,
 * and everything else that is done with it is an error.
 *
 * @param why a sentence for that error
 */
record Undefined(String why) implements Value {
  static Undefined variable(String name) {
    return new Undefined("'" + name + "' is undefined");
  }

  static Undefined attribute(Value object, String name) {
    return new Undefined("a value of type " + Types.name(object) + " has no '" + name + "'");
  }

  TemplateError error() {
    return new TemplateError(why);
  }

  @Override
  public boolean equals(@org.jspecify.annotations.Nullable Object other) {
    return other instanceof Undefined;
  }

  @Override
  public int hashCode() {
    return Undefined.class.hashCode();
  }
}
