package pollux.model.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import pollux.model.template.Statement.Target;
import pollux.model.template.Token.Kind;

/** The tags of a template: its statements, as {@code jinja2.parser} reads them. */
final class StatementParser {
  private final TokenCursor tokens;
  private final ExpressionParser expressions;

  /** Loops around the cursor, within the innermost macro. */
  private int loops;

  private StatementParser(List<Token> tokens) {
    this.tokens = new TokenCursor(tokens);
    this.expressions = new ExpressionParser(this.tokens);
  }

  static List<Statement> parse(String source) {
    return new StatementParser(new Lexer(source).tokens()).body(Set.of(), "", 1);
  }

  /** Statements up to one of the tags {@code ends}, whose name is next then. */
  private List<Statement> body(Set<String> ends, String tag, int line) {
    tokens.enter();
    List<Statement> statements = new ArrayList<>();
    while (true) {
      Token token = tokens.next();
      switch (token.kind()) {
        case DATA -> statements.add(new Statement.Literal(token.text()));
        case PRINT_BEGIN -> {
          statements.add(new Statement.Print(expressions.tuple(), token.line()));
          tokens.expect(Kind.PRINT_END, "'}}'");
        }
        case BLOCK_BEGIN -> {
          if (tokens.current().is(Kind.NAME) && ends.contains(tokens.current().text())) {
            tokens.leave();
            return statements;
          }
          Token name = tokens.expect(Kind.NAME, "the name of a tag");
          statements.add(statement(name));
          tokens.expect(Kind.BLOCK_END, "'%}'");
        }
        default -> {
          if (!ends.isEmpty()) {
            throw new TemplateError("'" + tag + "' has no end", line);
          }
          tokens.leave();
          return statements;
        }
      }
    }
  }

  /** The end of the tag {@code tag} and the statements after it. */
  private List<Statement> block(String tag, String... ends) {
    tokens.skipOperator(":");
    int line = tokens.expect(Kind.BLOCK_END, "'%}'").line();
    return body(Set.of(ends), tag, line);
  }

  /** As {@link #block}, and passes the end. */
  private List<Statement> wholeBlock(String tag) {
    List<Statement> body = block(tag, "end" + tag);
    tokens.next();
    return body;
  }

  private Statement statement(Token tag) {
    int line = tag.line();
    return switch (tag.text()) {
      case "if" -> conditional(line);
      case "for" -> loop(line);
      case "set" -> assignment(line);
      case "macro" -> macro(line);
      case "call" -> callBlock(line);
      case "with" -> with(line);
      case "print" -> new Statement.Print(expressions.tuple(), line);
      case "filter" -> new Statement.FilterBlock(expressions.filters(), wholeBlock("filter"), line);
      case "generation" -> new Statement.Scoped(wholeBlock("generation"));
      case "block" -> namedBlock();
      case "break", "continue" -> {
        if (loops == 0) {
          throw new TemplateError("'" + tag.text() + "' is outside of a loop", line);
        }
        yield new Statement.Jump(
            tag.text().equals("break") ? Statement.Flow.BREAK : Statement.Flow.CONTINUE);
      }
      case "include", "import", "from", "extends" ->
          throw new TemplateError(
              "'" + tag.text() + "' is refused: a chat template stands alone", line);
      default -> throw new TemplateError("there is no tag '" + tag.text() + "'", line);
    };
  }

  private Statement conditional(int line) {
    List<Statement.If.Branch> branches = new ArrayList<>();
    List<Statement> otherwise = List.of();
    int at = line;
    while (true) {
      Expression test = expressions.tupleWithoutConditional("");
      branches.add(new Statement.If.Branch(test, block("if", "elif", "else", "endif"), at));
      Token end = tokens.next();
      at = end.line();
      if (end.isName("else")) {
        otherwise = block("if", "endif");
        tokens.next();
      }
      if (!end.isName("elif")) {
        return new Statement.If(branches, otherwise);
      }
    }
  }

  private Statement loop(int line) {
    Target target = target("in");
    tokens.expectName("in");
    Expression iterable = expressions.tupleWithoutConditional("recursive");
    Expression test = tokens.skipName("if") ? expressions.expression() : null;
    boolean recursive = tokens.skipName("recursive");
    loops++;
    List<Statement> body = block("for", "endfor", "else");
    loops--;
    List<Statement> otherwise = List.of();
    if (tokens.next().isName("else")) {
      otherwise = block("for", "endfor");
      tokens.next();
    }
    return new Statement.For(target, iterable, test, recursive, body, otherwise, line);
  }

