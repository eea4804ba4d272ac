package pollux.model.template;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import pollux.model.template.Token.Kind;

/**
 * Cuts a template into tokens as {@code jinja2.lexer} does with {@code trim_blocks} and {@code
 * lstrip_blocks}: the line break after a block goes, and so do blanks before a block that is first
 * on its line.
 */
final class Lexer {
  /** Longest first. */
  private static final String[] OPERATORS = {
    "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}",
    ">", "<", "=", ".", ":", "|", ",", ";"
  };

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;

  /** Whether the tag before ended with its line, so that blanks may be those of a line's start. */
  private boolean lineStarts = true;

  Lexer(String template) {
    String source = template.replace("\r\n", "\n").replace('\r', '\n');
    this.source = source.endsWith("\n") ? source.substring(0, source.length() - 1) : source;
  }

  List<Token> tokens() {
    while (at < source.length()) {
      int tag = nextTag();
      if (tag < 0) {
        data(source.substring(at));
        move(source.length());
        break;
      }
      char kind = source.charAt(tag + 1);
      char control = charAt(tag + 2);
      boolean controlled = control == '-' || control == '+';
      data(stripped(source.substring(at, tag), kind, control));
      move(tag + (controlled ? 3 : 2));
      switch (kind) {
        case '#' -> comment();
        case '{' -> code(Kind.PRINT_BEGIN, Kind.PRINT_END);
        default -> {
          int raw = rawBegin();
          if (raw >= 0) {
            raw(raw);
          } else {
            code(Kind.BLOCK_BEGIN, Kind.BLOCK_END);
          }
        }
      }
    }
    tokens.add(new Token(Kind.END, "", line));
    return tokens;
  }

  /** The place of the next {@code {%}, {@code {{} or {@code {#}; -1 if there is none. */
  private int nextTag() {
    for (int i = source.indexOf('{', at); i >= 0; i = source.indexOf('{', i + 1)) {
      char next = charAt(i + 1);
      if (next == '%' || next == '{' || next == '#') {
        return i;
      }
    }
    return -1;
  }

  /** {@code text}, which precedes a tag, less what the tag takes away. */
  private String stripped(String text, char kind, char control) {
    if (control == '-') {
      return PythonText.rstrip(text);
    }
    if (control == '+' || kind == '{') {
      return text;
    }
    int start = text.lastIndexOf('\n') + 1;
    boolean firstOnLine = start > 0 || lineStarts;
    return firstOnLine && PythonText.isSpace(text.substring(start))
        ? text.substring(0, start)
        : text;
  }

  private void data(String text) {
    if (!text.isEmpty()) {
      tokens.add(new Token(Kind.DATA, text, line));
    }
  }

  private void comment() {
    int end = source.indexOf("#}", at);
    if (end < 0) {
      throw new TemplateError("a comment has no end '#}'", line);
    }
    // "-#}" and "+#}" may lie on the comment's own first character only where the tag left it.
    char control = end > at ? source.charAt(end - 1) : ' ';
    move(end + 2);
    afterTag(control);
  }

  /** What follows a block or a comment goes: all blanks after '-', one line break otherwise. */
  private void afterTag(char control) {
    int from = at;
    if (control == '-') {
      skipSpace();
    } else if (control != '+' && charAt(at) == '\n') {
      move(at + 1);
    }
    lineStarts = at > from && source.charAt(at - 1) == '\n';
  }

  /** The end of {@code raw %}} where that is what follows, or -1. */
  private int rawBegin() {
    int i = skipSpace(at);
    if (!source.startsWith("raw", i)) {
      return -1;
    }
    i = skipSpace(i + 3);
    if (source.startsWith("-%}", i)) {
      return skipSpace(i + 3);
    }
    return source.startsWith("%}", i) ? i + 2 : -1;
  }

