package pollux.model;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import pollux.tensor.Tensor;
import pollux.tensor.Workspace;

/**
 * Positions of one or more sequences laid end to end; no attention crosses from one to another.
 *
 * @param tokens {@code [positions]} ids, {@link Prompt#MEDIA} where features stand
 * @param positions {@code [positions]} place within the own sequence, for rotary positions
 * @param starts first position of each sequence, and the number of positions at the end
 * @param patches picture and film features
 * @param sound sound features
 * @param embedded ready-made embeddings
 */
public record Batch(
    int[] tokens,
    int[] positions,
    int[] starts,
    Features patches,
    Features sound,
    Embedded embedded) {
  /**
   * Features of the positions {@code at}: {@code values} is {@code [positions, length]}, normalised
   * to mean 0 and deviation 1 over each span; {@code rows} and {@code columns} are places in the
   * learned grid.
   */
  public record Features(int[] at, int[] rows, int[] columns, Tensor values) {}

  private static final Features NO_PATCHES = none(MediaFrontEnd.PATCH_BYTES);
  private static final Features NO_SOUND = none(MediaFrontEnd.SOUND_BYTES);

  private static Features none(int length) {
    int[] nowhere = {};
    return new Features(nowhere, nowhere, nowhere, Tensor.f32(Arena.global(), 0, length));
  }

  /**
   * Lays {@code prompts} end to end, starting at {@code offset} within the own sequence (0, or what
   * a cache holds).
   */
  public static Batch of(List<Prompt> prompts, int offset, Workspace workspace) {
    int total = prompts.stream().mapToInt(p -> p.tokens().length).sum();
    int[] tokens = new int[total];
    int[] positions = new int[total];
    int[] starts = new int[prompts.size() + 1];
    int at = 0;
    for (int s = 0; s < prompts.size(); s++) {
      int[] own = prompts.get(s).tokens();
      System.arraycopy(own, 0, tokens, at, own.length);
      int[] times = prompts.get(s).times();
      for (int i = 0; i < own.length; i++) {
        positions[at + i] = offset + times[i];
      }
      at += own.length;
      starts[s + 1] = at;
    }
    return new Batch(
        tokens,
        positions,
        starts,
        features(prompts, starts, Prompt.Kind.PATCHES, MediaFrontEnd.PATCH_BYTES, workspace),
        features(prompts, starts, Prompt.Kind.SOUND, MediaFrontEnd.SOUND_BYTES, workspace),
        Embedded.of(prompts, starts, positions, workspace));
  }

  /** Number of positions. */
  public int size() {
    return tokens.length;
  }

  /** Number of sequences. */
  public int sequences() {
    return starts.length - 1;
  }

  private static Features features(
      List<Prompt> prompts, int[] starts, Prompt.Kind kind, int length, Workspace workspace) {
    int count = 0;
    for (Prompt p : prompts) {
      for (Prompt.Span span : p.spans()) {
        count += span.kind() == kind ? span.positions() : 0;
      }
    }
    if (count == 0) {
      return kind == Prompt.Kind.PATCHES ? NO_PATCHES : NO_SOUND;
    }
    int[] at = new int[count];
    int[] rows = new int[count];
    int[] columns = new int[count];
    Tensor values = workspace.f32(count, length);
    int next = 0;
    for (int s = 0; s < prompts.size(); s++) {
      for (Prompt.Span span : prompts.get(s).spans()) {
        if (span.kind() != kind) {
          continue;
        }
        int grid = gridOffset(span);
        for (int i = 0; i < span.positions(); i++) {
          at[next + i] = starts[s] + span.start() + i;
          rows[next + i] = grid + i / span.columns();
          columns[next + i] = grid + i % span.columns();
        }
        normalise(span.features(), span.positions() * length, values, (long) next * length);
        next += span.positions();
      }
    }
    return new Features(at, rows, columns, values);
  }

  /** Frames of film use the part of the grid behind that of pictures. */
  private static int gridOffset(Prompt.Span span) {
    int pictureGrid = MediaFrontEnd.PICTURE_SIDE / MediaFrontEnd.PATCH;
    return span.rows() == pictureGrid ? 0 : pictureGrid;
  }

  private static void normalise(byte[] features, int n, Tensor to, long offset) {
    long sum = 0;
    long squares = 0;
    for (int i = 0; i < n; i++) {
      int v = features[i] & 255;
      sum += v;
      squares += (long) v * v;
    }
    double mean = sum / (double) n;
    double deviation = Math.sqrt(Math.max(0, squares / (double) n - mean * mean));
    float[] table = new float[256];
    for (int v = 0; v < 256; v++) {
      // A blank picture has no deviation: half a step keeps it finite and near zero.
      table[v] = (float) ((v - mean) / (deviation + 0.5));
    }
    float[] out = new float[n];
    for (int i = 0; i < n; i++) {
      out[i] = table[features[i] & 255];
    }
    java.lang.foreign.MemorySegment.copy(out, 0, to.data(), Tensor.FLOAT, offset * 4, n);
  }

  @Override
  public String toString() {
    return "Batch" + Arrays.toString(starts);
  }
}
