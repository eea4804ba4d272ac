package pollux.generation;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import pollux.model.Batch;
import pollux.model.DecoderSpec;
import pollux.model.Prompt;
import pollux.model.Tier;
import pollux.tensor.Kernels;
import pollux.tensor.Tensor;
import pollux.tensor.WorkTeam;
import pollux.tensor.Workspace;

/**
 * One conversation's place in the decoder: what it has read, with its keys and values. A prompt
 * that begins as the last one did is read from where they part.
 *
 * <p>Prompts are read in chunks, so that scratch memory does not grow with them.
 */
final class Session implements AutoCloseable {
  /** Positions read at once: weights are decoded once for all of them. */
  private static final int CHUNK = 256;

  private static final long SCRATCH = 1 << 20;

  private final Weights weights;
  private final Tier tier;
  private final KvCache cache;

  /** The session owns it. */
  private final Arena arena = Arena.ofShared();

  private final Workspace workspace = new Workspace(arena, SCRATCH);
  private final EagerOps ops;

  /** Of the token read last. */
  private float[] logits = {};

  /** What the cache holds: as many positions as it has, and the media that begin in them. */
  private int[] tokens = new int[0];

  private final List<Prompt.Span> spans = new ArrayList<>();

  private final List<Prompt.Embeddings> embeddings = new ArrayList<>();

  /**
   * An empty session.
   *
   * @param memory of keys and values, the engine's
   */
  Session(Weights weights, Tier tier, Kernels kernels, WorkTeam team, KvPages memory) {
    this.weights = weights;
    this.tier = tier;
    DecoderSpec spec = weights.decoder().spec();
    this.cache = new KvCache(spec, spec.layersOf(tier), memory);
    this.ops = new EagerOps(kernels, team, workspace, cache);
  }

  /** Positions read so far. */
  int length() {
    return cache.length();
  }

  /**
   * Reads {@code prompt} instead of what was read before.
   *
   * @param after positions in rising order
   * @return logits {@code [after.length][vocabulary]}: what each of them says of the next position
   */
  float[][] read(Prompt prompt, int... after) {
    int total = prompt.tokens().length;
    int start = common(prompt);
    for (int a : after) {
      start = Math.min(start, a);
    }
    for (Prompt.Embeddings e : prompt.embeddings()) {
      start = e.whole() && start > e.start() && start < e.end() ? e.start() : start;
    }
    start = forget(start);
    float[][] logits = new float[after.length][];
    int done = 0;
    try (Arena media = Arena.ofShared()) {
      Batch whole = Batch.of(List.of(prompt), 0, new Workspace(media, SCRATCH));
      for (int from = start, to; from < total; from = to) {
        stopIfInterrupted();
        to = chunkEnd(prompt, from);
        int first = from;
        int end = to;
        int[] outputs =
            Arrays.stream(after).filter(a -> a >= first && a < end).map(a -> a - first).toArray();
        workspace.reset();
        Tensor rows = forward(slice(whole, from, to), outputs);
        for (int i = 0; i < outputs.length; i++) {
          logits[done++] = rows.rows(i, i + 1).toArray();
        }
        hold(prompt, from, to);
      }
    }
    return logits;
  }

  /** Reads one more token; its logits {@code [vocabulary]}, valid until the next call. */
  float[] next(int token) {
    stopIfInterrupted();
    Prompt one = new Prompt(new int[] {token}, List.of());
    workspace.reset();
    int position = cache.length();
    for (Prompt.Embeddings e : embeddings) {
      position -= e.positions() - e.advance();
    }
    Tensor row = forward(Batch.of(List.of(one), position, workspace), new int[] {0});
    if (logits.length != row.columns()) {
      logits = new float[row.columns()];
    }
    MemorySegment.copy(row.data(), Tensor.FLOAT, 0, logits, 0, logits.length);
    room(cache.length());
    tokens[cache.length() - 1] = token;
    return logits;
  }

  /** Forgets all that was read. */
  void clear() {
    forget(0);
  }

  /**
   * One step: logits {@code [outputs, vocabulary]} in the workspace; a file of weights that has
   * become shorter since the last one is an error of it.
   */
  private Tensor forward(Batch batch, int[] outputs) {
    Tensor result;
    try {
      result = weights.file().reading(() -> weights.decoder().forward(ops, batch, tier, outputs));
    } catch (Throwable t) { // some layers have read the batch and others have not
      forget(0);
      throw t;
    }
    cache.advance(batch.size());
    return result;
  }

