package pollux.model.tokenizer;

import java.util.List;
import java.util.Map;

/** One step of cutting text into words: where a pattern matches, or digits by their place. */
sealed interface Split {
  /**
   * Cuts each piece of {@code pieces}, a text of its own, into finer ones.
   *
   * @param pieces start and end of each piece, as indices of code points
   * @param finer gets start and end of each piece of them
   */
  void cut(CodePoints text, IdList pieces, IdList finer);

  /** What becomes of a match, as the {@code Split} of Hugging Face tokenizers names it. */
  enum Behavior {
    ISOLATED,
    REMOVED,
    CONTIGUOUS,
    MERGED_WITH_PREVIOUS,
    MERGED_WITH_NEXT
  }

  /**
   * Cuts in groups of three from the right what these patterns would, which take quadratic time.
   */
  Map<String, Split> DIGIT_GROUPS =
      Map.of(
          "(?=(\\d{3})+(?!\\d))", new DigitGroups(false),
          "\\d{1,3}(?=(?:\\d{3})*\\b)", new DigitGroups(true),
          "\\p{AFMoE_digits}", new DigitGroups(false));

  static Split by(String pattern) {
    return by(pattern, Behavior.ISOLATED, false);
  }

  /**
   * @param invert take what is between the matches for the matches
   */
  static Split by(String pattern, Behavior behavior, boolean invert) {
    Split digits = DIGIT_GROUPS.get(pattern);
    return digits != null && behavior == Behavior.ISOLATED && !invert
        ? digits
        : new ByPattern(new PatternProgram(pattern), behavior, invert);
  }

  static List<Split> all(List<String> patterns) {
    return patterns.stream().map(Split::by).toList();
  }

  /** Cuts at the matches of a pattern. */
  record ByPattern(PatternProgram program, Behavior behavior, boolean invert) implements Split {
    @Override
    public void cut(CodePoints text, IdList pieces, IdList finer) {
      PatternMatcher matcher = new PatternMatcher(program, text.points(), text.size());
      IdList matches = new IdList(64);
      Pieces out = new Pieces(behavior, finer);
      for (int p = 0; p < pieces.size(); p += 2) {
        int done = pieces.get(p);
        int to = pieces.get(p + 1);
        matches.clear();
        matcher.findAll(done, to, matches);
        for (int i = 0; i < matches.size(); i += 2) {
          if (matches.get(i) > done) {
            out.add(done, matches.get(i), invert);
          }
          done = matches.get(i + 1);
          out.add(matches.get(i), done, !invert);
        }
        if (done < to) {
          out.add(done, to, invert);
        }
        out.end();
      }
    }
  }

  /** Holds back the last piece, as long as the next may join it. */
  final class Pieces {
    private final Behavior behavior;
    private final IdList out;
    private int from = -1;
    private int to = -1;
    private boolean wasMatch;

    Pieces(Behavior behavior, IdList out) {
      this.behavior = behavior;
      this.out = out;
    }

    void add(int start, int end, boolean match) {
      if (behavior == Behavior.REMOVED && match) {
        return;
      }
      boolean joins =
          from >= 0
              && switch (behavior) {
                case ISOLATED, REMOVED -> false;
                case CONTIGUOUS -> match == wasMatch;
                case MERGED_WITH_PREVIOUS -> match && !wasMatch;
                case MERGED_WITH_NEXT -> wasMatch && !match;
              };
      if (joins) {
        to = end;
      } else {
        end();
        from = start;
        to = end;
      }
      wasMatch = match;
    }

    void end() {
      if (from >= 0) {
        out.add(from);
        out.add(to);
        from = -1;
      }
    }
  }

  /**
   * Runs of digits in groups of three from the right, the first one shorter; all else stays as it
   * is.
   *
   * @param wholeOnly leave a run alone that a letter follows
   */
  record DigitGroups(boolean wholeOnly) implements Split {
    @Override
    public void cut(CodePoints text, IdList pieces, IdList finer) {
      int[] points = text.points();
      for (int p = 0; p < pieces.size(); p += 2) {
        int done = pieces.get(p);
        int to = pieces.get(p + 1);
        for (int at = done; at < to; ) {
          int end = at;
          while (end < to && CharacterClass.in(CharacterClass.NUMBER, points[end])) {
            end++;
          }
          if (end > at && !(wholeOnly && end < to && PatternClass.WORDS.has(points[end]))) {
            add(finer, done, at);
            for (int group = at + (end - at - 1) % 3 + 1; group <= end; group += 3) {
              add(finer, at, group);
              at = group;
            }
            done = end;
          }
          at = Math.max(end, at + 1);
        }
        add(finer, done, to);
      }
    }

    private static void add(IdList pieces, int from, int to) {
      if (to > from) {
        pieces.add(from);
        pieces.add(to);
      }
    }
  }
}
