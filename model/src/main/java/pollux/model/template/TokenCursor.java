package pollux.model.template;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import pollux.model.template.Token.Kind;

/** Where the parsers are in the tokens, and how deep. */
final class TokenCursor {
  /** Levels of brackets and blocks; each takes some 2 KB of Java's stack. */
  private static final int DEEPEST = 100;

  private final List<Token> tokens;
  private int at;
  private int depth;

  /** The names that each macro around the cursor speaks of, innermost first. */
  private final Deque<Set<String>> mentioned = new ArrayDeque<>();

  TokenCursor(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token current() {
    return tokens.get(at);
  }

  Token following() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = tokens.get(at);
    if (!token.is(Kind.END)) {
      at++;
    }
    return token;
  }

  int line() {
    return current().line();
  }

  boolean skipOperator(String operator) {
    if (current().isOperator(operator)) {
      at++;
      return true;
    }
    return false;
  }

  boolean skipName(String name) {
    if (current().isName(name)) {
      at++;
      return true;
    }
    return false;
  }

  Token expect(Kind kind, String shown) {
    if (!current().is(kind)) {
      throw unexpected(shown);
    }
    return next();
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw unexpected("'" + operator + "'");
    }
  }

  void expectName(String name) {
    if (!skipName(name)) {
      throw unexpected("'" + name + "'");
    }
  }

  TemplateError unexpected(String expected) {
    return error("expected " + expected + ", found " + current().shown());
  }

  TemplateError error(String message) {
    return new TemplateError(message, line());
  }

  void enter() {
    if (++depth > DEEPEST) {
      throw error("brackets and blocks are nested more than " + DEEPEST + " deep");
    }
  }

  void leave() {
    depth--;
  }

  void beginMacro() {
    mentioned.push(new HashSet<>());
  }

  /** What was mentioned since {@link #beginMacro}; what lies around has mentioned it too. */
  Macro.Mentioned endMacro() {
    Set<String> names = mentioned.pop();
    if (!mentioned.isEmpty()) {
      mentioned.peek().addAll(names);
    }
    return new Macro.Mentioned(
        names.contains("caller"), names.contains("varargs"), names.contains("kwargs"));
  }

  void mention(String name) {
    if (!mentioned.isEmpty()) {
      mentioned.peek().add(name);
    }
  }
}
