package pollux.evaluation;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import pollux.generation.Engine;
import pollux.model.Prompt;
import pollux.tensor.BadInputException;

/**
 * How surprised a model is by a text: e to the mean negative log-likelihood of its tokens (Jelinek
 * et al. 1977), measured as {@code llama-perplexity} does, so that figures can be set side by side.
 *
 * <p>The text is cut into windows of the context's length, the first token of each is replaced by
 * the one that begins a text if the model has one, and the second half of each window is scored:
 * every scored token has at least half a window before it.
 *
 * @param perplexity of the scored tokens
 * @param deviation one standard error of {@code perplexity}, by the spread of the tokens' scores
 * @param tokens that were scored
 */
public record Perplexity(double perplexity, double deviation, int tokens) {
  /** Positions whose logits are held at once. */
  private static final int STEP = 64;

  /**
   * Measures {@code text}.
   *
   * @param context tokens of a window, 2 or more
   * @param progress told the figure so far after each window
   * @throws BadInputException if the text is shorter than a window, or a window than the model's
   *     context
   */
  public static Perplexity measure(
      Engine engine, String text, int context, Consumer<Perplexity> progress) {
    int most = engine.spec().context();
    if (context < 2 || context > most) {
      throw new BadInputException(
          "the window of %d tokens cannot be measured: expected 2 to the %d that %s reads"
              .formatted(context, most, engine.path()));
    }
    int[] tokens = engine.raw(text).tokens();
    if (tokens.length < context) {
      throw new BadInputException(
          "the text has %d tokens, fewer than the window of %d: give a longer text or a smaller"
                  .formatted(tokens.length, context)
              + " window");
    }
    Scores scores = new Scores();
    for (int start = 0; start + context <= tokens.length; start += context) {
      int[] window = Arrays.copyOfRange(tokens, start, start + context);
      if (engine.tokenizer().addsBos()) {
        window[0] = engine.tokenizer().bos().orElse(window[0]);
      }
      score(engine, window, scores);
      progress.accept(scores.result());
    }
    return scores.result();
  }

  private static void score(Engine engine, int[] window, Scores scores) {
    for (int from = window.length / 2; from < window.length - 1; from += STEP) {
      int end = Math.min(window.length - 1, from + STEP);
      Prompt read = new Prompt(Arrays.copyOf(window, end), List.of());
      float[][] logits = engine.logits(read, IntStream.range(from, end).toArray());
      for (int i = 0; i < logits.length; i++) {
        scores.add(surprise(logits[i], window[from + i + 1]));
      }
    }
  }

  /** The negative log-likelihood of {@code token} in nats. */
  static double surprise(float[] logits, int token) {
    float most = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      most = Math.max(most, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - most);
    }
    return most + Math.log(sum) - logits[token];
  }

  /** Sums of what was scored. */
  private static final class Scores {
    private double sum;
    private double squares;
    private int count;

    void add(double surprise) {
      sum += surprise;
      squares += surprise * surprise;
      count++;
    }

    Perplexity result() {
      double mean = sum / count;
      double variance = Math.max(0, squares / count - mean * mean);
      double perplexity = Math.exp(mean);
      double error = count < 2 ? Double.NaN : Math.sqrt(variance / (count - 1));
      return new Perplexity(perplexity, error * perplexity, count);
    }
  }
}
