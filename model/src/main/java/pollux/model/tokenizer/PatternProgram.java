package pollux.model.tokenizer;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import pollux.model.tokenizer.PatternNode.Mode;
import pollux.tensor.BadInputException;

/** A regular expression as instructions for {@link PatternMatcher}. Immutable. */
final class PatternProgram {
  // Instructions and their operands.
  /** One code point of set a. */
  static final int SET = 0;

  /** b to c code points of set a, as many as there are; gives back one after the other. */
  static final int RUN = 1;

  /** As {@link #RUN}; gives nothing back. */
  static final int WHOLE_RUN = 2;

  /** Goes on at a, or else at b. */
  static final int SPLIT = 3;

  static final int JUMP = 4;

  /** What follows up to {@link #MATCH} must match here (a = 0) or must not (1); goes on at b. */
  static final int AHEAD = 5;

  /** As {@link #AHEAD}, c code points back. */
  static final int BEHIND = 6;

  /** What follows up to {@link #MATCH}, in one way only; goes on at a. */
  static final int ATOMIC = 7;

  /** Remembers the position in register a. */
  static final int MARK = 8;

  /** Fails where nothing was taken since register a. */
  static final int PROGRESS = 9;

  /** The assertion a, a {@link PatternNode.Place}. */
  static final int ASSERT = 10;

  static final int MATCH = 11;

  private static final int MOST_CODE = 1 << 16;

  /** With more alternatives, all are tried everywhere. */
  private static final int MOST_DISPATCHED = 64;

  private static final long MOST_GROWTH = 64;

  private final String pattern;
  private final List<CharacterSet> sets = new ArrayList<>();
  private final CharacterSet[] setsById;
  private int[] code = new int[64];
  private int size;
  private int registers;
  private final int[] entries;
  private final long[] dispatch = new long[128];

  /** The set of a leading run of the whole pattern, which a failed search may skip; -1 if none. */
  private final int leadingRun;

