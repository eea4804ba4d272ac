package pollux.tensor.emitted;

import static pollux.tensor.emitted.Gp.R8;
import static pollux.tensor.emitted.Gp.RCX;
import static pollux.tensor.emitted.Gp.RDI;
import static pollux.tensor.emitted.Gp.RSI;
import static pollux.tensor.emitted.Gp.RSP;
import static pollux.tensor.emitted.Vec.ymm;

/**
 * Quantises F32 at WEIGHTS to blocks of 32 at RESULT ({@link OperandBlock}): DEPTH of them. The
 * largest number becomes 127 or -127; where all are below 2^-120, or 0, they become 0. A block with
 * a NaN or an infinity gets such a scale, so that it is not lost. In AVX2, which every processor of
 * the emitted sets has.
 */
final class OperandCode {
  private static final int LEAST_LARGEST = 0x03800000; // 2^-120, whose inverse is finite
  private static final int FRAME = 32;

  private OperandCode() {}

  static byte[] quantise() {
    VexAssembler a = new VexAssembler();
    Vec magnitude = ymm(12);
    Vec most = ymm(13);
    Vec least = ymm(14);
    Vec order = ymm(15);
    a.constant(magnitude, 0x7fffffff, RCX);
    a.constant(most, Float.floatToRawIntBits(127), RCX);
    a.constant(least, LEAST_LARGEST, RCX);
    a.add(RSP, -FRAME);
    a.dwords(RSP.at(0), RCX, 0, 4, 1, 5, 2, 6, 3, 7);
    a.vmovdqu(order, RSP.at(0));
    a.add(RSP, FRAME);
    a.mov(R8, Arguments.RESULT.at(RDI));
    a.mov(RSI, Arguments.WEIGHTS.at(RDI));
    a.mov(RCX, Arguments.DEPTH.at(RDI));
    Encoder.Label block = new Encoder.Label();
    a.bind(block);
    Vec[] x = VexWeights.ymms(0, 4);
    for (int i = 0; i < x.length; i++) {
      a.vmovdqu(x[i], RSI.at(32 * i));
    }

    // The largest magnitude: as an int, since that order has the infinities and NaN last.
    Vec largest = ymm(4);
    Vec other = ymm(5);
    a.vpand(largest, magnitude, x[0]);
    for (int i = 1; i < x.length; i++) {
      a.vpand(other, magnitude, x[i]);
      a.vpmaxsd(largest, largest, other);
    }
    a.vextracti128(other.xmm(), largest, 1);
    a.vpmaxsd(largest.xmm(), largest.xmm(), other.xmm());
    a.vpshufd(other.xmm(), largest.xmm(), 0x4e);
    a.vpmaxsd(largest.xmm(), largest.xmm(), other.xmm());
    a.vpshufd(other.xmm(), largest.xmm(), 0xb1);
    a.vpmaxsd(largest.xmm(), largest.xmm(), other.xmm());

    Vec scale = ymm(6);
    Vec inverse = ymm(7);
    Vec counts = ymm(8);
    a.vpcmpgtd(counts.xmm(), largest.xmm(), least.xmm());
    a.vdivps(scale.xmm(), largest.xmm(), most.xmm());
    a.vpand(scale.xmm(), scale.xmm(), counts.xmm());
    a.vdivps(inverse.xmm(), most.xmm(), largest.xmm());
    a.vpand(inverse.xmm(), inverse.xmm(), counts.xmm());
    a.vbroadcastss(inverse, inverse.xmm());
    for (Vec v : x) {
      a.vmulps(v, v, inverse);
      a.vcvtps2dq(v, v);
    }
    Vec first = ymm(9);
    Vec last = ymm(10);
    a.vpackssdw(first, x[0], x[1]);
    a.vpackssdw(last, x[2], x[3]);
    a.vpacksswb(first, first, last);
    a.vpermd(first, order, first);
    a.vmovdqu(R8.at(OperandBlock.NUMBERS), first);

    // Dwords 0 and 1: the sums of both halves.
    for (int half = 0; half < 2; half++) {
      Vec sum = x[half];
      a.vpaddd(sum, x[2 * half], x[2 * half + 1]);
      a.vextracti128(other.xmm(), sum, 1);
      a.vpaddd(sum.xmm(), sum.xmm(), other.xmm());
    }
    Vec sums = first.xmm();
    a.vpunpckldq(sums, x[0].xmm(), x[1].xmm());
    a.vpunpckhdq(other.xmm(), x[0].xmm(), x[1].xmm());
    a.vpaddd(sums, sums, other.xmm());
    a.vpshufd(other.xmm(), sums, 0x4e);
    a.vpaddd(sums, sums, other.xmm());
    Vec whole = last.xmm();
    a.vpshufd(other.xmm(), sums, 0xb1);
    a.vpaddd(whole, sums, other.xmm());
    a.vcvtdq2ps(whole, whole);
    a.vmulps(whole, whole, scale.xmm());
    a.vpxor(other.xmm(), other.xmm(), other.xmm());
    a.vpsubd(sums, other.xmm(), sums);
    a.vpunpckldq(scale.xmm(), scale.xmm(), whole);
    a.vpunpcklqdq(scale.xmm(), scale.xmm(), sums);
    a.vmovdqu(R8.at(OperandBlock.SCALE), scale.xmm());

    a.add(RSI, 128);
    a.add(R8, OperandBlock.BYTES);
    a.dec(RCX);
    a.jnz(block);
    a.vzeroupper();
    a.ret();
    return a.toBytes();
  }
}
