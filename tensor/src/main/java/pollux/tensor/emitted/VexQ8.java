package pollux.tensor.emitted;

/** Q8_0: an F16 scale, then 32 signed bytes. */
final class VexQ8 extends VexBlocks {
  VexQ8(boolean vnni) {
    super(34, 1, true, false, vnni);
  }

  @Override
  void numbers(VexAssembler a, Mem at, int part) {
    a.vmovdqu(NUMBERS, at.plus(2));
  }

  @Override
  void scales(VexAssembler a, Mem at, int row, int part) {
    half(a, SCALE, at);
  }
}