  private void raw(int begin) {
    move(begin);
    lineStarts = source.charAt(at - 1) == '\n';
    for (int i = source.indexOf("{%", at); i >= 0; i = source.indexOf("{%", i + 1)) {
      char control = charAt(i + 2);
      int word = skipSpace(control == '-' || control == '+' ? i + 3 : i + 2);
      int end = source.startsWith("endraw", word) ? skipSpace(word + 6) : -1;
      char endControl = end < 0 ? ' ' : charAt(end);
      int close = endControl == '-' || endControl == '+' ? end + 1 : end;
      if (end >= 0 && source.startsWith("%}", close)) {
        data(stripped(source.substring(at, i), '%', control));
        move(close + 2);
        afterTag(endControl);
        return;
      }
    }
    throw new TemplateError("'raw' has no end '{% endraw %}'", line);
  }

  private void code(Kind begin, Kind end) {
    int beginLine = line;
    tokens.add(new Token(begin, "", line));
    Deque<Character> open = new ArrayDeque<>();
    while (true) {
      skipSpace();
      if (at >= source.length()) {
        tokens.add(new Token(Kind.END, "", beginLine));
        return;
      }
      int endLine = line;
      if (open.isEmpty() && ends(end)) {
        tokens.add(new Token(end, "", endLine));
        return;
      }
      token(open);
    }
  }

  /** Passes the end of a tag where it is next. */
  private boolean ends(Kind end) {
    String close = end == Kind.PRINT_END ? "}}" : "%}";
    char control = charAt(at);
    boolean controlled = control == '-' || (control == '+' && end == Kind.BLOCK_END);
    if (!source.startsWith(close, controlled ? at + 1 : at)) {
      return false;
    }
    move(at + close.length() + (controlled ? 1 : 0));
    afterTag(end == Kind.PRINT_END && !controlled ? '+' : control);
    return true;
  }

  private void token(Deque<Character> open) {
    char c = source.charAt(at);
    if (c >= '0' && c <= '9') {
      number();
      return;
    }
    if (c == '_' || Character.isUnicodeIdentifierStart(source.codePointAt(at))) {
      int end = at;
      while (end < source.length() && isWordPart(source.codePointAt(end))) {
        end += Character.charCount(source.codePointAt(end));
      }
      add(Kind.NAME, source.substring(at, end), end);
      return;
    }
    if (c == '\'' || c == '"') {
      int end = StringLiteral.end(source, at);
      if (end < 0) {
        throw new TemplateError("a string has no end", line);
      }
      add(Kind.STRING, StringLiteral.decode(source.substring(at + 1, end - 1), line), end);
      return;
    }
    for (String operator : OPERATORS) {
      if (source.startsWith(operator, at)) {
        balance(c, open);
        add(Kind.OPERATOR, operator, at + operator.length());
        return;
      }
    }
    throw new TemplateError(
        "unexpected character '" + Character.toString(source.codePointAt(at)) + "'", line);
  }

  private void balance(char c, Deque<Character> open) {
    switch (c) {
      case '(' -> open.push(')');
      case '[' -> open.push(']');
      case '{' -> open.push('}');
      case ')', ']', '}' -> {
        if (open.isEmpty() || open.pop() != c) {
          throw new TemplateError("unexpected '" + c + "'", line);
        }
      }
      default -> {}
    }
  }

  private void number() {
    NumberLiteral literal = NumberLiteral.at(source, at);
    add(literal.real() ? Kind.REAL : Kind.INTEGER, literal.digits(), literal.end());
  }

  private void add(Kind kind, String text, int end) {
    tokens.add(new Token(kind, text, line));
    move(end);
  }

  private static boolean isWordPart(int c) {
    return c == '_' || Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c);
  }

  private char charAt(int place) {
    return place < source.length() ? source.charAt(place) : 0;
  }

  private int skipSpace(int place) {
    int i = place;
    while (i < source.length() && PythonText.isSpace(source.charAt(i))) {
      i++;
    }
    return i;
  }

  private void skipSpace() {
    move(skipSpace(at));
  }

  /** Goes on to {@code place}, and counts lines. */
  private void move(int place) {
    for (; at < place; at++) {
      if (source.charAt(at) == '\n') {
        line++;
      }
    }
  }
}
