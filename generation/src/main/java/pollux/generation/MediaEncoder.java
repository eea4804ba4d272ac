package pollux.generation;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import pollux.media.Picture;
import pollux.media.Sound;
import pollux.model.Ops;
import pollux.model.projector.Media;
import pollux.model.projector.MediaProjector;
import pollux.tensor.BadInputException;
import pollux.tensor.ElementType;
import pollux.tensor.KernelChoice;
import pollux.tensor.WorkTeam;
import pollux.tensor.Workspace;

/**
 * A projector's file, ready to make embeddings of pictures and sounds. Scratch memory lives as long
 * as one call. Safe for many threads, which take turns.
 */
public final class MediaEncoder implements AutoCloseable {
  private static final long SCRATCH = 16 << 20;

  private interface Job {
    Media run(Ops ops, Workspace workspace);
  }

  private final Arena arena;
  private final MediaProjector projector;
  private final WorkTeam team;

  private MediaEncoder(Path mmproj, int threads, Arena arena) {
    this.arena = arena;
    projector = MediaProjector.open(mmproj, arena);
    team = new WorkTeam(threads);
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
      return new MediaEncoder(mmproj, threads, arena);
    } catch (Throwable t) {
      arena.close();
      throw t;
    }
  }

  /** What the file reads, and for which text models. */
  public MediaProjector projector() {
    return projector;
  }

  /** The embeddings of {@code picture}. */
  public Media encode(Picture picture) {
    return run((ops, workspace) -> projector.encode(ops, workspace, picture));
  }

  /** The embeddings of {@code sound}. */
  public Media encode(Sound sound) {
    return run((ops, workspace) -> projector.encode(ops, workspace, sound));
  }

  private synchronized Media run(Job job) {
    try (Arena scratch = Arena.ofShared()) {
      Workspace workspace = new Workspace(scratch, SCRATCH);
      KvCache none = new KvCache(new KvPages(scratch, ElementType.F32));
      try (EagerOps ops = new EagerOps(KernelChoice.best(), team, workspace, none)) {
        return job.run(ops, workspace);
      }
    }
  }

  /** Waits for the call in progress, then gives all memory back; a second call does nothing. */
  @Override
  public synchronized void close() {
    if (arena.scope().isAlive()) {
      team.close();
      arena.close();
    }
  }
}
