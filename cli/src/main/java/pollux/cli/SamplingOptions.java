package pollux.cli;

import picocli.CommandLine.Option;
import pollux.generation.Sampling;

/** How tokens are chosen. */
final class SamplingOptions {
  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "512",
      description = "Tokens to make at most (default: ${DEFAULT-VALUE}).")
  int maxTokens = 512;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0",
      description = "0 to 2; 0 takes the likeliest token each time (default: ${DEFAULT-VALUE}).")
  float temperature;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      defaultValue = "1",
      description =
          "Choose among the likeliest tokens that together reach this probability (default: ${DEFAULT-VALUE}).")
  float topP = 1;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Seed of the random choices: the same seed, the same answer (default: ${DEFAULT-VALUE}).")
  long seed;

  Sampling sampling() {
    return new Sampling(temperature, topP, maxTokens, seed);
  }
}
