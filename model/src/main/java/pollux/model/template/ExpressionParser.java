package pollux.model.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pollux.model.template.Token.Kind;

/** Expressions, with the precedence and the peculiarities of {@code jinja2.parser}. */
final class ExpressionParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
  private static final Set<String> SUMS = Set.of("+", "-");
  private static final Set<String> PRODUCTS = Set.of("*", "/", "//", "%");

  private final TokenCursor tokens;

  ExpressionParser(TokenCursor tokens) {
    this.tokens = tokens;
  }

  Expression expression() {
    tokens.enter();
    int line = tokens.line();
    Expression value = or();
    while (tokens.skipName("if")) {
      Expression test = or();
      Expression otherwise = tokens.skipName("else") ? expression() : null;
      value = new Expression.Conditional(test, value, otherwise, line);
    }
    tokens.leave();
    return value;
  }

  /** An expression, or several with commas between them, which are a tuple. */
  Expression tuple() {
    return tuple(true, false, "");
  }

  /**
   * As {@link #tuple()}, for where a following {@code if} belongs to the statement.
   *
   * @param end a name that may follow a comma
   */
  Expression tupleWithoutConditional(String end) {
    return tuple(false, false, end);
  }

  private Expression tuple(boolean conditional, boolean parenthesised, String end) {
    List<Expression> items = new ArrayList<>();
    boolean commas = false;
    while (!endsTuple(end)) {
      items.add(conditional ? expression() : or());
      if (!tokens.skipOperator(",")) {
        break;
      }
      commas = true;
    }
    if (!commas && items.size() == 1) {
      return items.getFirst();
    }
    if (items.isEmpty() && !parenthesised) {
      throw tokens.unexpected("an expression");
    }
    return new Expression.Items(items, true);
  }

  private boolean endsTuple(String end) {
    Token token = tokens.current();
    return token.is(Kind.PRINT_END)
        || token.is(Kind.BLOCK_END)
        || token.isOperator(")")
        || token.isName(end);
  }

  private Expression or() {
    Expression left = and();
    while (tokens.skipName("or")) {
      left = new Expression.Or(left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (tokens.skipName("and")) {
      left = new Expression.And(left, not());
    }
    return left;
  }

  private Expression not() {
    if (!tokens.skipName("not")) {
      return comparison();
    }
    tokens.enter();
    Expression operand = not();
    tokens.leave();
    return new Expression.Not(operand);
  }

  private Expression comparison() {
    int line = tokens.line();
    Expression first = sum();
    List<Expression.Comparison.Step> steps = new ArrayList<>();
    while (true) {
      Token token = tokens.current();
      if (token.is(Kind.OPERATOR) && COMPARISONS.contains(token.text())) {
        tokens.next();
        steps.add(new Expression.Comparison.Step(token.text(), sum()));
      } else if (tokens.skipName("in")) {
        steps.add(new Expression.Comparison.Step("in", sum()));
      } else if (token.isName("not") && tokens.following().isName("in")) {
        tokens.next();
        tokens.next();
        steps.add(new Expression.Comparison.Step("notin", sum()));
      } else {
        return steps.isEmpty() ? first : new Expression.Comparison(first, steps, line);
      }
    }
  }

  private Expression sum() {
    Expression left = concatenation();
    while (isOperator(SUMS)) {
      Token operator = tokens.next();
      left = new Expression.Arithmetic(operator.text(), left, concatenation(), operator.line());
    }
    return left;
  }

  private Expression concatenation() {
    Expression first = product();
    if (!tokens.current().isOperator("~")) {
      return first;
    }
    List<Expression> parts = new ArrayList<>(List.of(first));
    while (tokens.skipOperator("~")) {
      parts.add(product());
    }
    return new Expression.Concatenation(parts);
  }

  private Expression product() {
    Expression left = power();
    while (isOperator(PRODUCTS)) {
      Token operator = tokens.next();
      left = new Expression.Arithmetic(operator.text(), left, power(), operator.line());
    }
    return left;
  }

  /** Jinja2 takes powers from left to right, other than Python. */
  private Expression power() {
    Expression left = unary(true);
    while (tokens.current().isOperator("**")) {
      Token operator = tokens.next();
      left = new Expression.Arithmetic("**", left, unary(true), operator.line());
    }
    return left;
  }

  private boolean isOperator(Set<String> operators) {
    return tokens.current().is(Kind.OPERATOR) && operators.contains(tokens.current().text());
  }

  private Expression unary(boolean withFilters) {
    Token token = tokens.current();
    Expression value;
    if (token.isOperator("-") || token.isOperator("+")) {
      tokens.next();
      tokens.enter();
      value = new Expression.Sign(token.isOperator("-"), unary(false), token.line());
      tokens.leave();
    } else {
      value = primary();
    }
    value = postfix(value);
    return withFilters ? filtersAndTests(value) : value;
  }

  private Expression primary() {
    Token token = tokens.next();
    switch (token.kind()) {
      case NAME -> {
        return switch (token.text()) {
          case "true", "True" -> new Expression.Constant(Value.TRUE);
          case "false", "False" -> new Expression.Constant(Value.FALSE);
          case "none", "None" -> new Expression.Constant(Value.NONE);
          default -> {
            tokens.mention(token.text());
            yield new Expression.Name(token.text(), token.line());
          }
        };
      }
      case STRING -> {
        StringBuilder text = new StringBuilder(token.text());
        while (tokens.current().is(Kind.STRING)) {
          text.append(tokens.next().text());
        }
        return new Expression.Constant(Value.of(text.toString()));
      }
      case INTEGER -> {
        return new Expression.Constant(Value.of(NumberLiteral.value(token.text(), token.line())));
      }
      case REAL -> {
        return new Expression.Constant(new Value.Real(Double.parseDouble(token.text())));
      }
      default -> {}
    }
    if (token.isOperator("(")) {
      tokens.enter();
      Expression value = tuple(true, true, "");
      tokens.leave();
      tokens.expectOperator(")");
      return value;
    }
    if (token.isOperator("[")) {
      return new Expression.Items(list("]"), false);
    }
    if (token.isOperator("{")) {
      return dictionary();
    }
    throw new TemplateError("expected an expression, found " + token.shown(), token.line());
  }

  private List<Expression> list(String close) {
    List<Expression> items = new ArrayList<>();
    while (!tokens.current().isOperator(close)) {
      if (!items.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.current().isOperator(close)) {
          break;
        }
      }
      items.add(expression());
    }
    tokens.expectOperator(close);
    return items;
  }

  private Expression dictionary() {
    List<Map.Entry<Expression, Expression>> entries = new ArrayList<>();
    while (!tokens.current().isOperator("}")) {
      if (!entries.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.current().isOperator("}")) {
          break;
        }
      }
      Expression key = expression();
      tokens.expectOperator(":");
      entries.add(Map.entry(key, expression()));
    }
    tokens.expectOperator("}");
    return new Expression.Dictionary(entries);
  }

  private Expression postfix(Expression value) {
    Expression result = value;
    while (true) {
      Token token = tokens.current();
      if (tokens.skipOperator(".")) {
        result = member(result, token.line());
      } else if (tokens.skipOperator("[")) {
        result = subscript(result, token.line());
      } else if (tokens.skipOperator("(")) {
        result = new Expression.Call(result, inputs(), token.line());
      } else {
        return result;
      }
    }
  }

  private Expression member(Expression object, int line) {
    Token name = tokens.next();
    if (name.is(Kind.NAME)) {
      return new Expression.Attribute(object, name.text(), line);
    }
    if (name.is(Kind.INTEGER)) {
      Value key = Value.of(NumberLiteral.value(name.text(), name.line()));
      return new Expression.Item(object, new Expression.Constant(key), line);
    }
    throw new TemplateError("expected a name after '.', found " + name.shown(), line);
  }

  private Expression subscript(Expression object, int line) {
    List<Expression> keys = new ArrayList<>();
    while (!tokens.current().isOperator("]")) {
      if (!keys.isEmpty()) {
        tokens.expectOperator(",");
      }
      Expression from = tokens.current().isOperator(":") ? null : expression();
      if (from != null && !tokens.current().isOperator(":")) {
        keys.add(from);
        continue;
      }
      tokens.expectOperator(":");
      Expression to = sliceEnd();
      Expression step = tokens.skipOperator(":") ? sliceEnd() : null;
      tokens.expectOperator("]");
      if (!keys.isEmpty()) {
        throw new TemplateError("a slice must stand alone in its brackets", line);
      }
      return new Expression.Slice(object, from, to, step, line);
    }
    tokens.expectOperator("]");
    // Nothing between the brackets is the empty tuple, which no value has as a key.
    Expression key = keys.size() == 1 ? keys.getFirst() : new Expression.Items(keys, true);
    return new Expression.Item(object, key, line);
  }

  private @Nullable Expression sliceEnd() {
    Token token = tokens.current();
    return token.isOperator(":") || token.isOperator("]") ? null : expression();
  }

  private Expression filtersAndTests(Expression value) {
    Expression result = value;
    while (true) {
      Token token = tokens.current();
      if (tokens.skipOperator("|")) {
        result = new Expression.Filtered(result, filter());
      } else if (tokens.skipName("is")) {
        result = test(result, token.line());
      } else if (tokens.skipOperator("(")) {
        result = new Expression.Call(result, inputs(), token.line());
      } else {
        return result;
      }
    }
  }

  /** The filters after a {@code |} and those that follow. */
  List<Expression.FilterCall> filters() {
    List<Expression.FilterCall> filters = new ArrayList<>(List.of(filter()));
    while (tokens.skipOperator("|")) {
      filters.add(filter());
    }
    return filters;
  }

  private Expression.FilterCall filter() {
    int line = tokens.line();
    String name = dottedName("the name of a filter");
    Expression.Inputs inputs = tokens.skipOperator("(") ? inputs() : Expression.Inputs.NONE;
    return new Expression.FilterCall(name, inputs, line);
  }

  private String dottedName(String expected) {
    StringBuilder name = new StringBuilder(tokens.expect(Kind.NAME, expected).text());
    while (tokens.skipOperator(".")) {
      name.append('.').append(tokens.expect(Kind.NAME, expected).text());
    }
    return name.toString();
  }

  private Expression test(Expression operand, int line) {
    boolean negated = tokens.skipName("not");
    String name = dottedName("the name of a test");
    Expression.Inputs inputs = Expression.Inputs.NONE;
    if (tokens.skipOperator("(")) {
      inputs = inputs();
    } else if (beginsTestArgument()) {
      if (tokens.current().isName("is")) {
        throw tokens.error("tests cannot be chained with 'is'");
      }
      inputs = new Expression.Inputs(List.of(postfix(primary())), Map.of(), null, null);
    }
    Expression test = new Expression.Tested(operand, name, inputs, line);
    return negated ? new Expression.Not(test) : test;
  }

  private boolean beginsTestArgument() {
    Token token = tokens.current();
    return switch (token.kind()) {
      case NAME -> !token.isName("else") && !token.isName("or") && !token.isName("and");
      case STRING, INTEGER, REAL -> true;
      case OPERATOR -> token.isOperator("[") || token.isOperator("{");
      default -> false;
    };
  }

  /** What is between the brackets of a call; the first is passed already. */
  private Expression.Inputs inputs() {
    tokens.enter();
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    Expression spread = null;
    Expression spreadNamed = null;
    boolean first = true;
    while (!tokens.current().isOperator(")")) {
      if (!first) {
        tokens.expectOperator(",");
        if (tokens.current().isOperator(")")) {
          break;
        }
      }
      first = false;
      Token token = tokens.current();
      boolean ordered;
      if (tokens.skipOperator("*")) {
        ordered = spread == null && spreadNamed == null;
        spread = expression();
      } else if (tokens.skipOperator("**")) {
        ordered = spreadNamed == null;
        spreadNamed = expression();
      } else if (token.is(Kind.NAME) && tokens.following().isOperator("=")) {
        ordered = spreadNamed == null;
        tokens.next();
        tokens.next();
        if (named.putIfAbsent(token.text(), expression()) != null) {
          throw new TemplateError(
              "the argument '" + token.text() + "' is given twice", token.line());
        }
      } else {
        ordered = named.isEmpty() && spread == null && spreadNamed == null;
        positional.add(expression());
      }
      if (!ordered) {
        throw new TemplateError("the arguments of a call are in the wrong order", token.line());
      }
    }
    tokens.expectOperator(")");
    tokens.leave();
    return new Expression.Inputs(positional, named, spread, spreadNamed);
  }

  /** A name, a string or the like without operators, for what a tag is told. */
  Expression simple() {
    return postfix(primary());
  }
}