  private Statement assignment(int line) {
    Target target = target("");
    if (tokens.skipOperator("=")) {
      return new Statement.Assign(target, expressions.tuple(), line);
    }
    List<Expression.FilterCall> filters =
        tokens.skipOperator("|") ? expressions.filters() : List.of();
    return new Statement.AssignBlock(target, filters, wholeBlock("set"), line);
  }

  private Statement macro(int line) {
    String name = tokens.expect(Kind.NAME, "the name of the macro").text();
    return new Statement.MacroDefinition(rest(name, "macro"), line);
  }

  private Statement callBlock(int line) {
    int outer = loops;
    tokens.beginMacro();
    Parameters parameters =
        tokens.current().isOperator("(") ? parameters() : new Parameters(List.of(), List.of());
    Expression called = expressions.expression();
    if (!(called instanceof Expression.Call call)) {
      throw new TemplateError("'call' needs the call of a macro", line);
    }
    loops = 0;
    List<Statement> body = wholeBlock("call");
    loops = outer;
    Macro caller =
        new Macro("caller", parameters.names, parameters.defaults, body, tokens.endMacro());
    return new Statement.CallBlock(call, caller, line);
  }

  private Macro rest(String name, String tag) {
    int outer = loops;
    loops = 0;
    tokens.beginMacro();
    Parameters parameters = parameters();
    List<Statement> body = wholeBlock(tag);
    loops = outer;
    return new Macro(name, parameters.names, parameters.defaults, body, tokens.endMacro());
  }

  private record Parameters(List<String> names, List<Expression> defaults) {}

  private Parameters parameters() {
    List<String> names = new ArrayList<>();
    List<Expression> defaults = new ArrayList<>();
    tokens.expectOperator("(");
    while (!tokens.current().isOperator(")")) {
      if (!names.isEmpty()) {
        tokens.expectOperator(",");
      }
      names.add(tokens.expect(Kind.NAME, "the name of a parameter").text());
      if (tokens.skipOperator("=")) {
        defaults.add(expressions.expression());
      } else if (!defaults.isEmpty()) {
        throw tokens.error("a parameter without a default follows one with a default");
      }
    }
    tokens.expectOperator(")");
    return new Parameters(names, defaults);
  }

  private Statement with(int line) {
    List<Target> targets = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!tokens.current().is(Kind.BLOCK_END)) {
      if (!targets.isEmpty()) {
        tokens.expectOperator(",");
      }
      targets.add(oneTarget());
      tokens.expectOperator("=");
      values.add(expressions.expression());
    }
    return new Statement.With(targets, values, wholeBlock("with"), line);
  }

  private Statement namedBlock() {
    tokens.expect(Kind.NAME, "the name of the block");
    tokens.skipName("scoped");
    tokens.skipName("required");
    List<Statement> body = block("block", "endblock");
    tokens.next();
    if (tokens.current().is(Kind.NAME)) {
      tokens.next();
    }
    return new Statement.Scoped(body);
  }

  /** One target or several with commas between them. */
  private Target target(String end) {
    List<Target> targets = new ArrayList<>();
    boolean several = false;
    do {
      Token token = tokens.current();
      if (several
          && (token.isName(end)
              || token.is(Kind.BLOCK_END)
              || token.isOperator("=")
              || token.isOperator(")"))) {
        break;
      }
      targets.add(oneTarget());
      several |= tokens.current().isOperator(",");
    } while (tokens.skipOperator(","));
    return several ? new Target.Several(targets) : targets.getFirst();
  }

  private Target oneTarget() {
    if (tokens.skipOperator("(")) {
      tokens.enter();
      Target inner = target("");
      tokens.leave();
      tokens.expectOperator(")");
      return inner;
    }
    Token name = tokens.expect(Kind.NAME, "a name to assign to");
    if (Set.of("true", "True", "false", "False", "none", "None").contains(name.text())) {
      throw new TemplateError("nothing can be assigned to '" + name.text() + "'", name.line());
    }
    if (tokens.skipOperator(".")) {
      tokens.mention(name.text());
      return new Target.Member(
          name.text(), tokens.expect(Kind.NAME, "the name of a member").text());
    }
    return new Target.Variable(name.text());
  }
}
