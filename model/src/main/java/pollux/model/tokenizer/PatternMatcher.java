package pollux.model.tokenizer;

import java.util.Arrays;
import pollux.model.tokenizer.PatternNode.Place;
import pollux.tensor.BadInputException;

/**
 * Runs a {@link PatternProgram} over one text, backtracking on a stack of its own: no recursion
 * with the length of the text, and no more steps than a bound, whatever the pattern.
 */
final class PatternMatcher {
  /**
   * Instructions and code points looked at for each code point of the text. The patterns of known
   * models take up to 12 (measured on mixed text and on runs of one character).
   */
  private static final long STEPS_EACH = 200;

  private static final long STEPS_MORE = 1_000_000;

  private static final int MOST_STACK = 1 << 26;

  /** On the stack: go on at the instruction, at the position. */
  private static final int BRANCH = -1;

  private final PatternProgram program;
  private final int[] code;
  private final CharacterSet[] sets;
  private final int[] entries;
  private final int[] points;
  private final int[] registers;

  /** Entries of three: instruction, position, the position down to which it gives back. */
  private int[] stack = new int[96];

  private int top;
  private int from;
  private int to;
  private long steps;

  PatternMatcher(PatternProgram program, int[] points, int size) {
    this.program = program;
    this.points = points;
    code = program.code();
    sets = program.sets();
    entries = program.entries();
    registers = new int[program.registers()];
    steps = STEPS_EACH * size + STEPS_MORE;
  }

  /**
   * Finds all matches from {@code first} to {@code last}, a text of its own: nothing outside is
   * seen.
   *
   * @param found gets start and end of each match, one after the other
   */
  void findAll(int first, int last, IdList found) {
    from = first;
    to = last;
    int at = first;
    while (at < last) {
      int end = match(at);
      if (end > at) {
        found.add(at);
        found.add(end);
        at = end;
      } else if (program.leadingRun() >= 0) {
        // A match from within the run would end where one from its start has failed to.
        CharacterSet run = sets[program.leadingRun()];
        at++;
        while (at < last && run.has(points[at - 1]) && run.has(points[at])) {
          at++;
        }
      } else {
        at++;
      }
    }
  }

  /** The end of the match at {@code at}, or -1. */
  private int match(int at) {
    long alternatives = program.alternatives(points[at]);
    if (--steps < 0) {
      throw tooLong();
    }
    while (alternatives != 0) {
      int end = run(entries[Long.numberOfTrailingZeros(alternatives)], at);
      if (end >= 0) {
        return end;
      }
      alternatives &= alternatives - 1;
    }
    return -1;
  }

  /** Runs from {@code start} to MATCH; the end of the match, or -1. The stack is as before. */
  private int run(int start, int position) {
    int bottom = top;
    int pc = start;
    int at = position;
    while (true) {
      if (--steps < 0) {
        throw tooLong();
      }
      boolean failed = false;
      switch (code[pc]) {
        case PatternProgram.SET -> {
          if (at < to && sets[code[pc + 1]].has(points[at])) {
            at++;
            pc += 2;
          } else {
            failed = true;
          }
        }
        case PatternProgram.RUN, PatternProgram.WHOLE_RUN -> {
          CharacterSet set = sets[code[pc + 1]];
          int least = code[pc + 2];
          int end = (int) Math.min(to, (long) at + code[pc + 3]);
          int next = at;
          while (next < end && set.has(points[next])) {
            next++;
          }
          steps -= next - at;
          if (next - at < least) {
            failed = true;
          } else {
            if (code[pc] == PatternProgram.RUN && next - at > least) {
              push(pc + 4, next - 1, at + least);
            }
            at = next;
            pc += 4;
          }
        }
        case PatternProgram.SPLIT -> {
          push(code[pc + 2], at, BRANCH);
          pc = code[pc + 1];
        }
        case PatternProgram.JUMP -> pc = code[pc + 1];
        case PatternProgram.AHEAD -> {
          boolean found = run(pc + 3, at) >= 0;
          failed = found == (code[pc + 1] == 1);
          pc = code[pc + 2];
        }
        case PatternProgram.BEHIND -> {
          int begin = at - code[pc + 3];
          boolean found = begin >= from && run(pc + 4, begin) == at;
          failed = found == (code[pc + 1] == 1);
          pc = code[pc + 2];
        }
        case PatternProgram.ATOMIC -> {
          int end = run(pc + 2, at);
          failed = end < 0;
          at = end;
          pc = code[pc + 1];
        }
        case PatternProgram.MARK -> {
          int register = code[pc + 1];
          push(-1 - register, registers[register], BRANCH);
          registers[register] = at;
          pc += 2;
        }
        case PatternProgram.PROGRESS -> {
          failed = registers[code[pc + 1]] == at;
          pc += 2;
        }
        case PatternProgram.ASSERT -> {
          failed = !holds(code[pc + 1], at);
          pc += 2;
        }
        default -> {
          top = bottom;
          return at;
        }
      }
      if (failed) {
        while (top > bottom && stack[top - 3] < 0) {
          registers[-1 - stack[top - 3]] = stack[top - 2];
          top -= 3;
        }
        if (top == bottom) {
          return -1;
        }
        pc = stack[top - 3];
        at = stack[top - 2];
        if (stack[top - 1] >= 0 && at > stack[top - 1]) {
          stack[top - 2]--; // a run that can give back one more
        } else {
          top -= 3;
        }
      }
    }
  }

  private boolean holds(int place, int at) {
    return switch (Place.values()[place]) {
      case LINE_START -> at == from || points[at - 1] == '\n';
      case LINE_END -> at == to || points[at] == '\n';
      case TEXT_START -> at == from;
      case TEXT_END -> at == to;
      case WORD_BOUNDARY -> boundary(at);
      case NO_WORD_BOUNDARY -> !boundary(at);
    };
  }

  private boolean boundary(int at) {
    boolean before = at > from && PatternClass.WORDS.has(points[at - 1]);
    boolean after = at < to && PatternClass.WORDS.has(points[at]);
    return before != after;
  }

  private void push(int pc, int at, int low) {
    if (top + 3 > stack.length) {
      if (stack.length > MOST_STACK) {
        throw tooLong();
      }
      stack = Arrays.copyOf(stack, stack.length * 2);
    }
    stack[top] = pc;
    stack[top + 1] = at;
    stack[top + 2] = low;
    top += 3;
  }

  private BadInputException tooLong() {
    return new BadInputException(
        "the pattern '"
            + program.pattern()
            + "' takes more than "
            + STEPS_EACH
            + " steps for each character of this text: it tries too many ways to match it");
  }
}
