package pollux.tensor.emitted;

/** Q4_0: an F16 scale, then 16 bytes whose low halves are the first 16 numbers; 8 is zero. */
final class VexQ4 extends VexBlocks {
  private static final Mem EIGHT = frame(0);

  VexQ4(boolean vnni) {
    super(18, 1, true, false, vnni);
  }

  @Override
  void begin(VexAssembler a) {
    super.begin(a);
    a.constant(FREE[0], 0x08080808, Gp.RCX);
    a.vmovdqu(EIGHT, FREE[0]);
  }

  @Override
  void numbers(VexAssembler a, Mem at, int part) {
    a.vmovdqu(NUMBERS.xmm(), at.plus(2));
    a.vpsrlw(FREE[0].xmm(), NUMBERS.xmm(), 4);
    a.vinserti128(NUMBERS, NUMBERS, FREE[0].xmm(), 1);
    a.vpand(NUMBERS, NUMBERS, LOW);
    a.vpsubb(NUMBERS, NUMBERS, EIGHT);
  }

  @Override
  void scales(VexAssembler a, Mem at, int row, int part) {
    half(a, SCALE, at);
  }
}
