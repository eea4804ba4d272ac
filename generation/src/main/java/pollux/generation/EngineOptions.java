package pollux.generation;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import pollux.model.Tier;
import pollux.tensor.BadInputException;
import pollux.tensor.ElementType;

/**
 * How an engine runs.
 *
 * @param tier of this family's files; others have one
 * @param threads to compute with, the caller's among them
 * @param cache what keys and values are kept in: F16, F32 to compare numbers with others, or null
 *     for F32 in this small family and F16 elsewhere
 * @param projector the file of the picture or sound encoder that goes with another vendor's model,
 *     or null to read text alone; this family needs none
 */
public record EngineOptions(
    Tier tier, int threads, @Nullable ElementType cache, @Nullable Path projector) {
  public EngineOptions {
    if (threads < 1) {
      throw new BadInputException("the number of threads must be 1 or more, not " + threads);
    }
    if (cache != null && cache != ElementType.F16 && cache != ElementType.F32) {
      throw new BadInputException("keys and values are kept in F16 or F32, not " + cache);
    }
  }

  /** Without a projector. */
  public EngineOptions(Tier tier, int threads, @Nullable ElementType cache) {
    this(tier, threads, cache, null);
  }

  /** All of a file, with {@code threads} threads. */
  public static EngineOptions threads(int threads) {
    return new EngineOptions(Tier.ULTRA, threads, null);
  }

  /** The same with keys and values in {@code type}. */
  public EngineOptions withCache(ElementType type) {
    return new EngineOptions(tier, threads, type, projector);
  }

  /**
   * The same with pictures or sounds encoded by {@code file}, a GGUF file (mmproj); null without.
   */
  public EngineOptions withProjector(@Nullable Path file) {
    return new EngineOptions(tier, threads, cache, file);
  }
}
