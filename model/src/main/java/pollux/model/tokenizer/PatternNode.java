package pollux.model.tokenizer;

import java.util.List;

/** A regular expression as a tree. */
sealed interface PatternNode {
  /** One code point of a set. */
  record One(CharacterSet set) implements PatternNode {}

  record Sequence(List<PatternNode> parts) implements PatternNode {}

  /** The first alternative that leads to a match. */
  record Choice(List<PatternNode> alternatives) implements PatternNode {}

  /** {@code most} is -1 where there is no bound. */
  record Repeat(PatternNode body, int least, int most, Mode mode) implements PatternNode {}

  /** Looks at what follows or precedes, and takes nothing. */
  record Look(PatternNode body, boolean behind, boolean negative) implements PatternNode {}

  /** What the body has matched first is not tried another way. */
  record Atomic(PatternNode body) implements PatternNode {}

  record Assertion(Place place) implements PatternNode {}

  /** How much a repetition takes, and whether it gives back. */
  enum Mode {
    GREEDY,
    LAZY,
    POSSESSIVE
  }

  /** Where an assertion holds. */
  enum Place {
    LINE_START,
    LINE_END,
    TEXT_START,
    TEXT_END,
    WORD_BOUNDARY,
    NO_WORD_BOUNDARY
  }

  /** The ASCII characters with which a match may begin, as two times 64 bits. */
  record First(long low, long high, boolean canBeEmpty) {
    static final First EMPTY = new First(0, 0, true);

    First or(First other) {
      return new First(low | other.low, high | other.high, canBeEmpty || other.canBeEmpty);
    }

    First then(First next) {
      return canBeEmpty ? new First(low | next.low, high | next.high, next.canBeEmpty) : this;
    }

    boolean has(int ascii) {
      return canBeEmpty || ((ascii < 64 ? low : high) >>> ascii & 1) != 0;
    }
  }

  /** With what a match of this may begin. */
  default First first() {
    return switch (this) {
      case One(CharacterSet set) -> new First(set.ascii(false), set.ascii(true), false);
      case Sequence(List<PatternNode> parts) -> {
        First first = First.EMPTY;
        for (PatternNode part : parts) {
          first = first.then(part.first());
        }
        yield first;
      }
      case Choice(List<PatternNode> alternatives) ->
          alternatives.stream().map(PatternNode::first).reduce(First::or).orElse(First.EMPTY);
      case Repeat(PatternNode body, int least, int _, Mode _) ->
          least == 0 ? body.first().or(First.EMPTY) : body.first();
      case Atomic(PatternNode body) -> body.first();
      case Look _, Assertion _ -> First.EMPTY;
    };
  }

  /** How many code points a match takes, or -1 where that varies. */
  default int width() {
    return switch (this) {
      case One _ -> 1;
      case Sequence(List<PatternNode> parts) -> {
        int sum = 0;
        for (PatternNode part : parts) {
          int width = part.width();
          sum = width < 0 || sum < 0 ? -1 : sum + width;
        }
        yield sum;
      }
      case Choice(List<PatternNode> alternatives) -> {
        int[] widths = alternatives.stream().mapToInt(PatternNode::width).distinct().toArray();
        yield widths.length == 1 ? widths[0] : -1;
      }
      case Repeat(PatternNode body, int least, int most, Mode _) -> {
        int width = body.width();
        yield least == most && width >= 0 ? (int) Math.min((long) width * least, 1 << 20) : -1;
      }
      case Atomic(PatternNode body) -> body.width();
      case Look _, Assertion _ -> 0;
    };
  }
}
