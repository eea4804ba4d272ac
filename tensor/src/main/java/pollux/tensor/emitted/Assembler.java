package pollux.tensor.emitted;

/**
 * The instructions on 512-bit registers that the kernels use, each a method of its name:
 * destination first, as in Intel's manual. {@code merging} and {@code zeroing} put a mask on the
 * next one.
 */
final class Assembler extends GeneralAssembler {
  private int mask;
  private boolean zeroing;

  /** Applies to the next vector instruction: lanes outside of mask register {@code k} stay. */
  void merging(int k) {
    mask = k;
    zeroing = false;
  }

  /** Applies to the next vector instruction: lanes outside of mask register {@code k} become 0. */
  void zeroing(int k) {
    mask = k;
    zeroing = true;
  }

  /**
   * A vector instruction with 512-bit registers and masks.
   *
   * @param bits width of the vectors that it works on
   * @param reg number in the reg field: a register, or an extension of the opcode
   * @param first number of the first source, 0 where there is none
   */
  void evex(
      int map, int prefix, boolean wide, int opcode, int bits, int reg, int first, Source last) {
    int length =
        switch (bits) {
          case 128 -> 0;
          case 256 -> 1;
          default -> 2;
        };
    boolean x = false;
    boolean b = false;
    boolean broadcast = false;
    switch (last) {
      case Vec v -> {
        b = (v.number() & 8) != 0;
        x = (v.number() & 16) != 0;
      }
      case Mem m -> {
        b = m.base().ordinal() >= 8;
        x = m.index() != null && m.index().ordinal() >= 8;
        broadcast = m.broadcast();
      }
    }
    bytes(
        0x62,
        bit(7, (reg & 8) == 0) | bit(6, !x) | bit(5, !b) | bit(4, (reg & 16) == 0) | map,
        bit(7, wide) | (~first & 15) << 3 | 4 | prefix,
        bit(7, zeroing) | length << 5 | bit(4, broadcast) | bit(3, (first & 16) == 0) | mask,
        opcode);
    mask = 0;
    zeroing = false;
    operands(reg, last);
  }

  /** Mask register {@code k} from the low 16 bits. */
  void kmovw(int k, Gp from) {
    if (from.ordinal() >= 8) {
      throw new IllegalArgumentException("kmovw from " + from);
    }
    bytes(0xc5, 0xf8, 0x92, 0xc0 | k << 3 | from.ordinal());
  }

  /** Mask register {@code k} from the low 32 bits. */
  void kmovd(int k, Gp from) {
    if (from.ordinal() >= 8) {
      throw new IllegalArgumentException("kmovd from " + from);
    }
    bytes(0xc5, 0xfb, 0x92, 0xc0 | k << 3 | from.ordinal());
  }

  // --- moves ---

  void vmovdqu32(Vec to, Source from) {
    evex(MAP_0F, PF3, false, 0x6f, to.bits(), to.number(), 0, from);
  }

  void vmovdqu32(Mem to, Vec from) {
    evex(MAP_0F, PF3, false, 0x7f, from.bits(), from.number(), 0, to);
  }

  /** As {@link #vmovdqu32}, with a mask of 16-bit lanes. */
  void vmovdqu16(Vec to, Source from) {
    evex(MAP_0F, PF2, true, 0x6f, to.bits(), to.number(), 0, from);
  }

  void vmovdqu16(Mem to, Vec from) {
    evex(MAP_0F, PF2, true, 0x7f, from.bits(), from.number(), 0, to);
  }

  /** The lowest 32 bits. */
  void vmovss(Mem to, Vec from) {
    evex(MAP_0F, PF3, false, 0x11, 128, from.number(), 0, to);
  }

  void vpbroadcastd(Vec to, Source from) {
    evex(MAP_0F38, P66, false, 0x58, to.bits(), to.number(), 0, from);
  }

  /** 16 bytes to each quarter. */
  void vbroadcasti32x4(Vec to, Mem from) {
    evex(MAP_0F38, P66, false, 0x5a, to.bits(), to.number(), 0, from);
  }

