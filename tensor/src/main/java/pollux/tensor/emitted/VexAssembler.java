package pollux.tensor.emitted;

/**
 * The instructions that kernels for AVX2 use, on 128 and 256 bits of registers 0 to 15: destination
 * first, as in Intel's manual. All are encoded by VEX; there is no way here to write EVEX, which
 * processors without AVX-512 refuse.
 */
final class VexAssembler extends GeneralAssembler {
  private static final int REGISTERS = 16;

  /**
   * A vector instruction of AVX, AVX2, FMA, F16C or AVX-VNNI.
   *
   * @param bits width of the vectors that it works on
   * @param reg number in the reg field: a register, or an extension of the opcode
   * @param first number of the first source, 0 where there is none
   * @throws IllegalArgumentException for what VEX cannot say
   */
  private void vex(int map, int prefix, int opcode, int bits, int reg, int first, Source last) {
    boolean x = false;
    boolean b = false;
    boolean fits = bits <= 256 && reg < REGISTERS && first < REGISTERS;
    switch (last) {
      case Vec v -> {
        b = (v.number() & 8) != 0;
        fits &= v.number() < REGISTERS && v.bits() <= 256;
      }
      case Mem m -> {
        b = m.base().ordinal() >= 8;
        x = m.index() != null && m.index().ordinal() >= 8;
        fits &= !m.broadcast();
      }
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "no VEX for %d bits, registers %d and %d, %s".formatted(bits, reg, first, last));
    }
    int end = (~first & 15) << 3 | bit(2, bits == 256) | prefix;
    if (map == MAP_0F && !x && !b) {
      bytes(0xc5, bit(7, (reg & 8) == 0) | end);
    } else {
      bytes(0xc4, bit(7, (reg & 8) == 0) | bit(6, !x) | bit(5, !b) | map, end);
    }
    bytes(opcode);
    operands(reg, last);
  }

  /** With one source. */
  private void vex(int map, int prefix, int opcode, Vec to, Source from) {
    vex(map, prefix, opcode, to.bits(), to.number(), 0, from);
  }

  /** With two sources. */
  private void vex(int map, int prefix, int opcode, Vec to, Vec a, Source b) {
    vex(map, prefix, opcode, to.bits(), to.number(), a.number(), b);
  }

  // --- moves ---

  void vmovdqu(Vec to, Source from) {
    vex(MAP_0F, PF3, 0x6f, to, from);
  }

  void vmovdqu(Mem to, Vec from) {
    vex(MAP_0F, PF3, 0x7f, from, to);
  }

  /** 32 bits to the lowest lane, 0 to the others. */
  void vmovss(Vec to, Mem from) {
    vex(MAP_0F, PF3, 0x10, 128, to.number(), 0, from);
  }

  /** The lowest 32 bits. */
  void vmovss(Mem to, Vec from) {
    vex(MAP_0F, PF3, 0x11, 128, from.number(), 0, to);
  }

  /** The same int in every lane, by way of {@code free}. */
  void constant(Vec to, int value, Gp free) {
    mov(free, value);
    vex(MAP_0F, P66, 0x6e, 128, to.number(), 0, new Vec(free.ordinal(), 128)); // vmovd
    vex(MAP_0F38, P66, 0x58, to, to.xmm()); // vpbroadcastd
  }

  /** Writes dwords to memory, an even number of them, by way of {@code free}. */
  void dwords(Mem to, Gp free, int... values) {
    for (int i = 0; i < values.length; i += 2) {
      mov(free, values[i] & 0xffffffffL | (long) values[i + 1] << 32);
      mov(to.plus(4 * i), free);
    }
  }

  void vbroadcastss(Vec to, Source from) {
    vex(MAP_0F38, P66, 0x18, to, from);
  }

  void vpbroadcastw(Vec to, Source from) {
    vex(MAP_0F38, P66, 0x79, to, from);
  }

  void vinserti128(Vec to, Vec rest, Source half, int at) {
    vex(MAP_0F3A, P66, 0x38, to, rest, half);
    bytes(at);
  }

  void vextracti128(Vec to, Vec from, int half) {
    vex(MAP_0F3A, P66, 0x39, from, to);
    bytes(half);
  }

  /** 16 bits to the place {@code at} of eight. */
  void vpinsrw(Vec to, Vec rest, Mem from, int at) {
    vex(MAP_0F, P66, 0xc4, 128, to.number(), rest.number(), from);
    bytes(at);
  }

  void vpshufd(Vec to, Source from, int which) {
    vex(MAP_0F, P66, 0x70, to, from);
    bytes(which);
  }

  /** Dwords of {@code from}, chosen by those of {@code which}. */
  void vpermd(Vec to, Vec which, Source from) {
    vex(MAP_0F38, P66, 0x36, to, which, from);
  }

  /** Dwords of {@code b} where {@code which} has a bit, of {@code a} elsewhere. */
  void vpblendd(Vec to, Vec a, Source b, int which) {
    vex(MAP_0F3A, P66, 0x02, to, a, b);
    bytes(which);
  }

  void vpunpckldq(Vec to, Vec a, Source b) {
    vex(MAP_0F, P66, 0x62, to, a, b);
  }

  void vpunpckhdq(Vec to, Vec a, Source b) {
    vex(MAP_0F, P66, 0x6a, to, a, b);
  }

  void vpunpcklqdq(Vec to, Vec a, Source b) {
    vex(MAP_0F, P66, 0x6c, to, a, b);
  }

  // --- integers ---

  void vpaddd(Vec to, Vec a, Source b) {
    vex(MAP_0F, P66, 0xfe, to, a, b);
  }

  void vpsubd(Vec to, Vec a, Source b) {
    vex(MAP_0F, P66, 0xfa, to, a, b);
  }

  void vpsubb(Vec to, Vec a, Source b) {
    vex(MAP_0F, P66, 0xf8, to, a, b);
  }

  void vpmaxsd(Vec to, Vec a, Source b) {
    vex(MAP_0F38, P66, 0x3d, to, a, b);
  }

  /** All bits of each int of {@code a} that is greater than that of {@code b}, else none. */
  void vpcmpgtd(Vec to, Vec a, Source b) {
    vex(MAP_0F, P66, 0x66, to, a, b);
  }

  void vpand(Vec to, Vec a, Source b) {
    vex(MAP_0F, P66, 0xdb, to, a, b);
  }

  void vpor(Vec to, Vec a, Source b) {
    vex(MAP_0F, P66, 0xeb, to, a, b);
  }

  void vpxor(Vec to, Vec a, Source b) {
    vex(MAP_0F, P66, 0xef, to, a, b);
  }

  void vpsllw(Vec to, Vec from, int by) {
    vex(MAP_0F, P66, 0x71, to.bits(), 6, to.number(), from);
    bytes(by);
  }

  void vpsrlw(Vec to, Vec from, int by) {
    vex(MAP_0F, P66, 0x71, to.bits(), 2, to.number(), from);
    bytes(by);
  }

  void vpslld(Vec to, Vec from, int by) {
    vex(MAP_0F, P66, 0x72, to.bits(), 6, to.number(), from);
    bytes(by);
  }

  void vpsrld(Vec to, Vec from, int by) {
    vex(MAP_0F, P66, 0x72, to.bits(), 2, to.number(), from);
    bytes(by);
  }

  /** Each int by as many bits as its lane of {@code by} says. */
  void vpsrlvd(Vec to, Vec from, Source by) {
    vex(MAP_0F38, P66, 0x45, to, from, by);
  }

  /** Magnitudes of signed bytes; that of -128 is 128, unsigned. */
  void vpabsb(Vec to, Source from) {
    vex(MAP_0F38, P66, 0x1c, to, from);
  }

  /** Bytes of {@code a} times the sign, 1, 0 or -1, of those of {@code of}. */
  void vpsignb(Vec to, Vec a, Source of) {
    vex(MAP_0F38, P66, 0x08, to, a, of);
  }

  /** Sums of two products of unsigned bytes of {@code u} with signed ones: shorts, saturated. */
  void vpmaddubsw(Vec to, Vec u, Source signed) {
    vex(MAP_0F38, P66, 0x04, to, u, signed);
  }

  /** Sums of two products of shorts: ints. */
  void vpmaddwd(Vec to, Vec a, Source b) {
    vex(MAP_0F, P66, 0xf5, to, a, b);
  }

  /** Each int plus the products of four unsigned bytes of {@code u} with signed ones: AVX-VNNI. */
  void vpdpbusd(Vec to, Vec u, Source signed) {
    vex(MAP_0F38, P66, 0x50, to, u, signed);
  }

  // --- floats ---

  void vaddps(Vec to, Vec a, Source b) {
    vex(MAP_0F, NONE, 0x58, to, a, b);
  }

  void vmulps(Vec to, Vec a, Source b) {
    vex(MAP_0F, NONE, 0x59, to, a, b);
  }

  void vdivps(Vec to, Vec a, Source b) {
    vex(MAP_0F, NONE, 0x5e, to, a, b);
  }

  /** {@code to += a * b}, rounded once. */
  void vfmadd231ps(Vec to, Vec a, Source b) {
    vex(MAP_0F38, P66, 0xb8, to, a, b);
  }

  /** {@code to -= a * b}, rounded once. */
  void vfnmadd231ps(Vec to, Vec a, Source b) {
    vex(MAP_0F38, P66, 0xbc, to, a, b);
  }

  // --- conversions ---

  void vcvtdq2ps(Vec to, Source from) {
    vex(MAP_0F, NONE, 0x5b, to, from);
  }

  /** To the nearest, ties to even. */
  void vcvtps2dq(Vec to, Source from) {
    vex(MAP_0F, P66, 0x5b, to, from);
  }

  /** From 16-bit floats in half as many bits. */
  void vcvtph2ps(Vec to, Source from) {
    vex(MAP_0F38, P66, 0x13, to, from);
  }

  void vpmovzxwd(Vec to, Source from) {
    vex(MAP_0F38, P66, 0x33, to, from);
  }

  void vpmovzxbd(Vec to, Source from) {
    vex(MAP_0F38, P66, 0x31, to, from);
  }

  void vpmovsxbd(Vec to, Source from) {
    vex(MAP_0F38, P66, 0x21, to, from);
  }

  /** In each half, the ints of {@code a}, then of {@code b}, as saturated shorts. */
  void vpackssdw(Vec to, Vec a, Source b) {
    vex(MAP_0F, P66, 0x6b, to, a, b);
  }

  /** In each half, the shorts of {@code a}, then of {@code b}, as saturated bytes. */
  void vpacksswb(Vec to, Vec a, Source b) {
    vex(MAP_0F, P66, 0x63, to, a, b);
  }
}
