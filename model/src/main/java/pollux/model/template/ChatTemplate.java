package pollux.model.template;

import java.util.List;
import java.util.Map;
import pollux.tensor.BadInputException;

/**
 * A chat template: the text with tags, in the Jinja language, that a model's makers lay out its
 * conversations with. Rendering is what {@code apply_chat_template} of transformers does, to the
 * letter.
 *
 * <p>A template is hostile until it has ended: work, memory, nesting and output are bounded, and it
 * reaches nothing but its {@link Conversation}. Immutable, and safe for many threads.
 */
public final class ChatTemplate {
  /** The longest of published models have 20,000 characters. */
  private static final int LONGEST_SOURCE = 1 << 20;

  private static final int LONGEST_MESSAGE = 300;

  private final String name;
  private final String source;
  private final List<Statement> body;

  private ChatTemplate(String name, String source, List<Statement> body) {
    this.name = name;
    this.source = source;
    this.body = body;
  }

  /**
   * @param name what errors call it, a file for example
   * @throws BadInputException if {@code source} is no template; names the line
   */
  public static ChatTemplate parse(String source, String name) {
    if (source.length() > LONGEST_SOURCE) {
      throw new BadInputException(
          name
              + ": a chat template of "
              + source.length()
              + " characters is too long, at most "
              + LONGEST_SOURCE
              + " are read");
    }
    try {
      return new ChatTemplate(name, source, StatementParser.parse(source));
    } catch (TemplateError e) {
      throw refused(name, e.line(), e);
    } catch (StackOverflowError e) {
      throw tooDeep(name);
    }
  }

  /** What errors call it. */
  public String name() {
    return name;
  }

  /** The template as it was given. */
  public String source() {
    return source;
  }

  /**
   * The text of {@code conversation}.
   *
   * @throws BadInputException if the template refuses it, does what is not allowed, or does not end
   *     in time; names the line
   */
  public String render(Conversation conversation) {
    return render(conversation, budget(conversation));
  }

  /** What rendering {@code conversation} may use. */
  Budget budget(Conversation conversation) {
    long given = source.length() / Budget.TEXT_PER_WORK;
    for (Value value : conversation.variables().values()) {
      given = Nesting.plus(given, value.weight());
    }
    return new Budget(given);
  }

  String render(Conversation conversation, Budget budget) {
    Map<String, Value> variables = conversation.variables();
    Evaluator evaluator = new Evaluator(budget, conversation.now());
    try {
      return evaluator.renderer().capture(body, new Scope(variables));
    } catch (TemplateError e) {
      throw refused(name, e.line() > 0 ? e.line() : evaluator.line(), e);
    } catch (StackOverflowError e) {
      // The bounds on depth are for a stack of half a megabyte; a caller may have left less.
      throw tooDeep(name);
    }
  }

  private static BadInputException refused(String name, int line, TemplateError e) {
    String message = String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " ");
    if (message.length() > LONGEST_MESSAGE) {
      message = message.substring(0, LONGEST_MESSAGE) + "…";
    }
    return new BadInputException(
        name + ": chat template, line " + Math.max(1, line) + ": " + message, e);
  }

  private static BadInputException tooDeep(String name) {
    return new BadInputException(name + ": the chat template needs more stack than there is");
  }
}
