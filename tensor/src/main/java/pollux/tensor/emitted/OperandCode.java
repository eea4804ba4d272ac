package pollux.tensor.emitted;

import static pollux.tensor.emitted.Gp.R8;
import static pollux.tensor.emitted.Gp.RCX;
import static pollux.tensor.emitted.Gp.RDI;
import static pollux.tensor.emitted.Gp.RSI;
import static pollux.tensor.emitted.Vec.zmm;

/**
 * Quantises F32 at WEIGHTS to blocks of 32 at RESULT ({@link OperandBlock}): DEPTH of them. The
 * largest number becomes 127 or -127; where all are below 2^-120, or 0, they become 0. A block with
 * a NaN or an infinity gets such a scale, so that it is not lost.
 */
final class OperandCode {
  static final int LEAST_LARGEST = 0x03800000; // 2^-120, whose inverse is finite

  private OperandCode() {}

  static byte[] quantise() {
    Assembler a = new Assembler();
    Vec magnitude = zmm(16);
    Vec most = zmm(17);
    Vec least = zmm(18);
    Vec zero = zmm(19);
    Rows.constant(a, magnitude, 0x7fffffff, RCX);
    Rows.constant(a, most, Float.floatToRawIntBits(127), RCX);
    Rows.constant(a, least, LEAST_LARGEST, RCX);
    a.vpxord(zero, zero, zero);
    a.mov(R8, Arguments.RESULT.at(RDI));
    a.mov(RSI, Arguments.WEIGHTS.at(RDI));
    a.mov(RCX, Arguments.DEPTH.at(RDI));
    Encoder.Label block = new Encoder.Label();
    a.bind(block);
    Vec x0 = zmm(0);
    Vec x1 = zmm(1);
    a.vmovdqu32(x0, RSI.at(0));
    a.vmovdqu32(x1, RSI.at(64));

    // The largest magnitude: as an int, since that order has the infinities and NaN last.
    Vec largest = zmm(2);
    Vec other = zmm(3);
    a.vpandd(largest, magnitude, x0);
    a.vpandd(other, magnitude, x1);
    a.vpmaxsd(largest, largest, other);
    a.vextracti64x4(other.ymm(), largest, 1);
    a.vpmaxsd(largest.ymm(), largest.ymm(), other.ymm());
    a.vextracti32x4(other.xmm(), largest.ymm(), 1);
    a.vpmaxsd(largest.xmm(), largest.xmm(), other.xmm());
    a.vpshufd(other.xmm(), largest.xmm(), 0x4e);
    a.vpmaxsd(largest.xmm(), largest.xmm(), other.xmm());
    a.vpshufd(other.xmm(), largest.xmm(), 0xb1);
    a.vpmaxsd(largest.xmm(), largest.xmm(), other.xmm());

    Vec scale = zmm(4);
    Vec inverse = zmm(5);
    a.vpcmpgtd(1, largest.xmm(), least.xmm());
    a.zeroing(1);
    a.vdivps(scale.xmm(), largest.xmm(), most.xmm());
    a.zeroing(1);
    a.vdivps(inverse.xmm(), most.xmm(), largest.xmm());
    a.vpbroadcastd(inverse, inverse.xmm());
    a.vmulps(x0, x0, inverse);
    a.vmulps(x1, x1, inverse);
    a.vcvtps2dq(x0, x0);
    a.vcvtps2dq(x1, x1);
    a.vpmovsdb(R8.at(OperandBlock.NUMBERS), x0);
    a.vpmovsdb(R8.at(OperandBlock.NUMBERS + 16), x1);

    // Dwords 0 and 1: the sums of both halves.
    Vec sums = zmm(6);
    quarter(a, x0, other);
    quarter(a, x1, other);
    a.vpunpckldq(sums.xmm(), x0.xmm(), x1.xmm());
    a.vpunpckhdq(other.xmm(), x0.xmm(), x1.xmm());
    a.vpaddd(sums.xmm(), sums.xmm(), other.xmm());
    a.vpshufd(other.xmm(), sums.xmm(), 0x4e);
    a.vpaddd(sums.xmm(), sums.xmm(), other.xmm());
    Vec whole = zmm(7);
    a.vpshufd(other.xmm(), sums.xmm(), 0xb1);
    a.vpaddd(whole.xmm(), sums.xmm(), other.xmm());
    a.vcvtdq2ps(whole.xmm(), whole.xmm());
    a.vmulps(whole.xmm(), whole.xmm(), scale.xmm());
    a.vpsubd(sums.xmm(), zero.xmm(), sums.xmm());
    a.vpunpckldq(scale.xmm(), scale.xmm(), whole.xmm());
    a.vpunpcklqdq(scale.xmm(), scale.xmm(), sums.xmm());
    a.vmovdqu32(R8.at(OperandBlock.SCALE), scale.xmm());

    a.add(RSI, 128);
    a.add(R8, OperandBlock.BYTES);
    a.dec(RCX);
    a.jnz(block);
    a.vzeroupper();
    a.ret();
    return a.toBytes();
  }

  /** Folds sixteen ints to four. */
  private static void quarter(Assembler a, Vec v, Vec free) {
    a.vextracti64x4(free.ymm(), v, 1);
    a.vpaddd(v.ymm(), v.ymm(), free.ymm());
    a.vextracti32x4(free.xmm(), v.ymm(), 1);
    a.vpaddd(v.xmm(), v.xmm(), free.xmm());
  }
}
