package pollux.tensor.emitted;

/**
 * The instructions that the kernels use, each a method of its name: destination first, as in
 * Intel's manual. {@code merging} and {@code zeroing} put a mask on the next one.
 */
final class Assembler extends Encoder {
  // --- general registers ---

  void mov(Gp to, Gp from) {
    general(true, to.ordinal(), from, null, 0x8b);
    bytes(0xc0 | (to.ordinal() & 7) << 3 | from.ordinal() & 7);
  }

  void mov(Gp to, Mem from) {
    general(true, to.ordinal(), from.base(), from.index(), 0x8b);
    memory(to.ordinal(), from);
  }

  void mov(Mem to, Gp from) {
    general(true, from.ordinal(), to.base(), to.index(), 0x89);
    memory(from.ordinal(), to);
  }

  /** The low 32 bits. */
  void mov32(Mem to, Gp from) {
    general(false, from.ordinal(), to.base(), to.index(), 0x89);
    memory(from.ordinal(), to);
  }

  void mov(Gp to, long value) {
    general(true, 0, to, null, 0xb8 | to.ordinal() & 7);
    qword(value);
  }

  void lea(Gp to, Mem address) {
    general(true, to.ordinal(), address.base(), address.index(), 0x8d);
    memory(to.ordinal(), address);
  }

  void add(Gp to, Gp value) {
    general(true, to.ordinal(), value, null, 0x03);
    bytes(0xc0 | (to.ordinal() & 7) << 3 | value.ordinal() & 7);
  }

  void add(Gp to, int value) {
    general(true, 0, to, null, 0x81);
    bytes(0xc0 | to.ordinal() & 7);
    dword(value);
  }

  void sub(Gp to, Gp value) {
    general(true, to.ordinal(), value, null, 0x2b);
    bytes(0xc0 | (to.ordinal() & 7) << 3 | value.ordinal() & 7);
  }

  void shr(Gp to, int bits) {
    general(true, 0, to, null, 0xc1);
    bytes(0xe8 | to.ordinal() & 7, bits);
  }

  void dec(Gp to) {
    general(true, 0, to, null, 0xff);
    bytes(0xc8 | to.ordinal() & 7);
  }

  /** Sets the flags of {@code a & a}. */
  void test(Gp a) {
    general(true, a.ordinal(), a, null, 0x85);
    bytes(0xc0 | (a.ordinal() & 7) << 3 | a.ordinal() & 7);
  }

  /** Sets the flags of {@code a - b}. */
  void cmp(Gp a, Gp b) {
    general(true, a.ordinal(), b, null, 0x3b);
    bytes(0xc0 | (a.ordinal() & 7) << 3 | b.ordinal() & 7);
  }

  /** Moves if the comparison before found an unsigned number below the other. */
  void cmovb(Gp to, Gp from) {
    general(true, to.ordinal(), from, null, 0x0f, 0x42);
    bytes(0xc0 | (to.ordinal() & 7) << 3 | from.ordinal() & 7);
  }

  /** Sets the flags of {@code a - value}. */
  void cmp(Gp a, int value) {
    general(true, 0, a, null, 0x81);
    bytes(0xf8 | a.ordinal() & 7);
    dword(value);
  }

  void push(Gp from) {
    general(false, 0, from, null, 0x50 | from.ordinal() & 7);
  }

  void pop(Gp to) {
    general(false, 0, to, null, 0x58 | to.ordinal() & 7);
  }

  void jnz(Label label) {
    bytes(0x0f, 0x85);
    target(label);
  }

  void jz(Label label) {
    bytes(0x0f, 0x84);
    target(label);
  }

  /** Jumps if the comparison before found an unsigned number not below the other. */
  void jae(Label label) {
    bytes(0x0f, 0x83);
    target(label);
  }

  void jmp(Label label) {
    bytes(0xe9);
    target(label);
  }

  void ret() {
    bytes(0xc3);
  }

  void cpuid() {
    bytes(0x0f, 0xa2);
  }

  void xgetbv() {
    bytes(0x0f, 0x01, 0xd0);
  }

  /** Into every level of cache. */
  void prefetcht0(Mem at) {
    general(false, 1, at.base(), at.index(), 0x0f, 0x18);
    memory(1, at);
  }

  /** Into the second level. */
  void prefetcht1(Mem at) {
    general(false, 2, at.base(), at.index(), 0x0f, 0x18);
    memory(2, at);
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

  void vzeroupper() {
    bytes(0xc5, 0xf8, 0x77);
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
