package pollux.tensor.emitted;

/**
 * The instructions on general registers that the kernels use, each a method of its name:
 * destination first, as in Intel's manual.
 */
class GeneralAssembler extends Encoder {
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

  void and(Gp to, int value) {
    general(true, 0, to, null, 0x81);
    bytes(0xe0 | to.ordinal() & 7);
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

  void vzeroupper() {
    bytes(0xc5, 0xf8, 0x77);
  }
}
