package pollux.generation;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import pollux.model.Prompt;
import pollux.tensor.BadInputException;

/**
 * How quickly an engine reads a prompt and writes an answer, as {@code llama-bench} measures it:
 * random tokens, no sampling, each run from an empty cache, the first run not counted.
 *
 * @param prompt tokens read at once
 * @param generated tokens read one by one, each with its logits
 * @param tokensPerSecond of each run
 */
public record SpeedTest(int prompt, int generated, List<Double> tokensPerSecond) {
  private static final long SEED = 1;

  public SpeedTest {
    tokensPerSecond = List.copyOf(tokensPerSecond);
  }

  /** Reads {@code tokens} at once, {@code runs} times. */
  public static SpeedTest prefill(Engine engine, int tokens, int runs) {
    check(engine, tokens, runs);
    RandomGenerator random = new SplittableRandom(SEED);
    return new SpeedTest(
        tokens,
        0,
        measure(
            engine,
            tokens,
            runs,
            session -> {
              Prompt prompt = new Prompt(draw(engine, tokens, random), List.of());
              session.read(prompt, tokens - 1);
            }));
  }

  /** Reads {@code tokens} one by one, {@code runs} times. */
  public static SpeedTest decode(Engine engine, int tokens, int runs) {
    check(engine, tokens, runs);
    RandomGenerator random = new SplittableRandom(SEED);
    return new SpeedTest(
        0,
        tokens,
        measure(
            engine,
            tokens,
            runs,
            session -> {
              for (int token : draw(engine, tokens, random)) {
                session.next(token);
              }
            }));
  }

  private interface Work {
    void run(Session session);
  }

  private static List<Double> measure(Engine engine, int tokens, int runs, Work work) {
    List<Double> speeds = new ArrayList<>();
    engine.use(session -> {
      for (int run = 0; run <= runs; run++) {
        session.clear();
        long start = System.nanoTime();
        work.run(session);
        if (run > 0) {
          speeds.add(tokens / ((System.nanoTime() - start) / 1e9));
        }
      }
      session.clear();
    });
    return speeds;
  }

  private static int[] draw(Engine engine, int tokens, RandomGenerator random) {
    return random.ints(tokens, 0, engine.spec().vocabulary()).toArray();
  }

  private static void check(Engine engine, int tokens, int runs) {
    if (tokens < 1 || tokens > engine.spec().context()) {
      throw new BadInputException(
          "%d tokens cannot be measured with %s: expected 1 to the %d that it reads"
              .formatted(tokens, engine.path(), engine.spec().context()));
    }
    if (runs < 1) {
      throw new BadInputException("expected 1 run or more, found " + runs);
    }
  }

  /** Tokens a second, the mean of the runs. */
  public double mean() {
    return tokensPerSecond.stream().mapToDouble(d -> d).average().orElse(Double.NaN);
  }

  /** Standard deviation of the runs; 0 for one. */
  public double deviation() {
    double mean = mean();
    double sum = tokensPerSecond.stream().mapToDouble(s -> (s - mean) * (s - mean)).sum();
    return tokensPerSecond.size() < 2 ? 0 : Math.sqrt(sum / (tokensPerSecond.size() - 1));
  }
}
