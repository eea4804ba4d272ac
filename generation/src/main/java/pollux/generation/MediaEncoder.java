package pollux.generation;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;
import pollux.media.Picture;
import pollux.media.Sound;
import pollux.model.Media;
import pollux.model.MediaReader;
import pollux.model.Ops;
import pollux.model.Part;
import pollux.model.projector.MediaProjector;
import pollux.tensor.BadInputException;
import pollux.tensor.ElementType;
import pollux.tensor.KernelChoice;
import pollux.tensor.WorkTeam;
import pollux.tensor.Workspace;

/**
 * A projector's file, ready to make embeddings of pictures and sounds. Scratch memory lives as long
 * as one call; embeddings as long as somebody holds the picture or sound, so that the next turn of
 * a chat finds them. Safe for many threads, which take turns.
 */
public final class MediaEncoder implements MediaReader, AutoCloseable {
  private static final long SCRATCH = 16 << 20;

  private interface Job {
    Media run(Ops ops, Workspace workspace);
  }

  private final MediaProjector projector;
  private final WorkTeam team;

  /** What is closed with the encoder; null where team and mapping are an engine's. */
  private final @Nullable Arena own;

  private final Map<Object, Media> known = new WeakHashMap<>();
  private boolean closed;

  private MediaEncoder(MediaProjector projector, WorkTeam team, @Nullable Arena own) {
    this.projector = projector;
    this.team = team;
    this.own = own;
  }

  /** An encoder that works with the caller's team, and maps the file into the caller's arena. */
  static MediaEncoder within(Path mmproj, WorkTeam team, Arena arena) {
    return new MediaEncoder(MediaProjector.open(mmproj, arena), team, null);
  }

  /**
   * Maps {@code mmproj}, a GGUF file as llama.cpp writes it beside a text model.
   *
   * @param threads to compute with, the caller's among them
   * @throws BadInputException that names the file, and what in it is missing, unknown or wrong
   */
  public static MediaEncoder open(Path mmproj, int threads) {
    if (threads < 1) {
      throw new BadInputException("the number of threads must be 1 or more, not " + threads);
    }
    @SuppressWarnings("MustBeClosedChecker") // the encoder owns it
    Arena arena = Arena.ofShared();
    try {
      return new MediaEncoder(MediaProjector.open(mmproj, arena), new WorkTeam(threads), arena);
    } catch (Throwable t) {
      arena.close();
      throw t;
    }
  }

  /** What the file reads, and for which text models. */
  public MediaProjector projector() {
    return projector;
  }

  @Override
  public Media read(Part part) {
    return switch (part) {
      case Part.Image(Picture picture) -> encode(picture);
      case Part.Audio(Sound sound) -> encode(sound);
      case Part.Video _ ->
          throw new BadInputException(
              projector.path() + " reads no film: give pictures of it, or its sound");
      case Part.Text _, Part.Thought _ -> throw new IllegalArgumentException(part.toString());
    };
  }

  /** The embeddings of {@code picture}. */
  public Media encode(Picture picture) {
    return run(picture, (ops, workspace) -> projector.encode(ops, workspace, picture));
  }

  /** The embeddings of {@code sound}. */
  public Media encode(Sound sound) {
    return run(sound, (ops, workspace) -> projector.encode(ops, workspace, sound));
  }

  private synchronized Media run(Object medium, Job job) {
    if (closed) {
      throw new IllegalStateException("the encoder of " + projector.path() + " is closed");
    }
    Media media = known.get(medium);
    if (media != null) {
      return media;
    }
    try (Arena scratch = Arena.ofShared()) {
      Workspace workspace = new Workspace(scratch, SCRATCH);
      KvCache none = new KvCache(new KvPages(scratch, ElementType.F32));
      try (EagerOps ops = new EagerOps(KernelChoice.best(), team, workspace, none)) {
        media = job.run(ops, workspace);
      }
    }
    known.put(medium, media);
    return media;
  }

  /** Waits for the call in progress, then gives all memory back; a second call does nothing. */
  @Override
  public synchronized void close() {
    closed = true;
    known.clear();
    if (own != null && own.scope().isAlive()) {
      team.close();
      own.close();
    }
  }
}
