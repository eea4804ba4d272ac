package pollux.model.template;

/**
 * What is wrong with a template, or with what it does. {@link ChatTemplate} says it with the
 * template's name and the line.
 */
final class TemplateError extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** The line, or 0 where only who evaluates knows it. */
  private final int line;

  TemplateError(String message) {
    this(message, 0);
  }

  TemplateError(String message, int line) {
    super(message, null, false, false);
    this.line = line;
  }

  int line() {
    return line;
  }
}
