package pollux.tensor.emitted;

import static pollux.tensor.emitted.Vec.ymm;

/**
 * Weights in blocks, part by part of 32 elements: decoded to bytes, multiplied with the 32 bytes of
 * an {@link OperandBlock}, four products to a lane, an exact integer; times both scales in float.
 *
 * <p>Without AVX-VNNI pairs of products are added in shorts, by an instruction that saturates and
 * wants its first factor unsigned. Signed numbers therefore give their sign to the operand; then
 * the largest sums are 2 * 128 * 127 = 32512 (Q8_0), below 32768. The operand's numbers are -127 to
 * 127; but -128 may stand in a block whose scale is no number, where any integer does. With
 * AVX-VNNI the integers, and so the bits, are the same.
 */
abstract class VexBlocks extends VexWeights {
  /** Where {@link #numbers} puts 32 bytes. */
  static final Vec NUMBERS = ymm(8);

  /** Where {@link #scales} puts what each lane is multiplied with. */
  static final Vec SCALE = ymm(10);

  /** Where {@link #scales} puts the least value in lane 0, and 0 elsewhere. */
  static final Vec LEAST = ymm(11);

  static final Vec[] FREE = {ymm(12), ymm(13)};

  /** 15 in each byte, where {@link #begin} put it. */
  static final Vec LOW = ymm(15);

  private static final Vec MAGNITUDES = ymm(9);
  private static final Vec ONES = ymm(14);
  private static final int MOST = 8;

  private final int parts;
  private final boolean signed;
  private final boolean hasLeast;
  private final boolean vnni;

  VexBlocks(int blockBytes, int parts, boolean signed, boolean hasLeast, boolean vnni) {
    super(32 * parts, blockBytes, parts * OperandBlock.BYTES);
    this.parts = parts;
    this.signed = signed;
    this.hasLeast = hasLeast;
    this.vnni = vnni;
  }

  @Override
  int most() {
    return MOST;
  }

  @Override
  int rows(int operands) {
    return operands <= 2 ? 4 : operands <= 4 ? 2 : 1;
  }

  @Override
  void begin(VexAssembler a) {
    a.constant(ONES, 0x00010001, Gp.RCX);
    a.constant(LOW, 0x0f0f0f0f, Gp.RCX);
  }

  /** Once per block at {@code at} of row {@code row}: what its parts share. */
  void block(VexAssembler a, Mem at, int row) {}

  /** The numbers of a part of the block at {@code at}, as bytes, into {@link #NUMBERS}. */
  abstract void numbers(VexAssembler a, Mem at, int part);

  /** The scale of a part, and its least value if there is one. */
  abstract void scales(VexAssembler a, Mem at, int row, int part);

  /** Every lane of {@code to} = the 16-bit float at {@code from}. */
  static void half(VexAssembler a, Vec to, Mem from) {
    a.vpbroadcastw(to.xmm(), from);
    a.vcvtph2ps(to, to.xmm());
  }

  @Override
  void step(VexAssembler a, Tile tile) {
    for (int r = 0; r < tile.rows(); r++) {
      block(a, tile.weight(r), r);
    }
    for (int part = 0; part < parts; part++) {
      for (int r = 0; r < tile.rows(); r++) {
        numbers(a, tile.weight(r), part);
        scales(a, tile.weight(r), r, part);
        if (signed) {
          a.vpabsb(MAGNITUDES, NUMBERS);
        }
        for (int x = 0; x < tile.operands(); x++) {
          add(a, tile.sum(r, x), tile.operand(x).plus(part * OperandBlock.BYTES));
        }
      }
    }
  }

  private void add(VexAssembler a, Vec sum, Mem operand) {
    Vec x = FREE[0];
    Vec other = FREE[1];
    a.vmovdqu(x, operand.plus(OperandBlock.NUMBERS));
    if (signed) {
      a.vpsignb(x, x, NUMBERS);
    }
    Vec u = signed ? MAGNITUDES : NUMBERS;
    if (vnni) {
      a.vpxor(other, other, other);
      a.vpdpbusd(other, u, x);
      a.vcvtdq2ps(x, other);
    } else {
      a.vpmaddubsw(x, u, x);
      a.vpmaddwd(x, x, ONES);
      a.vcvtdq2ps(x, x);
    }
    a.vbroadcastss(other, operand.plus(OperandBlock.SCALE));
    a.vmulps(other, other, SCALE);
    a.vfmadd231ps(sum, x, other);
    if (hasLeast) {
      a.vbroadcastss(other, operand.plus(OperandBlock.SCALED_SUM));
      a.vfnmadd231ps(sum, LEAST, other);
    }
  }
}
