package pollux.tensor.emitted;

/** A general register, 64 bits wide; the order is that of its number in an instruction. */
enum Gp {
  RAX,
  RCX,
  RDX,
  RBX,
  RSP,
  RBP,
  RSI,
  RDI,
  R8,
  R9,
  R10,
  R11,
  R12,
  R13,
  R14,
  R15;

  /** Memory at this address plus {@code displacement} bytes. */
  Mem at(int displacement) {
    return new Mem(this, null, 1, displacement, false);
  }

  /** Memory at this address plus {@code scale} times {@code index}. */
  Mem at(Gp index, int scale) {
    return new Mem(this, index, scale, 0, false);
  }
}
