package pollux.tensor.emitted;

import static pollux.tensor.emitted.Vec.zmm;

/**
 * What kernels must know of a block layout: how its numbers become unsigned bytes, and its scales
 * floats, of sixteen rows at a time. {@link RowCode}, {@link PanelCode} and {@link TileCode} make
 * kernels of it.
 *
 * <p>A block of a file holds {@link #parts} parts of 32 elements. The product of one part with the
 * operand is an exact integer, sum(q * x); what it stands for is said by {@link #kind}.
 *
 * <p>Registers of an implementation: zmm0 to zmm7 for what {@link #load} reads, zmm20 to zmm30 for
 * what it keeps.
 */
abstract class BlockCode {
  /** How the integer of 32 elements becomes a float. */
  enum Kind {
    /** scale * (sum - bias * sum(x)) */
    BIASED(1),
    /** scale * sum - least * sum(x) */
    WITH_LEAST(2),
    /** scale * (a * (sum - bias * sum(x)) of the first 16 + b * the same of the last 16) */
    HALVES(3),
    /**
     * scale * (a * sum of the first 16 + b * sum of the last 16) - least * sum(x) of the first 16 -
     * another least * sum(x) of the last 16
     */
    HALVES_WITH_LEAST(5);

    /** Vectors of scales that {@link BlockCode#scales} gives. */
    final int scales;

    Kind(int scales) {
      this.scales = scales;
    }

    boolean hasHalves() {
      return this == HALVES || this == HALVES_WITH_LEAST;
    }
  }

  /** Where {@link #scales} puts its results; a layout's own until then, the first three. */
  static final Vec[] SCALES = {zmm(18), zmm(19), zmm(15), zmm(10), zmm(11)};

  /** Free for anyone between two calls of a layout's methods. */
  static final Vec[] FREE = {zmm(12), zmm(13), zmm(14), zmm(16)};

  final String name;
  final int blockBytes;
  final int parts;
  final Kind kind;

  /** The bias is 2 to this power; none if negative. */
  final int biasBits;

  BlockCode(String name, int blockBytes, int parts, Kind kind, int biasBits) {
    this.name = name;
    this.blockBytes = blockBytes;
    this.parts = parts;
    this.kind = kind;
    this.biasBits = biasBits;
  }

  /** Once per call: constants. */
  void begin(Assembler a) {}

  /** Once per block: what its parts share. */
  void block(Assembler a, Rows rows) {}

  /** Loads part {@code part} into zmm0 to zmm7. */
  abstract void load(Assembler a, Rows rows, int part);

  /**
   * The 16 numbers from 16 * {@code half} on of the loaded part, of rows 4i + j, as unsigned bytes:
   * in {@code free} or where they are already.
   */
  abstract Vec numbers(Assembler a, int part, int half, int j, Vec free);

  /** {@code to = from >> shift & mask}. */
  static Vec bits(Assembler a, Vec to, Vec from, int shift, Vec mask) {
    if (shift == 0) {
      a.vpandd(to, mask, from);
    } else {
      a.vpsrld(to, from, shift);
      a.vpandd(to, mask, to);
    }
    return to;
  }

  /** The part's scales of each row, as floats, into {@link #SCALES}. */
  abstract void scales(Assembler a, Rows rows, int part);
}
