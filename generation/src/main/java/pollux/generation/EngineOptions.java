package pollux.generation;

import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import pollux.model.AttentionSpec;
import pollux.model.DecoderSpec;
import pollux.model.FamilyFile;
import pollux.model.LayerSpec;
import pollux.model.Tier;
import pollux.tensor.BadInputException;
import pollux.tensor.ElementType;

/**
 * How an engine runs.
 *
 * @param tier of this family's files; others have one
 * @param threads to compute with, the caller's among them
 * @param cache what keys and values are kept in: F16, F32 to compare numbers with others, Q8_0 for
 *     little more than half the memory of F16, or null for F32 in this small family and F16
 *     elsewhere
 * @param projector the file of the picture or sound encoder that goes with another vendor's model,
 *     or null to read text alone; this family needs none
 */
public record EngineOptions(
    Tier tier, int threads, @Nullable ElementType cache, @Nullable Path projector) {
  public EngineOptions {
    if (threads < 1) {
      throw new BadInputException("the number of threads must be 1 or more, not " + threads);
    }
    if (cache != null) {
      checkedCache(cache);
    }
  }

  /** {@code type}, if keys and values can be kept in it. */
  static ElementType checkedCache(ElementType type) {
    return switch (type) {
      case F32, F16, Q8_0 -> type;
      default ->
          throw new BadInputException("keys and values are kept in F32, F16 or Q8_0, not " + type);
    };
  }

  /** What keys and values of a model of {@code spec}, read from {@code path}, are kept in. */
  ElementType cacheOf(Path path, DecoderSpec spec) {
    if (cache == null) {
      boolean own = spec.family().equals(FamilyFile.ARCHITECTURE);
      return own ? ElementType.F32 : ElementType.F16;
    }
    for (LayerSpec layer : spec.layers()) {
      if (layer.mixer() instanceof AttentionSpec attention
          && attention.headLength() % cache.blockLength() != 0) {
        throw new BadInputException(
            path
                + " has heads of "
                + attention.headLength()
                + " elements, which fill no blocks of "
                + cache.blockLength()
                + ": keep keys and values in f16 instead of "
                + cache.name().toLowerCase(Locale.ROOT));
      }
    }
    return cache;
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