  PatternProgram(String pattern) {
    this.pattern = pattern;
    PatternNode root = PatternParser.parse(pattern);
    List<PatternNode> alternatives =
        root instanceof PatternNode.Choice(List<PatternNode> all) && all.size() <= MOST_DISPATCHED
            ? all
            : List.of(root);
    entries = new int[alternatives.size()];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = size;
      compile(alternatives.get(i));
      emit(MATCH);
      PatternNode.First first = alternatives.get(i).first();
      for (int c = 0; c < dispatch.length; c++) {
        dispatch[c] |= first.has(c) ? 1L << i : 0;
      }
    }
    leadingRun =
        entries.length == 1 && code[0] == RUN && code[2] == 1 && code[3] == Integer.MAX_VALUE
            ? code[1]
            : -1;
    code = Arrays.copyOf(code, size);
    setsById = sets.toArray(new CharacterSet[0]);
  }

  /** Writes {@code replacement} for each match in {@code text}. */
  byte[] replaceAll(byte[] text, byte[] replacement) {
    CodePoints points = new CodePoints(text, 0, text.length);
    IdList matches = new IdList(16);
    new PatternMatcher(this, points.points(), points.size()).findAll(0, points.size(), matches);
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length);
    int done = 0;
    for (int i = 0; i < matches.size(); i += 2) {
      int from = points.start(matches.get(i));
      out.write(text, done, from - done);
      out.writeBytes(replacement);
      done = points.start(matches.get(i + 1));
      if (out.size() > MOST_GROWTH * text.length + 1024) {
        throw new BadInputException(
            "the replacement for '"
                + pattern
                + "' makes a text more than "
                + MOST_GROWTH
                + " times longer");
      }
    }
    out.write(text, done, text.length - done);
    return out.toByteArray();
  }

  String pattern() {
    return pattern;
  }

  int[] code() {
    return code;
  }

  CharacterSet[] sets() {
    return setsById;
  }

  int registers() {
    return registers;
  }

  /** Where the alternatives of the whole pattern start. */
  int[] entries() {
    return entries;
  }

  /** The alternatives with which a match may begin at {@code point}, as bits. */
  long alternatives(int point) {
    return point < 128 ? dispatch[point] : -1L >>> 64 - entries.length;
  }

  int leadingRun() {
    return leadingRun;
  }

  private void compile(PatternNode node) {
    switch (node) {
      case PatternNode.One(CharacterSet set) -> emit(SET, set(set));
      case PatternNode.Sequence(List<PatternNode> parts) -> parts.forEach(this::compile);
      case PatternNode.Choice(List<PatternNode> alternatives) -> choice(alternatives);
      case PatternNode.Repeat repeat -> repeat(repeat);
      case PatternNode.Look(PatternNode body, boolean behind, boolean negative) -> {
        int at = size;
        if (behind) {
          emit(BEHIND, negative ? 1 : 0, 0, body.width());
        } else {
          emit(AHEAD, negative ? 1 : 0, 0);
        }
        compile(body);
        emit(MATCH);
        code[at + 2] = size;
      }
      case PatternNode.Atomic(PatternNode body) -> atomic(body);
      case PatternNode.Assertion(PatternNode.Place place) -> emit(ASSERT, place.ordinal());
    }
  }

  private void atomic(PatternNode body) {
    int at = size;
    emit(ATOMIC, 0);
    compile(body);
    emit(MATCH);
    code[at + 1] = size;
  }

  private void choice(List<PatternNode> alternatives) {
    List<Integer> jumps = new ArrayList<>();
    for (int i = 0; i < alternatives.size(); i++) {
      boolean last = i == alternatives.size() - 1;
      int split = size;
      if (!last) {
        emit(SPLIT, size + 3, 0);
      }
      compile(alternatives.get(i));
      if (!last) {
        jumps.add(size + 1);
        emit(JUMP, 0);
        code[split + 2] = size;
      }
    }
    jumps.forEach(jump -> code[jump] = size);
  }

  private void repeat(PatternNode.Repeat repeat) {
    PatternNode body = repeat.body();
    int most = repeat.most() < 0 ? Integer.MAX_VALUE : repeat.most();
    if (body instanceof PatternNode.One(CharacterSet set) && repeat.mode() != Mode.LAZY) {
      int op = repeat.mode() == Mode.POSSESSIVE ? WHOLE_RUN : RUN;
      emit(op, set(set), repeat.least(), most);
      return;
    }
    if (repeat.mode() == Mode.POSSESSIVE) {
      atomic(new PatternNode.Repeat(body, repeat.least(), repeat.most(), Mode.GREEDY));
      return;
    }
    for (int i = 0; i < repeat.least(); i++) {
      compile(body);
    }
    boolean lazy = repeat.mode() == Mode.LAZY;
    if (repeat.most() >= 0) {
      List<Integer> exits = new ArrayList<>();
      for (int i = repeat.least(); i < repeat.most(); i++) {
        exits.add(split(lazy));
        compile(body);
      }
      exits.forEach(exit -> code[exit] = size);
      return;
    }
    // Without the check of progress, a body that may match nothing would go round for ever.
    int register = registers++;
    int loop = size;
    int exit = split(lazy);
    emit(MARK, register);
    compile(body);
    emit(PROGRESS, register);
    emit(JUMP, loop);
    code[exit] = size;
  }

  /** A split between going on here and an exit; where to put the exit's place. */
  private int split(boolean lazy) {
    int at = size;
    emit(SPLIT, size + 3, size + 3);
    return lazy ? at + 1 : at + 2;
  }

  private int set(CharacterSet set) {
    sets.add(set);
    return sets.size() - 1;
  }

  private void emit(int... instruction) {
    if (size + instruction.length > MOST_CODE) {
      throw new BadInputException(
          "the pattern '" + pattern + "' is too large: its repetitions take too many instructions");
    }
    if (size + instruction.length > code.length) {
      code = Arrays.copyOf(code, code.length * 2 + instruction.length);
    }
    System.arraycopy(instruction, 0, code, size, instruction.length);
    size += instruction.length;
  }
}
