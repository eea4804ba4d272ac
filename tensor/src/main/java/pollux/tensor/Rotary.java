package pollux.tensor;

import java.util.Arrays;

/**
 * Rotary positions (Su et al. 2021) as data: which elements of a head turn together, how fast each
 * pair turns, and by how much the turned ones are stretched. Scalings (linear, llama3's factors,
 * YaRN, LongRoPE) are but other frequencies.
 *
 * <p>Cosines and sines are kept by position, since a forward pass asks for the same ones in each
 * layer. They come in pages that are filled when a position in them is first asked for: the table
 * grows with the positions that were read, whatever context a file claims. Safe for many threads.
 */
public final class Rotary {
  /** Which elements of a head form the pair i. */
  public enum Pairs {
    /** (i, i + length / 2): the layout of GPT-NeoX. */
    HALVES,
    /** (2 i, 2 i + 1): the layout of the paper, and of Llama's files. */
    NEIGHBOURS
  }

  /** Positions of a page. */
  private static final int PAGE = 256;

  /** Bounds what a stray position can make the process allocate. */
  private static final int MOST_POSITIONS = 1 << 24;

  private final Pairs pairs;
  private final double[] frequencies;
  private final float magnitude;

  /** The coordinate of a position that pair i turns by; empty where positions are one number. */
  private final int[] axes;

  /** {@code [axis][position]}; empty where a position is its own coordinate. */
  private final int[][] coordinates;

  private volatile float[][] pages = {};

  /**
   * @param frequencies radians that pair i turns by with each position; twice as many elements at
   *     the start of a head turn
   * @param magnitude factor of the turned elements; 1 but for YaRN and LongRoPE
   */
  public Rotary(Pairs pairs, double[] frequencies, float magnitude) {
    this(pairs, frequencies, magnitude, new int[0], new int[0][]);
  }

  private Rotary(
      Pairs pairs, double[] frequencies, float magnitude, int[] axes, int[][] coordinates) {
    this.pairs = pairs;
    this.frequencies = frequencies.clone();
    this.magnitude = magnitude;
    this.axes = axes;
    this.coordinates = coordinates;
  }

  /**
   * The same for positions of several coordinates (the M-RoPE of Qwen2-VL, arXiv 2409.12191): pair
   * i turns by coordinate {@code axes[i]}. Until it is told them ({@link #at(int[][])}), all
   * coordinates of a position are its number.
   */
  public Rotary withAxes(int[] axes) {
    if (axes.length != frequencies.length) {
      throw new IllegalArgumentException(
          "an axis for each of " + frequencies.length + " pairs, not " + axes.length);
    }
    return new Rotary(pairs, frequencies, magnitude, axes.clone(), new int[0][]);
  }

  /** Whether pairs turn by different coordinates. */
  public boolean hasAxes() {
    return axes.length > 0;
  }

  /**
   * The same where position p stands at {@code coordinates[0][p]}, {@code coordinates[1][p]} and so
   * on.
   */
  public Rotary at(int[][] coordinates) {
    return new Rotary(pairs, frequencies, magnitude, axes, coordinates);
  }

  /** The first {@code length} elements of a head, pair i with {@code base^(-2 i / length)}. */
  public static Rotary of(Pairs pairs, float base, int length) {
    return new Rotary(pairs, frequencies(base, length), 1);
  }

  /** {@code base^(-2 i / length)} for each of {@code length / 2} pairs. */
  public static double[] frequencies(float base, int length) {
    double[] frequencies = new double[length / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = Math.pow(base, -2.0 * i / length);
    }
    return frequencies;
  }

  public Pairs pairs() {
    return pairs;
  }

  /** Elements at the start of a head that turn; those behind them stay. */
  public int length() {
    return 2 * frequencies.length;
  }

  /** The angle of pair {@code i} at {@code position}. */
  double angle(int position, int i) {
    int place = coordinates.length == 0 ? position : coordinates[axes[i]][position];
    return place * frequencies[i];
  }

  /** Radians that each pair turns by with a position. */
  public double[] frequencies() {
    return frequencies.clone();
  }

  /** The factor of the turned elements. */
  public float magnitude() {
    return magnitude;
  }

  /**
   * The table that holds {@code position}, from {@link #at} on. Halves: a cosine, then a sine for
   * each pair. Neighbours: a cosine for each element, then a sine for each, negative for the first
   * of a pair: the other element's factor.
   */
  float[] turns(int position) {
    int page = position / PAGE;
    float[][] now = pages;
    return page < now.length && now[page].length > 0 ? now[page] : fill(page);
  }

  /** Where the cosines of {@code position} start in its table. */
  int at(int position) {
    return position % PAGE * stride();
  }

  /** How far the sines lie behind the cosines. */
  int sines() {
    return stride() / 2;
  }

  private int stride() {
    return pairs == Pairs.HALVES ? length() : 2 * length();
  }

  private synchronized float[] fill(int page) {
    if (page < 0 || page >= MOST_POSITIONS / PAGE) {
      throw new IllegalArgumentException(
          "a position beyond " + MOST_POSITIONS + ", the longest context supported");
    }
    float[][] now = pages;
    if (page < now.length && now[page].length > 0) {
      return now[page];
    }
    float[][] next = Arrays.copyOf(now, Math.max(now.length, page + 1));
    for (int i = now.length; i < next.length; i++) {
      next[i] = new float[0];
    }
    float[] turns = new float[PAGE * stride()];
    int known = coordinates.length == 0 ? PAGE : coordinates[0].length - page * PAGE;
    for (int p = 0; p < Math.min(PAGE, known); p++) {
      for (int i = 0; i < frequencies.length; i++) {
        double angle = angle(page * PAGE + p, i);
        float cos = (float) Math.cos(angle) * magnitude;
        float sin = (float) Math.sin(angle) * magnitude;
        int at = p * stride();
        if (pairs == Pairs.HALVES) {
          turns[at + i] = cos;
          turns[at + sines() + i] = sin;
        } else {
          turns[at + 2 * i] = cos;
          turns[at + 2 * i + 1] = cos;
          turns[at + sines() + 2 * i] = -sin;
          turns[at + sines() + 2 * i + 1] = sin;
        }
      }
    }
    next[page] = turns;
    pages = next;
    return turns;
  }
}
