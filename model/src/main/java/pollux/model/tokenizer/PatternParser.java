package pollux.model.tokenizer;

import java.util.ArrayList;
import java.util.List;
import pollux.model.tokenizer.PatternNode.Mode;
import pollux.model.tokenizer.PatternNode.Place;
import pollux.tensor.BadInputException;

/**
 * Reads a regular expression in the syntax of Oniguruma, as far as tokenizers use it: alternatives,
 * groups, classes with {@code &&}, Unicode properties, greedy, lazy and possessive repetitions,
 * looks ahead and (of fixed width) behind, {@code (?i:…)}. No groups are captured.
 */
final class PatternParser {
  private static final int DEEPEST = 100;
  private static final int MOST_REPEATS = 1000;

  private final String pattern;
  private final int[] points;
  private int at;
  private int depth;
  private boolean foldCase;

  private PatternParser(String pattern) {
    this.pattern = pattern;
    this.points = pattern.codePoints().toArray();
  }

  static PatternNode parse(String pattern) {
    PatternParser parser = new PatternParser(pattern);
    PatternNode node = parser.choice();
    if (parser.at < parser.points.length) {
      throw parser.bad("')' without '('");
    }
    return node;
  }

  private PatternNode choice() {
    if (++depth > DEEPEST) {
      throw bad("groups nested more than " + DEEPEST + " deep");
    }
    boolean folded = foldCase;
    List<PatternNode> alternatives = new ArrayList<>();
    do {
      alternatives.add(sequence());
    } while (accept('|'));
    foldCase = folded;
    depth--;
    return alternatives.size() == 1
        ? alternatives.getFirst()
        : new PatternNode.Choice(alternatives);
  }

  private PatternNode sequence() {
    List<PatternNode> parts = new ArrayList<>();
    while (at < points.length && points[at] != '|' && points[at] != ')') {
      parts.add(repeated(atom()));
    }
    return parts.size() == 1 ? parts.getFirst() : new PatternNode.Sequence(parts);
  }

  private PatternNode repeated(PatternNode body) {
    PatternNode node = body;
    while (at < points.length) {
      int least;
      int most = -1;
      int start = at;
      if (accept('*')) {
        least = 0;
      } else if (accept('+')) {
        least = 1;
      } else if (accept('?')) {
        least = 0;
        most = 1;
      } else if (points[at] == '{' && bounded()) {
        at = start + 1;
        least = points[at] == ',' ? 0 : number();
        most = accept(',') ? points[at] == '}' ? -1 : number() : least;
        expect('}');
        if (most >= 0 && most < least) {
          throw bad("a repetition of " + least + " to " + most);
        }
      } else {
        break;
      }
      Mode mode = accept('?') ? Mode.LAZY : accept('+') ? Mode.POSSESSIVE : Mode.GREEDY;
      node = new PatternNode.Repeat(node, least, most, mode);
    }
    return node;
  }

  /** Whether a repetition like {@code {1,3}} is here, and not a brace that stands for itself. */
  private boolean bounded() {
    int i = at + 1;
    while (i < points.length && (points[i] >= '0' && points[i] <= '9' || points[i] == ',')) {
      i++;
    }
    return i < points.length
        && points[i] == '}'
        && i > at + 1
        && !(i == at + 2 && points[at + 1] == ',');
  }

  private int number() {
    int value = 0;
    int start = at;
    while (at < points.length && points[at] >= '0' && points[at] <= '9') {
      value = value * 10 + points[at++] - '0';
      if (value > MOST_REPEATS) {
        throw bad("a repetition of more than " + MOST_REPEATS);
      }
    }
    if (at == start) {
      throw bad("a repetition without a number");
    }
    return value;
  }

  private PatternNode atom() {
    int c = points[at++];
    return switch (c) {
      case '(' -> group();
      case '[' -> one(new PatternClass(this).read());
      case '.' -> one(CharacterSet.of('\n').not());
      case '^' -> new PatternNode.Assertion(Place.LINE_START);
      case '$' -> new PatternNode.Assertion(Place.LINE_END);
      case '\\' -> escaped();
      case '*', '+', '?' -> throw bad("'" + Character.toString(c) + "' with nothing to repeat");
      default -> one(CharacterSet.of(c));
    };
  }

  private PatternNode one(CharacterSet set) {
    return new PatternNode.One(foldCase ? set.foldingCase() : set);
  }

  private PatternNode escaped() {
    if (at == points.length) {
      throw bad("a '\\' at the end");
    }
    Place place =
        switch (points[at]) {
          case 'b' -> Place.WORD_BOUNDARY;
          case 'B' -> Place.NO_WORD_BOUNDARY;
          case 'A' -> Place.TEXT_START;
          case 'z', 'Z' -> Place.TEXT_END;
          default -> null;
        };
    if (place != null) {
      at++;
      return new PatternNode.Assertion(place);
    }
    if (points[at] >= '1' && points[at] <= '9') {
      throw bad("a reference back to a group");
    }
    return one(new PatternClass(this).escape());
  }

  private PatternNode group() {
    boolean folded = foldCase;
    PatternNode node;
    if (!accept('?')) {
      node = choice();
    } else if (accept(':')) {
      node = choice();
    } else if (accept('=')) {
      node = new PatternNode.Look(choice(), false, false);
    } else if (accept('!')) {
      node = new PatternNode.Look(choice(), false, true);
    } else if (accept('>')) {
      node = new PatternNode.Atomic(choice());
    } else if (accept('<')) {
      node = behindOrNamed();
    } else {
      boolean on = true;
      while (at < points.length && points[at] != ':' && points[at] != ')') {
        int flag = points[at++];
        if (flag == '-') {
          on = false;
        } else if (flag == 'i') {
          foldCase = on;
        } else if (flag != 'u' && flag != 's' && flag != 'm') {
          throw bad("a group that begins with '(?" + Character.toString(flag) + "'");
        }
      }
      if (accept(':')) {
        node = choice();
      } else {
        expect(')'); // (?i) holds to the end of the group around it
        return new PatternNode.Sequence(List.of());
      }
    }
    foldCase = folded;
    expect(')');
    return node;
  }

  private PatternNode behindOrNamed() {
    boolean negative = accept('!');
    if (!negative && !accept('=')) {
      while (at < points.length && points[at] != '>') {
        at++;
      }
      expect('>');
      return choice();
    }
    PatternNode body = choice();
    if (body.width() < 0) {
      throw bad("a look behind of varying width");
    }
    return new PatternNode.Look(body, true, negative);
  }

  // What PatternClass reads with.

  boolean atEnd() {
    return at >= points.length;
  }

  int peek() {
    if (atEnd()) {
      throw bad("an end in the middle of a class or escape");
    }
    return points[at];
  }

  boolean follows(char first, char second) {
    return at + 1 < points.length && points[at] == first && points[at + 1] == second;
  }

  int next() {
    int c = peek();
    at++;
    return c;
  }

  boolean accept(int c) {
    if (at < points.length && points[at] == c) {
      at++;
      return true;
    }
    return false;
  }

  void expect(char c) {
    if (!accept(c)) {
      throw bad("no '" + c + "' where one belongs");
    }
  }

  void enter() {
    if (++depth > DEEPEST) {
      throw bad("classes nested more than " + DEEPEST + " deep");
    }
  }

  void leave() {
    depth--;
  }

  BadInputException bad(String problem) {
    return new BadInputException(
        "the pattern '" + pattern + "' has " + problem + " (at character " + at + ")");
  }
}