  void vinserti32x4(Vec to, Vec rest, Source quarter, int at) {
    evex(MAP_0F3A, P66, false, 0x38, to.bits(), to.number(), rest.number(), quarter);
    bytes(at);
  }

  void vinserti64x4(Vec to, Vec rest, Source half, int at) {
    evex(MAP_0F3A, P66, true, 0x3a, to.bits(), to.number(), rest.number(), half);
    bytes(at);
  }

  void vextracti32x4(Vec to, Vec from, int quarter) {
    evex(MAP_0F3A, P66, false, 0x39, from.bits(), from.number(), 0, to);
    bytes(quarter);
  }

  void vextracti64x4(Vec to, Vec from, int half) {
    evex(MAP_0F3A, P66, true, 0x3b, from.bits(), from.number(), 0, to);
    bytes(half);
  }

  /** Two quarters of {@code a}, then two of {@code b}; two bits of {@code which} choose each. */
  void vshufi32x4(Vec to, Vec a, Source b, int which) {
    evex(MAP_0F3A, P66, false, 0x43, to.bits(), to.number(), a.number(), b);
    bytes(which);
  }

  void vpshufd(Vec to, Source from, int which) {
    evex(MAP_0F, P66, false, 0x70, to.bits(), to.number(), 0, from);
    bytes(which);
  }

  /** In each quarter, byte i is the one of {@code from} whose number, 0 to 15, is in byte i. */
  void vpshufb(Vec to, Vec from, Source which) {
    evex(MAP_0F38, P66, false, 0x00, to.bits(), to.number(), from.number(), which);
  }

  /**
   * In each quarter, 16 bytes from byte {@code from} on of {@code low} and {@code high} in a row.
   */
  void vpalignr(Vec to, Vec high, Source low, int from) {
    evex(MAP_0F3A, P66, false, 0x0f, to.bits(), to.number(), high.number(), low);
    bytes(from);
  }

  void vpunpckldq(Vec to, Vec a, Source b) {
    evex(MAP_0F, P66, false, 0x62, to.bits(), to.number(), a.number(), b);
  }

  void vpunpckhdq(Vec to, Vec a, Source b) {
    evex(MAP_0F, P66, false, 0x6a, to.bits(), to.number(), a.number(), b);
  }

  void vpunpcklqdq(Vec to, Vec a, Source b) {
    evex(MAP_0F, P66, true, 0x6c, to.bits(), to.number(), a.number(), b);
  }

  void vpunpckhqdq(Vec to, Vec a, Source b) {
    evex(MAP_0F, P66, true, 0x6d, to.bits(), to.number(), a.number(), b);
  }

  // --- integers ---

  void vpaddd(Vec to, Vec a, Source b) {
    evex(MAP_0F, P66, false, 0xfe, to.bits(), to.number(), a.number(), b);
  }

  void vpaddb(Vec to, Vec a, Source b) {
    evex(MAP_0F, P66, false, 0xfc, to.bits(), to.number(), a.number(), b);
  }

  void vpsubd(Vec to, Vec a, Source b) {
    evex(MAP_0F, P66, false, 0xfa, to.bits(), to.number(), a.number(), b);
  }

  void vpmaxsd(Vec to, Vec a, Source b) {
    evex(MAP_0F38, P66, false, 0x3d, to.bits(), to.number(), a.number(), b);
  }

  /** Mask register {@code k}: which ints of {@code a} are greater than those of {@code b}. */
  void vpcmpgtd(int k, Vec a, Source b) {
    evex(MAP_0F, P66, false, 0x66, a.bits(), k, a.number(), b);
  }

  /** Mask register {@code k}: which bytes of {@code a & b} are not 0. */
  void vptestmb(int k, Vec a, Source b) {
    evex(MAP_0F38, P66, false, 0x26, a.bits(), k, a.number(), b);
  }

  void vpandd(Vec to, Vec a, Source b) {
    evex(MAP_0F, P66, false, 0xdb, to.bits(), to.number(), a.number(), b);
  }

  void vpord(Vec to, Vec a, Source b) {
    evex(MAP_0F, P66, false, 0xeb, to.bits(), to.number(), a.number(), b);
  }