  /**
   * Positions {@code from} to {@code to} of a batch of one sequence; features stay where they are.
   */
  private static Batch slice(Batch whole, int from, int to) {
    return new Batch(
        Arrays.copyOfRange(whole.tokens(), from, to),
        Arrays.copyOfRange(whole.positions(), from, to),
        new int[] {0, to - from},
        slice(whole.patches(), from, to),
        slice(whole.sound(), from, to),
        whole.embedded().slice(from, to));
  }

  /**
   * Where the chunk that begins at {@code from} ends: media that see all of themselves stay whole.
   */
  private static int chunkEnd(Prompt prompt, int from) {
    int to = Math.min(prompt.tokens().length, from + CHUNK);
    for (Prompt.Embeddings e : prompt.embeddings()) {
      if (e.whole() && e.start() < to && e.end() > to) {
        return e.start() > from ? e.start() : e.end();
      }
    }
    return to;
  }

  private static Batch.Features slice(Batch.Features features, int from, int to) {
    int[] at = features.at();
    int first = (int) Arrays.stream(at).filter(a -> a < from).count();
    int end = (int) Arrays.stream(at).filter(a -> a < to).count();
    return new Batch.Features(
        IntStream.range(first, end).map(i -> at[i] - from).toArray(),
        Arrays.copyOfRange(features.rows(), first, end),
        Arrays.copyOfRange(features.columns(), first, end),
        features.values().rows(first, end));
  }

  /** Positions at the start that {@code prompt} shares with what the cache holds. */
  private int common(Prompt prompt) {
    int most = Math.min(cache.length(), prompt.tokens().length);
    int difference = Arrays.mismatch(tokens, 0, most, prompt.tokens(), 0, most);
    int common = difference < 0 ? most : difference;
    for (int i = 0; i < spans.size() && spans.get(i).start() < common; i++) {
      if (i >= prompt.spans().size() || !same(spans.get(i), prompt.spans().get(i))) {
        common = spans.get(i).start();
      }
    }
    for (int i = 0; i < embeddings.size() && embeddings.get(i).start() < common; i++) {
      if (i >= prompt.embeddings().size() || !same(embeddings.get(i), prompt.embeddings().get(i))) {
        common = embeddings.get(i).start();
      }
    }
    return common;
  }

  private static boolean same(Prompt.Embeddings a, Prompt.Embeddings b) {
    return a.start() == b.start()
        && a.positions() == b.positions()
        && a.whole() == b.whole()
        && Objects.equals(a.grid(), b.grid())
        && Arrays.equals(a.values(), b.values());
  }

  private static boolean same(Prompt.Span a, Prompt.Span b) {
    return a.kind() == b.kind()
        && a.start() == b.start()
        && a.rows() == b.rows()
        && a.columns() == b.columns()
        && Arrays.equals(a.features(), b.features());
  }

  /** Forgets what lies behind {@code from}, or more; returns where to go on. */
  private int forget(int from) {
    int kept = cache.truncate(from);
    spans.removeIf(span -> span.start() >= kept);
    embeddings.removeIf(e -> e.start() >= kept);
    return kept;
  }

  private void hold(Prompt prompt, int from, int to) {
    room(to);
    System.arraycopy(prompt.tokens(), from, tokens, from, to - from);
    for (Prompt.Span span : prompt.spans()) {
      if (span.start() >= from && span.start() < to) {
        spans.add(span);
      }
    }
    for (Prompt.Embeddings e : prompt.embeddings()) {
      if (e.start() >= from && e.start() < to) {
        embeddings.add(e);
      }
    }
  }

  private void room(int positions) {
    if (positions > tokens.length) {
      tokens = Arrays.copyOf(tokens, positions + 256);
    }
  }

  /** As a method that waits would, this clears the interrupt. */
  private static void stopIfInterrupted() {
    if (Thread.interrupted()) {
      throw new CancellationException("the answer was interrupted");
    }
  }

  @Override
  public void close() {
    ops.close();
    cache.close();
    arena.close();
  }
}
