package pollux.tensor.emitted;

import static pollux.tensor.emitted.Vec.ymm;

/** Weights in F32, F16 or BF16 times an operand in F32, eight elements a step. */
final class VexPlain extends VexWeights {
  enum Type {
    F32(4),
    F16(2),
    BF16(2);

    private final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }
  }

  private static final int STEP = 8;

  /** Twelve sums, three vectors of the operand and one of the weights are all registers. */
  private static final int MOST = 3;

  private static final Vec[] OPERANDS = ymms(12, MOST);
  private static final Vec WEIGHTS = ymm(15);

  private final Type type;

  VexPlain(Type type) {
    super(STEP, STEP * type.bytes, STEP * Float.BYTES);
    this.type = type;
  }

  @Override
  int most() {
    return MOST;
  }

  @Override
  int rows(int operands) {
    return 4;
  }

  @Override
  void step(VexAssembler a, Tile tile) {
    for (int x = 0; x < tile.operands(); x++) {
      a.vmovdqu(OPERANDS[x], tile.operand(x));
    }
    for (int r = 0; r < tile.rows(); r++) {
      Mem at = tile.weight(r);
      switch (type) {
        case F32 -> a.vmovdqu(WEIGHTS, at);
        case F16 -> a.vcvtph2ps(WEIGHTS, at);
        case BF16 -> {
          a.vpmovzxwd(WEIGHTS, at);
          a.vpslld(WEIGHTS, WEIGHTS, 16);
        }
      }
      add(a, tile, r);
    }
  }

  /** In lane 0; the others are 0 times 0. */
  @Override
  void element(VexAssembler a, Tile tile) {
    for (int x = 0; x < tile.operands(); x++) {
      a.vmovss(OPERANDS[x], tile.operand(x));
    }
    for (int r = 0; r < tile.rows(); r++) {
      Mem at = tile.weight(r);
      Vec low = WEIGHTS.xmm();
      if (type == Type.F32) {
        a.vmovss(low, at);
      } else {
        a.vpxor(low, low, low);
        a.vpinsrw(low, low, at, type == Type.F16 ? 0 : 1);
      }
      if (type == Type.F16) {
        a.vcvtph2ps(WEIGHTS, low);
      }
      add(a, tile, r);
    }
  }

  private static void add(VexAssembler a, Tile tile, int row) {
    for (int x = 0; x < tile.operands(); x++) {
      a.vfmadd231ps(tile.sum(row, x), WEIGHTS, OPERANDS[x]);
    }
  }
}