  void vpxord(Vec to, Vec a, Source b) {
    evex(MAP_0F, P66, false, 0xef, to.bits(), to.number(), a.number(), b);
  }

  /** Each bit of {@code to} from those of {@code to, a, b}, by the table {@code of}. */
  void vpternlogd(Vec to, Vec a, Source b, int of) {
    evex(MAP_0F3A, P66, false, 0x25, to.bits(), to.number(), a.number(), b);
    bytes(of);
  }

  void vpslld(Vec to, Source from, int by) {
    evex(MAP_0F, P66, false, 0x72, to.bits(), 6, to.number(), from);
    bytes(by);
  }

  void vpsrld(Vec to, Source from, int by) {
    evex(MAP_0F, P66, false, 0x72, to.bits(), 2, to.number(), from);
    bytes(by);
  }

  void vpsrad(Vec to, Source from, int by) {
    evex(MAP_0F, P66, false, 0x72, to.bits(), 4, to.number(), from);
    bytes(by);
  }

  /** Each int plus the products of four unsigned bytes of {@code u} with signed ones. */
  void vpdpbusd(Vec to, Vec u, Source signed) {
    evex(MAP_0F38, P66, false, 0x50, to.bits(), to.number(), u.number(), signed);
  }

  // --- floats ---

  void vaddps(Vec to, Vec a, Source b) {
    evex(MAP_0F, NONE, false, 0x58, to.bits(), to.number(), a.number(), b);
  }

  void vmulps(Vec to, Vec a, Source b) {
    evex(MAP_0F, NONE, false, 0x59, to.bits(), to.number(), a.number(), b);
  }

  void vdivps(Vec to, Vec a, Source b) {
    evex(MAP_0F, NONE, false, 0x5e, to.bits(), to.number(), a.number(), b);
  }

  /** {@code to += a * b}, rounded once. */
  void vfmadd231ps(Vec to, Vec a, Source b) {
    evex(MAP_0F38, P66, false, 0xb8, to.bits(), to.number(), a.number(), b);
  }

  /** {@code to -= a * b}, rounded once. */
  void vfnmadd231ps(Vec to, Vec a, Source b) {
    evex(MAP_0F38, P66, false, 0xbc, to.bits(), to.number(), a.number(), b);
  }

  /** Each float plus the products of two pairs of bfloat16. */
  void vdpbf16ps(Vec to, Vec a, Source b) {
    evex(MAP_0F38, PF3, false, 0x52, to.bits(), to.number(), a.number(), b);
  }

  // --- conversions ---

  void vcvtdq2ps(Vec to, Source from) {
    evex(MAP_0F, NONE, false, 0x5b, to.bits(), to.number(), 0, from);
  }

  /** To the nearest, ties to even. */
  void vcvtps2dq(Vec to, Source from) {
    evex(MAP_0F, P66, false, 0x5b, to.bits(), to.number(), 0, from);
  }

  /** From 16-bit floats in half as many bits. */
  void vcvtph2ps(Vec to, Source from) {
    evex(MAP_0F38, P66, false, 0x13, to.bits(), to.number(), 0, from);
  }

  /** To bfloat16 in half as many bits as {@code from} has. */
  void vcvtneps2bf16(Vec to, Vec from) {
    evex(MAP_0F38, PF3, false, 0x72, from.bits(), to.number(), 0, from);
  }

  /** The low 16 bits of each int. */
  void vpmovdw(Vec to, Vec from) {
    evex(MAP_0F38, PF3, false, 0x33, from.bits(), from.number(), 0, to);
  }

  /** Each int as a signed byte, saturated. */
  void vpmovsdb(Mem to, Vec from) {
    evex(MAP_0F38, PF3, false, 0x21, from.bits(), from.number(), 0, to);
  }

  // --- addresses ---

  /** Rounds an address down where {@code value} is a negative power of two. */
  void and(Gp to, int value) {
    general(true, 0, to, null, 0x81);
    bytes(0xe0 | to.ordinal() & 7);
    dword(value);
  }
}
